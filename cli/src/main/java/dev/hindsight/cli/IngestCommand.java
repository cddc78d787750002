package dev.hindsight.cli;

import dev.hindsight.queries.dataset.Ingest;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.IngestResult;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.ResultColumn;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight ingest}. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Writes recordings as a dataset: Parquet tables of events and timelines, and a manifest.",
            "An old dataset at that place is replaced when the new one is whole; a killed run leaves the old one."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight ingest trace.dat -o run1",
            "  hindsight ingest monday.dat tuesday.dat -o week --marker job=pio:0x510",
            "  hindsight ingest host.dat guest.dat -o pair",
        })
final class IngestCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private MarkerOptions markers;

    @Mixin
    private GuestOptions guests;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Directory of the dataset. A dataset that is there is replaced, anything else is refused.")
    private Path dataset;

    @Option(names = "--no-raw", description = "Leave out the tables of raw events: smaller and faster.")
    private boolean withoutRawEvents;

    @Parameters(
            paramLabel = "TRACE",
            arity = "1..*",
            description = "Recordings; they become trace 0, 1, ... A guest's finds its host's among them.")
    private List<Path> traces;

    @Override
    public Integer call() {
        for (Path trace : traces) {
            OpenedData.requireRecording(trace);
        }
        IngestOptions options = IngestOptions.DEFAULT
                .withMarkers(markers.rules())
                .withRead(reading.read())
                .withGuests(guests.files());
        if (withoutRawEvents) {
            options = options.timelineOnly();
        }
        IngestResult result;
        try (IngestProgress progress =
                new IngestProgress(traces.size() + options.guests().size())) {
            result = Ingest.run(traces, dataset, options.withProgress(progress));
        }
        PrintWriter out = spec.commandLine().getOut();
        Manifest manifest = result.manifest();
        switch (output.format()) {
            case TABLE, CSV -> output.rows(out, tables(manifest));
            case JSON -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("dataset", dataset.toString());
                json.put("events", result.events());
                json.put("traces", manifest.traces());
                json.put("tables", manifest.tables());
                OutputOptions.json(out, json);
            }
        }
        WarningLines.print(spec.commandLine().getErr(), OpenedData.warnings(manifest));
        return OpenedData.exitCode(manifest);
    }

    private static ListedRows tables(Manifest manifest) {
        List<List<Object>> rows = new ArrayList<>();
        for (Manifest.Table table : manifest.tables()) {
            rows.add(List.of(table.name(), table.rows(), table.doc()));
        }
        return new ListedRows(
                List.of(
                        ResultColumn.undescribed("table", "VARCHAR"),
                        ResultColumn.undescribed("rows", "BIGINT"),
                        ResultColumn.undescribed("what", "VARCHAR")),
                rows);
    }
}
