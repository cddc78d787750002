package dev.hindsight.cli;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.queries.arrow.NoSuchTableException;
import dev.hindsight.queries.arrow.StoredTableExport;
import dev.hindsight.queries.arrow.TableExport;
import dev.hindsight.queries.dataset.AbsentTable;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.dataset.OutputException;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.tracks.TrackExport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a recording or dataset for trace viewers and other tools.",
            "As tracks for trace viewers (perfetto, chrome-json), with recorded and replayed runs side by side, or"
                    + " as tables (csv, arrow, parquet).",
            "One table of a recording goes to Arrow while it is read: no dataset is made, memory stays bounded."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight export trace.dat --to perfetto -o trace.pftrace    (open it in ui.perfetto.dev)",
            "hindsight export what-if --to perfetto -o what-if.pftrace    (a dataset of 'hindsight replay -o"
                    + " what-if')",
            "  hindsight export run1 vm_exit --to csv -o exits.csv",
            "  hindsight export run1 --to parquet -o tables/    (all tables of the timeline)",
            "  hindsight export trace.dat thread_span -o - | python3 -c \\",
            "    'import pyarrow, sys; print(pyarrow.ipc.open_stream(sys.stdin.buffer).read_pandas())'",
        })
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private MarkerOptions markers;

    @Mixin
    private GuestOptions guests;

    @Parameters(index = "0", paramLabel = "TRACE|DATASET", description = "What to export.")
    private Path data;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TABLE",
            description = "A table of raw events (ev_SYSTEM_EVENT) or of the timeline (thread_span, virq, ...); without"
                    + " one, all of the timeline, into a directory.")
    private String table;

    @Option(
            names = "--to",
            paramLabel = "perfetto|chrome-json|csv|arrow|parquet",
            converter = Format.class,
            description = "What to write (default: arrow).")
    private ExportFormat format = ExportFormat.ARROW;

    @Option(
            names = "--run",
            paramLabel = "NAME",
            split = ",",
            description = "Runs of a dataset to export, as 'replay' named them (default: all).")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE|DIR",
            required = true,
            description = "What to write: a file, - for standard output, or a directory for all tables.")
    private String output;

    @Option(names = "--debug", description = "Show the stack of an error.")
    private boolean debug;

    /** Parses {@code --to}. */
    static final class Format implements ITypeConverter<ExportFormat> {

        @Override
        public ExportFormat convert(String word) {
            return ExportFormat.parse(word);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (format.hasTracks() && table != null) {
            throw new WrongUse("--to " + format + " shows runs, not tables: leave out '" + table + "'");
        }
        boolean isDataset = Dataset.isDataset(data);
        if (!isDataset && !runs.isEmpty()) {
            throw new WrongUse("--run chooses among the runs of a dataset; a recording has one");
        }
        if (!isDataset
                && format == ExportFormat.ARROW
                && table != null
                && guests.files().isEmpty()) {
            return streamed();
        }
        SqlAccess access = format == ExportFormat.PARQUET ? SqlAccess.UNSAFE : SqlAccess.CONFINED;
        boolean rawEvents = table != null && table.startsWith("ev_");
        try (Dataset dataset =
                OpenedData.open(data, markers.rules(), guests.files(), reading.read(), rawEvents, access)) {
            if (!runs.isEmpty()) {
                dataset.showOnly(runs);
            }
            PrintWriter err = spec.commandLine().getErr();
            if (format.hasTracks()) {
                err.println("hindsight: " + tracks(dataset) + " slices");
            } else if (table != null) {
                check(dataset);
                write(dataset, table, output);
            } else {
                err.println("hindsight: " + tables(dataset) + " tables");
            }
            WarningLines.print(err, OpenedData.warnings(dataset.manifest()));
            return OpenedData.exitCode(dataset.manifest());
        }
    }

    private int streamed() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        try (Recording recording = Recordings.open(data, reading.read());
                ProgressOnTerminal progress = new ProgressOnTerminal("exporting", recording::progress)) {
            try {
                long rows = WholeFile.stream(output, to -> TableExport.run(recording, table, markers.rules(), to));
                err.println("hindsight: " + rows + " rows of " + table);
            } catch (NoSuchTableException e) {
                throw new WrongUse(data + ": " + AbsentTable.advice(table).orElse(e.getMessage()));
            } finally {
                WarningLines.print(err, recording.warnings().all());
            }
            return recording.warnings().anyDamage() ? ExitCode.PARTIAL : ExitCode.SUCCESS;
        }
    }

    private long tracks(Dataset dataset) {
        List<String> shown = runs.isEmpty() ? dataset.manifest().runs() : runs;
        return WholeFile.stream(
                output,
                to -> format == ExportFormat.PERFETTO
                        ? TrackExport.perfetto(dataset, shown, to)
                        : TrackExport.chromeJson(dataset, shown, to));
    }

    private void check(Dataset dataset) {
        List<String> names = new ArrayList<>();
        for (Manifest.Table stored : dataset.manifest().tables()) {
            names.add(stored.name());
        }
        if (!names.contains(table)) {
            throw new WrongUse(data + ": "
                    + AbsentTable.advice(table)
                            .orElse("there is no table '" + table + "' in it; there are " + String.join(", ", names)));
        }
    }

    /** All tables of the timeline that have rows. */
    private int tables(Dataset dataset) {
        Path directory = Path.of(output);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new OutputException(output, e);
        }
        int written = 0;
        for (Manifest.Table stored : dataset.manifest().tables()) {
            if (!stored.isEvents() && stored.rows() > 0) {
                write(
                        dataset,
                        stored.name(),
                        directory
                                .resolve(stored.name() + "." + format.extension())
                                .toString());
                written++;
            }
        }
        return written;
    }

    private void write(Dataset dataset, String name, String file) {
        switch (format) {
            case CSV ->
                WholeFile.stream(file, to -> {
                    StoredTableExport.csv(dataset, name, to);
                    return 0;
                });
            case ARROW ->
                WholeFile.stream(file, to -> {
                    StoredTableExport.arrow(dataset, name, to);
                    return 0;
                });
            case PARQUET -> {
                if (file.equals("-")) {
                    throw new WrongUse("Parquet goes to a file, not to standard output: give -o FILE");
                }
                WholeFile.path(Path.of(file), to -> StoredTableExport.parquet(dataset, name, to));
            }
            case PERFETTO, CHROME_JSON -> throw new IllegalStateException(format + " has no tables");
        }
    }
}
