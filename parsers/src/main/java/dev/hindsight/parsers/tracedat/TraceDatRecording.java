package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.HeaderPage;
import dev.hindsight.parsers.format.KernelSymbols;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.EventText;
import dev.hindsight.parsers.recording.PeerClock;
import dev.hindsight.parsers.recording.PrintedText;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadProgress;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.ringbuffer.CpuStream;
import dev.hindsight.parsers.ringbuffer.PageClock;
import dev.hindsight.parsers.ringbuffer.PageLayout;
import dev.hindsight.parsers.ringbuffer.PageSource;
import dev.hindsight.parsers.ringbuffer.RingBufferReader;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A recording of trace-cmd, file format 6 or 7. */
public final class TraceDatRecording implements Recording {

    private final TraceFile file;
    private final ReadOptions options;
    private final Damage damage;
    private final TraceDatContents contents = new TraceDatContents();
    private final HeaderPage headerPage;
    private final FormatCatalog formats;
    private final RecordingInfo info;
    private final ReadProgress progress = new ReadProgress();
    /** Read from the recording where somebody asks. */
    private KernelSymbols symbols;

    private TraceDatRecording(TraceFile file, ReadOptions options) {
        this.file = file;
        this.options = options;
        damage = new Damage(new Warnings(), options.strict());
        long start = TraceDatHeader.read(file, contents);
        if (contents.version < TraceDatHeader.VERSION_SECTIONS) {
            new VersionSix(file, contents, damage).read(start);
        } else {
            new VersionSeven(file, contents, damage).read(start);
        }
        headerPage = headerPage();
        formats = new FormatCatalog(file.path(), contents, headerPage.commitSize(), damage);
        info = describe();
    }

    /** Whether a file that begins with these bytes is a trace.dat. */
    public static boolean matches(byte[] start, int length) {
        return TraceDatHeader.matches(start, length);
    }

    /**
     * Opens a trace.dat and reads its head.
     *
     * @throws TraceException where it is no trace.dat, its head is damaged, or it is of a kind that is refused
     */
    public static TraceDatRecording open(Path path, ReadOptions options) {
        return TraceFile.openFor(path, file -> new TraceDatRecording(file, options));
    }

    private HeaderPage headerPage() {
        if (contents.headerPage.length == 0) {
            return HeaderPage.ofWord(contents.longBytes);
        }
        try {
            return HeaderPage.parse(contents.headerPage);
        } catch (FormatException e) {
            throw new DamagedTraceException(file.path(), contents.headerPageOffset, e.expected(), e.actual());
        }
    }

    private RecordingInfo describe() {
        String[] uname = contents.uname.split("\\s+", 0);
        boolean known = uname.length >= 4;
        List<String> instances = new ArrayList<>();
        int cpus = contents.cpus;
        for (BufferData buffer : contents.buffers) {
            instances.add(buffer.name());
            for (CpuData cpu : buffer.cpus()) {
                cpus = Math.max(cpus, cpu.cpu() + 1);
            }
        }
        return new RecordingInfo(
                file.path().toString(),
                "trace.dat",
                "" + contents.version,
                known ? uname[uname.length - 1] : "",
                contents.bigEndian() ? "big" : "little",
                headerPage.commitSize(),
                known ? uname[2] : "",
                contents.uname,
                clockName(),
                contents.tscToNs == null ? 1 : contents.tscToNs.multiplier() / Math.pow(2, contents.tscToNs.shift()),
                cpus,
                List.copyOf(instances),
                commByTid(),
                contents.traceId,
                List.copyOf(contents.guests),
                this::functionAt);
    }

    private String clockName() {
        if (contents.tscToNs != null) {
            return "tsc2nsec";
        }
        if (!contents.traceClock.isEmpty()) {
            return contents.traceClock;
        }
        return contents.buffers.isEmpty() ? "" : contents.buffers.get(0).clock();
    }

    private Map<Integer, String> commByTid() {
        Map<Integer, String> comms = new TreeMap<>();
        String text = new String(contents.cmdlines, StandardCharsets.UTF_8);
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            int space = text.indexOf(' ', at);
            if (space > at && space < end && space - at < 11) {
                try {
                    comms.put(Integer.parseInt(text.substring(at, space)), text.substring(space + 1, end));
                } catch (NumberFormatException e) {
                    String found = ": a saved command line does not begin with a process id";
                    warnings().passedOver("odd-command-line", "", file.path() + found, -1);
                }
            }
            at = end + 1;
        }
        return comms;
    }

    @Override
    public RecordingInfo info() {
        return info;
    }

    @Override
    public PeerClock peerClock() {
        return contents.timeShift == null ? null : contents.timeShift.describe();
    }

    @Override
    public Warnings warnings() {
        return damage.warnings();
    }

    /** The format of an event type, by the id in its records. */
    public EventFormat format(int id) {
        return formats.of(id);
    }

    /** Makes all rows: pages are taken apart for all of them at once. */
    @Override
    public void read(TableSinks tables, RecordingSink sink, Predicate<TableSchema> chosen) {
        try (ChunkDecoders decoders = new ChunkDecoders(options.decoders())) {
            List<CpuStream> streams = streams(decoders);
            new RingBufferReader(formats, this::pageDamaged, this::timeFell).read(streams, tables, sink);
        }
        progress.end();
    }

    @Override
    public EventCounts count() {
        EventCounts counts;
        try (ChunkDecoders decoders = new ChunkDecoders(options.decoders())) {
            List<CpuStream> streams = streams(decoders);
            counts = new RingBufferReader(formats, this::pageDamaged, this::timeFell).count(streams);
        }
        progress.end();
        return counts;
    }

    @Override
    public double progress() {
        return progress.share();
    }

    private void pageDamaged(int instance, int cpu, long offset, String expected, String actual) {
        damage.found(
                "damaged-page",
                instance + "/" + cpu,
                new DamagedTraceException(file.path(), offset, expected, actual),
                "the rest of the page of CPU " + cpu + " is lost");
    }

    private void timeFell(int cpu, long fromNs, long toNs) {
        warnings().timeFell(file.path(), cpu, fromNs, toNs, "the events stand in the order of the buffers", -1);
    }

    private List<CpuStream> streams(ChunkDecoders decoders) {
        List<CpuStream> streams = new ArrayList<>();
        TimeShift shift = options.peerClock() ? contents.timeShift : null;
        PageClock clock = options.ticks() == null
                ? new EventClock(shift, contents.tscToNs, contents.dateOffsetNs + contents.offsetNs)
                : new GivenClock(options.ticks());
        Set<CpuData> readable = new CpuRegions(file, damage).readable(contents.buffers);
        long bytes = 0;
        long pages = 0;
        for (int i = 0; i < contents.buffers.size(); i++) {
            BufferData buffer = contents.buffers.get(i);
            if (headerPage.dataOffset() + 8 > buffer.pageSize()) {
                throw new DamagedTraceException(
                        file.path(),
                        contents.headerPageOffset,
                        "data of a page before its end at " + buffer.pageSize(),
                        "data at " + headerPage.dataOffset());
            }
            PageLayout layout = new PageLayout(
                    contents.bigEndian(),
                    buffer.pageSize(),
                    headerPage.timestampOffset(),
                    headerPage.commitOffset(),
                    headerPage.commitSize(),
                    headerPage.dataOffset());
            for (CpuData cpu : buffer.cpus()) {
                PageSource source = readable.contains(cpu) ? source(buffer, cpu, layout, decoders) : null;
                if (source != null) {
                    streams.add(new CpuStream(i, cpu.cpu(), source, layout, clock));
                    bytes += cpu.size();
                    pages += layout.pageSize();
                }
            }
        }
        if (pages > RingBufferReader.maxArenaBytes()) {
            throw new UnsupportedTraceException(
                    file.path(),
                    -1,
                    "pages that fit " + RingBufferReader.maxArenaBytes() + " bytes, a page of each CPU (raise -Xmx)",
                    pages + " bytes of " + streams.size() + " CPUs");
        }
        progress.begin(bytes);
        return streams;
    }

    private PageSource source(BufferData buffer, CpuData cpu, PageLayout layout, ChunkDecoders decoders) {
        PageSource source;
        if (buffer.compressed()) {
            String subject = buffer.name() + "/" + cpu.cpu();
            try {
                source = new ChunkPages(
                        file, contents.order, contents.compression, layout, cpu, subject, damage, decoders);
            } catch (DamagedTraceException e) {
                damage.found("damaged-cpu", subject, e, "the data of CPU " + cpu.cpu() + " are left out");
                return null;
            }
        } else {
            source = new FilePages(file, cpu.offset(), cpu.endWithin(file.size(), 0));
        }
        return new MeteredPages(source, progress.done());
    }

    @Override
    public KernelSymbols symbols() {
        if (symbols == null) {
            symbols = KernelSymbols.of(contents.kallsyms, contents.printkFormats);
        }
        return symbols;
    }

    private String functionAt(long address) {
        KernelSymbols known = symbols();
        int symbol = known.find(address);
        return symbol < 0 || known.address(symbol) != address ? null : known.name(symbol);
    }

    @Override
    public EventText text() {
        return new PrintedText(symbols(), contents.bigEndian());
    }

    @Override
    public void close() {
        file.close();
    }
}
