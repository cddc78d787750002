package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.format.KernelSymbols;
import dev.hindsight.parsers.recording.EventCounter;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.EventText;
import dev.hindsight.parsers.recording.KernelNames;
import dev.hindsight.parsers.recording.PrintedText;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadProgress;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.ringbuffer.RingBufferReader;
import dev.hindsight.parsers.ringbuffer.SliceBuilder;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A recording of {@code perf record}, written to a file or into a pipe. */
public final class PerfDataRecording implements Recording {

    private static final int WORD_64 = 8;
    private static final Set<String> WORD_32_ARCHES = Set.of("i386", "i486", "i586", "i686", "arm", "ppc", "mips");

    private final TraceFile file;
    private final Damage damage;
    private final PerfFileHeader header;
    private final PerfContents contents = new PerfContents();
    private final boolean big;
    private final long start;
    private final long end;
    private final PerfEventFormats formats;
    private final RecordingInfo info;
    private final ReadProgress progress = new ReadProgress();
    private KernelSymbols symbols;

    private PerfDataRecording(TraceFile file, ReadOptions options) {
        this.file = file;
        damage = new Damage(new Warnings(), options.strict());
        header = PerfFileHeader.read(file);
        big = header.order() == ByteOrder.BIG_ENDIAN;
        if (!header.pipe()) {
            FileHead.attributes(file, header, contents);
        }
        start = header.data().offset();
        end = dataEnd();
        if (!header.pipe() && header.data().size() > 0) {
            FileHead.features(file, header, contents, damage);
        }
        new RecordedHead(file, header, contents, damage).read(start, end);
        int wordBytes = wordBytes();
        formats = new PerfEventFormats(contents.events, contents.tracingData, wordBytes);
        info = describe(wordBytes);
        warnOfMissingParts();
    }

    /** Whether a file that begins with these bytes is a perf.data, of whatever version. */
    public static boolean matches(byte[] head, int length) {
        return PerfFileHeader.matches(head, length);
    }

    /**
     * Opens a perf.data and reads its head.
     *
     * @throws TraceException where it is no perf.data, its head is damaged, or it is of a kind that is refused
     */
    public static PerfDataRecording open(Path path, ReadOptions options) {
        return TraceFile.openFor(path, file -> new PerfDataRecording(file, options));
    }

    private long dataEnd() {
        long size = header.data().size();
        if (start < 0 || start > file.size()) {
            throw new DamagedTraceException(
                    file.path(), 40, "data within the file of " + file.size() + " bytes", "at " + start);
        }
        if (size == 0 && !header.pipe()) {
            damage.found(
                    "unfinished",
                    "",
                    new DamagedTraceException(file.path(), 48, "the size of the data", "0: perf record did not end"),
                    "all up to the end of the file is read, without the formats and names that perf writes at its end");
            return file.size();
        }
        if (size < 0 || size > file.size() - start) {
            damage.found(
                    "truncated",
                    "",
                    new DamagedTraceException(
                            file.path(),
                            48,
                            "data of " + Long.toUnsignedString(size) + " bytes",
                            "a file of " + file.size() + " bytes"),
                    "what is there is read");
            return file.size();
        }
        return start + size;
    }

    private int wordBytes() {
        if (contents.tracingData != null) {
            return contents.tracingData.wordBytes();
        }
        String arch = contents.arch.toLowerCase(Locale.ROOT);
        boolean narrow = WORD_32_ARCHES.contains(arch) || (arch.startsWith("armv") && !arch.startsWith("armv8l64"));
        return narrow ? 4 : WORD_64;
    }

    private RecordingInfo describe(int wordBytes) {
        boolean named = !contents.osRelease.isEmpty();
        return new RecordingInfo(
                file.path().toString(),
                "perf.data",
                "2",
                contents.arch,
                big ? "big" : "little",
                wordBytes,
                contents.osRelease,
                named ? "Linux " + contents.hostname + " " + contents.osRelease + " " + contents.arch : "",
                clock(),
                1,
                Math.max(contents.cpus, contents.highestCpu + 1),
                List.of(""),
                Map.copyOf(contents.commByTid),
                0,
                List.of(),
                KernelNames.NONE);
    }

    /** By the name that the ring buffer's clocks have; perf's own is the scheduler's, as is the ring buffer's local one. */
    private String clock() {
        for (PerfEvent event : contents.events) {
            if (event.attr.useClockid()) {
                return switch (event.attr.clockid()) {
                    case 0 -> "realtime";
                    case 1 -> "mono";
                    case 4 -> "mono_raw";
                    case 7 -> "boot";
                    case 11 -> "tai";
                    default -> "clockid " + event.attr.clockid();
                };
            }
        }
        return "perf";
    }

    private void warnOfMissingParts() {
        boolean time = true;
        boolean cpu = true;
        for (PerfEvent event : contents.events) {
            time &= event.layout.time >= 0;
            cpu &= event.layout.cpu >= 0;
        }
        Warnings warnings = warnings();
        if (!time) {
            warnings.passedOver(
                    "no-time",
                    "",
                    file.path() + ": samples without a time stand at that of the sample before them; record with -T",
                    -1);
        }
        if (!cpu) {
            warnings.passedOver(
                    "no-cpu", "", file.path() + ": samples without a CPU stand on CPU 0; record with --sample-cpu", -1);
        }
    }

    @Override
    public RecordingInfo info() {
        return info;
    }

    @Override
    public Warnings warnings() {
        return damage.warnings();
    }

    private RecordStream records() {
        progress.begin(end - start);
        return new RecordStream(file, start, end, header.order(), damage, progress.done());
    }

    @Override
    public void read(TableSinks tables, RecordingSink sink, Predicate<TableSchema> chosen) {
        // The window tells where time fell: it knows of the samples that don't go on, too.
        SliceBuilder slices = new SliceBuilder(formats, big, false, tables, sink, (cpu, fromNs, toNs) -> {});
        int most = (int) Math.min(RingBufferReader.maxArenaBytes() / 2, 512 << 20);
        SampleWindow window = new SampleWindow(slices, sink, this::timeFell, most);
        try (RecordStream records = records()) {
            new OrderedSamples(file.path(), records, contents, formats, slices, damage, window, chosen).run();
        }
        window.end();
    }

    @Override
    public EventCounts count() {
        EventCounter counter = new EventCounter();
        try (RecordStream records = records()) {
            new CountedSamples(file.path(), records, contents, formats, counter, damage).run();
        }
        return counter.counts();
    }

    private void timeFell(int cpu, long fromNs, long toNs) {
        String consequence = "the file's rounds do not keep the order that they promise";
        warnings().timeFell(file.path(), cpu, fromNs, toNs, consequence, -1);
    }

    @Override
    public double progress() {
        return progress.share();
    }

    @Override
    public KernelSymbols symbols() {
        if (symbols == null) {
            symbols = contents.tracingData == null
                    ? KernelSymbols.of(new byte[0], new byte[0])
                    : contents.tracingData.symbols();
        }
        return symbols;
    }

    @Override
    public EventText text() {
        return new PrintedText(symbols(), big);
    }

    @Override
    public void close() {
        file.close();
    }
}
