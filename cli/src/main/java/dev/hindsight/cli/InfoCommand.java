package dev.hindsight.cli;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.ResultColumn;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight info}. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = "Tells what is in a recording: machine, clock, span, events by name, losses.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight info trace.dat",
            "  hindsight info trace.dat --format json | jq .by_event",
        })
final class InfoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ReadingOptions reading;

    @Parameters(paramLabel = "TRACE", description = "A recording (trace.dat, text, perf.data, CTF).")
    private Path trace;

    @Override
    public Integer call() {
        OpenedData.requireRecording(trace);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Recording recording = Recordings.open(trace, reading.read())) {
            EventCounts counts;
            try (ProgressOnTerminal progress = new ProgressOnTerminal("counting", recording::progress)) {
                counts = recording.count();
            }
            List<Warning> warnings = recording.warnings().all();
            switch (output.format()) {
                case TABLE -> table(out, recording.info(), counts);
                case JSON -> OutputOptions.json(out, json(recording.info(), counts, warnings));
                case CSV ->
                    output.rows(
                            out,
                            new ListedRows(
                                    List.of(
                                            ResultColumn.undescribed("system", "VARCHAR"),
                                            ResultColumn.undescribed("event", "VARCHAR"),
                                            ResultColumn.undescribed("count", "BIGINT")),
                                    byEvent(counts)));
            }
            WarningLines.print(err, warnings);
            return recording.warnings().anyDamage() ? ExitCode.PARTIAL : ExitCode.SUCCESS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<List<Object>> byEvent(EventCounts counts) {
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < counts.types().size(); i++) {
            EventCounts.Kind kind = counts.types().get(i);
            rows.add(List.of(kind.system(), kind.name(), counts.byType()[i]));
        }
        rows.sort(Comparator.comparing((List<Object> r) -> -(Long) r.get(2)).thenComparing(r -> (String) r.get(1)));
        return rows;
    }

    private static Map<String, Object> json(RecordingInfo info, EventCounts counts, List<Warning> warnings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", info.file());
        json.put("format", info.format());
        json.put("version", info.version());
        json.put("arch", info.arch());
        json.put("endianness", info.endianness());
        json.put("kernel", info.kernel());
        json.put("uname", info.uname());
        json.put("clock", info.clock());
        json.put("cpus", info.cpus());
        json.put("instances", info.instances());
        json.put("first_ns", counts.events() == 0 ? null : counts.firstNs());
        json.put("last_ns", counts.events() == 0 ? null : counts.lastNs());
        json.put("events", counts.events());
        json.put("lost_events", counts.lostEvents());
        json.put("losses", counts.losses());
        json.put("lost_events_known", counts.lostIsKnown());
        Map<String, Long> byEvent = new LinkedHashMap<>();
        for (List<Object> row : byEvent(counts)) {
            byEvent.merge((String) row.get(1), (Long) row.get(2), Long::sum);
        }
        json.put("by_event", byEvent);
        Map<String, Long> byCpu = new LinkedHashMap<>();
        for (int cpu = 0; cpu < counts.byCpu().length; cpu++) {
            byCpu.put(Integer.toString(cpu), counts.byCpu()[cpu]);
        }
        json.put("by_cpu", byCpu);
        json.put("trace_id", info.traceId() == 0 ? null : "0x" + Long.toHexString(info.traceId()));
        json.put("guests", info.guests());
        json.put("warnings", warnings);
        return json;
    }

    private static void table(PrintWriter out, RecordingInfo info, EventCounts counts) {
        line(out, "file", info.file());
        line(out, "format", info.format() + " version " + info.version());
        line(
                out,
                "machine",
                (info.arch().isEmpty() ? "unknown architecture" : info.arch()) + ", " + info.endianness() + "-endian, "
                        + 8 * info.wordBytes() + " bit, " + info.cpus() + " CPUs");
        line(out, "kernel", info.kernel().isEmpty() ? "not told" : info.kernel());
        line(out, "clock", info.clock());
        if (info.instances().size() > 1) {
            line(
                    out,
                    "instances",
                    String.join(
                            ", ", info.instances().subList(1, info.instances().size())));
        }
        for (RecordingInfo.Guest guest : info.guests()) {
            line(out, "guest", guest.name() + ", vCPU threads " + guest.vcpuTids());
        }
        if (counts.events() > 0) {
            line(
                    out,
                    "span",
                    String.format(
                            "%.6f s, from %d to %d ns",
                            (counts.lastNs() - counts.firstNs()) / 1e9, counts.firstNs(), counts.lastNs()));
        }
        line(out, "events", Long.toString(counts.events()));
        line(
                out,
                "lost",
                counts.losses() == 0
                        ? "none"
                        : LostEvents.words(
                                        counts.lostEvents(), Long.toString(counts.lostEvents()), counts.lostIsKnown())
                                + " events in " + counts.losses()
                                + (counts.losses() == 1 ? " place" : " places"));
        StringBuilder byCpu = new StringBuilder();
        for (int cpu = 0; cpu < counts.byCpu().length; cpu++) {
            if (counts.byCpu()[cpu] > 0) {
                byCpu.append(byCpu.length() == 0 ? "" : ", ")
                        .append(cpu)
                        .append(": ")
                        .append(counts.byCpu()[cpu]);
            }
        }
        line(out, "by CPU", byCpu.toString());
        out.println();
        for (List<Object> row : byEvent(counts)) {
            out.printf("%12s  %s:%s%n", row.get(2), row.get(0), row.get(1));
        }
        out.flush();
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("%-10s %s%n", what, value);
    }
}
