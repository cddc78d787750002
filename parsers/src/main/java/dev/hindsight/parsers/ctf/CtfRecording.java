package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.tsdl.TraceMetadata;
import dev.hindsight.parsers.ctf.tsdl.TsdlParser;
import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.recording.BatchQueue;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.EventText;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadProgress;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A trace of the Common Trace Format 1.8: a directory with {@code metadata} and stream files.
 *
 * <p>Times are ns since the origin of the trace's clock, with its offset, as {@code babeltrace2} shows them: so that
 * traces of a host and its guests that were put on wall-clock time stand on one axis.
 */
public final class CtfRecording implements Recording {

    private static final int WINDOW_BYTES = 256 << 10;
    private static final int LEAST_WINDOW_BYTES = 16 << 10;
    private static final int ALL_WINDOWS_BYTES = 64 << 20;

    private final Path directory;
    private final Damage damage;
    private final TraceLayout trace;
    private final List<StreamFiles.Stream> streams;
    private final boolean lttng;
    private final RecordingInfo info;
    private final ReadProgress progress = new ReadProgress();
    private final long total;

    private CtfRecording(Path path, ReadOptions options) {
        directory = TraceDirectory.find(path);
        damage = new Damage(new Warnings(), options.strict());
        Path metadata = TraceDirectory.metadata(directory);
        trace = new TraceLayout(metadata, TsdlParser.read(metadata, warnings()));
        lttng = trace.metadata.env("tracer_name").startsWith("lttng");
        List<Path> files = TraceDirectory.streamFiles(directory);
        streams = StreamFiles.group(trace, files, lttng, damage);
        long bytes = 0;
        for (StreamFiles.Stream stream : streams) {
            for (Path file : stream.files()) {
                bytes += size(file);
            }
        }
        total = bytes;
        info = describe();
    }

    /** Whether there is a CTF trace at or below a directory. */
    public static boolean matches(Path directory) {
        return TraceDirectory.matches(directory);
    }

    /**
     * Opens a trace and reads its metadata.
     *
     * @param path its directory, or one above it that has no other trace below
     * @throws TraceException where there is no trace, or several, its metadata are damaged, or of a kind that is refused
     */
    public static CtfRecording open(Path path, ReadOptions options) {
        return new CtfRecording(path, options);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private RecordingInfo describe() {
        TraceMetadata metadata = trace.metadata;
        String release = first(metadata, "kernel_release", "release");
        String machine = first(metadata, "machine", "architecture");
        String uname = String.join(
                        " ",
                        metadata.env("sysname"),
                        first(metadata, "hostname", "host"),
                        release,
                        first(metadata, "kernel_version", "version"),
                        machine)
                .strip();
        int cpus = 0;
        for (StreamFiles.Stream stream : streams) {
            cpus = Math.max(cpus, stream.cpu() + 1);
        }
        ClockScale clock = streams.isEmpty() ? null : streams.get(0).stream().clock;
        return new RecordingInfo(
                directory.toString(),
                "ctf",
                "1.8",
                machine.isEmpty() ? archOfEvents() : machine,
                metadata.bigEndian() ? "big" : "little",
                metadata.env("architecture_bit_width").equals("32") ? 4 : 8,
                release,
                release.isEmpty() ? "" : uname,
                clock == null ? "" : clockName(clock),
                clock == null ? 1 : clock.nsPerTick(),
                cpus,
                List.of(""),
                StatedumpNames.in(trace) ? StatedumpNames.read(lanes(silent())) : Map.of(),
                0,
                List.of());
    }

    private static String first(TraceMetadata metadata, String name, String other) {
        String value = metadata.env(name);
        return value.isEmpty() ? metadata.env(other) : value;
    }

    /** LTTng does not tell the machine, but some events there are on x86 alone. */
    private String archOfEvents() {
        for (var event : trace.metadata.events()) {
            if (event.name().startsWith("kvm_x86_") || event.name().startsWith("x86_")) {
                return "x86_64";
            }
        }
        return "";
    }

    /** The clock's name, and since when its ns count: a clock with an offset counts from the Epoch. */
    private static String clockName(ClockScale scale) {
        return scale.clock().name() + (scale.offsetNs() != 0 ? ", since 1970" : "");
    }

    private Damage silent() {
        return new Damage(new Warnings(), false);
    }

    private StreamLane[] lanes(Damage to) {
        progress.begin(total);
        int window = Math.max(
                LEAST_WINDOW_BYTES,
                Integer.highestOneBit(Math.min(WINDOW_BYTES, ALL_WINDOWS_BYTES / Math.max(1, streams.size()))));
        StreamLane[] lanes = new StreamLane[streams.size()];
        for (int i = 0; i < lanes.length; i++) {
            StreamFiles.Stream stream = streams.get(i);
            lanes[i] = new StreamLane(trace, stream.stream(), stream.files(), window, lttng, to, progress.done());
        }
        return lanes;
    }

    @Override
    public RecordingInfo info() {
        return info;
    }

    @Override
    public Warnings warnings() {
        return damage.warnings();
    }

    @Override
    public void read(TableSinks tables, RecordingSink sink, Predicate<TableSchema> chosen) {
        boolean[] leftOut = new boolean[trace.events.size()];
        boolean switches = false;
        boolean silentThreads = false;
        for (EventLayout event : trace.events) {
            switches |= event.prevPid >= 0;
            silentThreads |= !event.hasTid;
            leftOut[event.type.index()] = !chosen.test(event.type.table());
        }
        LaneMerge merge = new LaneMerge(lanes(damage), switches && silentThreads, leftOut, this::timeFell);
        // Layouts of its own: they are for one thread, and the streams are merged on another.
        TraceLayout layouts = new TraceLayout(TraceDirectory.metadata(directory), trace.metadata);
        BatchRows rows = new BatchRows(layouts, new EventRows(layouts.events.size(), tables, sink), sink);
        try (BatchQueue<EventBatch> batches = new BatchQueue<>("ctf-merge", EventBatch::new, merge::fill)) {
            batches.drainTo(rows::take);
        }
        rows.end();
        progress.end();
    }

    private void timeFell(int cpu, long fromNs, long toNs) {
        warnings().timeFell(directory, cpu, fromNs, toNs, "the events stand in the order of the packets", -1);
    }

    @Override
    public EventCounts count() {
        LaneTally tally = new LaneTally(trace.events.size());
        for (StreamLane lane : lanes(damage)) {
            tally.add(lane);
        }
        progress.end();
        return tally.counts();
    }

    @Override
    public double progress() {
        return progress.share();
    }

    @Override
    public SymbolResolver symbols() {
        return SymbolResolver.NONE;
    }

    @Override
    public EventText text() {
        return new FieldText();
    }

    @Override
    public void close() {
        // files are open only while they are read
    }
}
