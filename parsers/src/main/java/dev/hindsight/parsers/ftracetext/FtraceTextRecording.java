package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.EventText;
import dev.hindsight.parsers.recording.PrintedText;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadProgress;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The text of a trace: tracefs {@code trace} and {@code trace_pipe}, {@code trace-cmd report}, {@code perf script},
 * atrace and systrace.
 *
 * <p>Fields come back from the text by the print formats that made it ({@link EventCatalog}), under the kernel's names
 * and types. What the text leaves out has no column; what it hides is only as good as it shows: times mostly to the
 * microsecond, pointers hashed (equal ones stay equal) or not at all ({@code (ptrval)}: a stand-in each, hrtimers told apart by {@link
 * HiddenTimers} as far as can be), functions by their names.
 */
public final class FtraceTextRecording implements Recording {

    /** Read to tell whether a file is a trace text. */
    private static final long HEAD = 256 << 10;

    /** Read ahead for the names of tasks. */
    private static final long SURVEY = 64 << 20;

    private static final String READS =
            "trace text with task, CPU and time on each line (tracefs trace, trace-cmd report, perf script)";

    private final TraceFile file;
    private final Damage damage;
    private final TextSymbols symbols = new TextSymbols();
    private final TextSurvey survey;
    private final RecordingInfo info;
    private final ReadProgress progress = new ReadProgress();

    private FtraceTextRecording(TraceFile file, ReadOptions options) {
        this.file = file;
        damage = new Damage(new Warnings(), options.strict());
        survey = TextSurvey.of(file, SURVEY);
        refuse();
        info = describe();
    }

    /** Whether a file is a trace text, by its comments and the lines at its start. */
    public static boolean recognises(Path path) {
        try (TraceFile file = new TraceFile(path)) {
            TextSurvey head = TextSurvey.of(file, HEAD);
            boolean empty = head.cpusTold > 0 && head.strange == 0;
            return head.events > 0 || !head.tracer.isEmpty() || head.entries >= 0 || empty;
        }
    }

    /**
     * Opens a trace text.
     *
     * @throws TraceException where it can't be read, or has no events but the output of a tracer
     */
    public static FtraceTextRecording open(Path path, ReadOptions options) {
        return TraceFile.openFor(path, file -> new FtraceTextRecording(file, options));
    }

    private void refuse() {
        boolean eventsTracer = survey.tracer.isEmpty() || survey.tracer.equals("nop");
        if (survey.events > 0 || survey.strange == 0) {
            return;
        }
        throw new UnsupportedTraceException(
                file.path(),
                0,
                READS,
                eventsTracer
                        ? "lines without them (turn option context-info on: echo 1 > options/context-info)"
                        : "the output of tracer " + survey.tracer + " without events");
    }

    private RecordingInfo describe() {
        List<String> instances = new ArrayList<>();
        instances.add("");
        instances.addAll(survey.buffers);
        return new RecordingInfo(
                file.path().toString(),
                "ftrace-text",
                survey.origin(),
                arch(),
                "little",
                Long.BYTES,
                survey.kernel,
                "",
                survey.clock(),
                1,
                Math.max(survey.cpusTold, survey.cpusSeen),
                List.copyOf(instances),
                Map.copyOf(survey.commByTid),
                0,
                List.of(),
                symbols::nameAt);
    }

    /** Debian's and others' releases end with the architecture's name. */
    private String arch() {
        String release = survey.kernel.toLowerCase(Locale.ROOT);
        if (release.endsWith("amd64") || release.endsWith("x86_64")) {
            return "x86_64";
        } else if (release.endsWith("arm64") || release.endsWith("aarch64")) {
            return "aarch64";
        }
        return release.endsWith("ppc64le") || release.endsWith("powerpc64le") ? "ppc64le" : "";
    }

    @Override
    public RecordingInfo info() {
        return info;
    }

    @Override
    public Warnings warnings() {
        return damage.warnings();
    }

    private TextReader reader() {
        progress.begin(file.size());
        return new TextReader(file, survey, symbols, damage, progress.done());
    }

    @Override
    public void read(TableSinks tables, RecordingSink sink, Predicate<TableSchema> chosen) {
        HiddenTimers timers =
                new HiddenTimers(symbols, damage.warnings(), file.path().toString());
        reader().read(new TextBlocks(tables, sink, chosen, timers));
        progress.end();
    }

    @Override
    public EventCounts count() {
        TextTally tally = new TextTally();
        reader().count(tally);
        progress.end();
        return tally.counter.counts();
    }

    @Override
    public double progress() {
        return progress.share();
    }

    @Override
    public SymbolResolver symbols() {
        return symbols;
    }

    @Override
    public EventText text() {
        return new PrintedText(symbols, false);
    }

    @Override
    public void close() {
        file.close();
    }
}
