package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the head of a trace.dat of version 7: sections at any place, found through options sections that are chained by
 * the offset in their last option (trace-cmd.dat.v7(5)).
 *
 * <p>A section begins with
 *
 * <pre>
 *   0         2         4                   8                              16          20            24
 *   +---------+---------+-------------------+------------------------------+-----------+-------------+-----
 *   | id      | flags   | string of its     | bytes behind this header     | where compressed: bytes in |data
 *   | 16 bits | 1 compr.| description (32)  | 64 bits                      | the file  | decompressed|
 *   +---------+---------+-------------------+------------------------------+-----------+-------------+-----
 * </pre>
 */
final class VersionSeven {

    static final int SECTION_HEADER = 16;
    static final int FLAG_COMPRESSED = 1;

    /** Decompressed bytes of a section of metadata: several times the largest kallsyms. */
    private static final int MAX_SECTION = 32 << 20;

    private static final int MAX_CPUS = 1 << 16;
    private static final int MAX_BUFFERS = 1024;
    private static final int MAX_CHAIN = 1 << 16;

    private final TraceFile file;
    private final TraceDatContents contents;
    private final Damage damage;
    private final OptionReader options;
    private final MetadataReader metadata;
    private final Map<Integer, Long> sections = new TreeMap<>();
    private final List<Long> latencyText = new ArrayList<>();
    private long next;

    VersionSeven(TraceFile file, TraceDatContents contents, Damage damage) {
        this.file = file;
        this.contents = contents;
        this.damage = damage;
        options = new OptionReader(file, contents, damage);
        metadata = new MetadataReader(contents);
    }

    void read(long start) {
        ByteCursor in = ByteCursor.over(file, start, file.size(), contents.order);
        String name = in.string("name of the compression");
        String version = in.string("version of the compression");
        contents.compression = Compression.named(name);
        if (contents.compression == null) {
            throw new UnsupportedTraceException(
                    file.path(), start, "compression zstd, zlib or none", '"' + name + "\" " + version);
        }
        next = in.u64("offset of the options");
        Set<Long> seen = new HashSet<>();
        boolean first = true;
        while (next != 0) {
            if (!seen.add(next) || seen.size() > MAX_CHAIN) {
                throw new DamagedTraceException(file.path(), next, "a chain of options sections that ends", "no end");
            }
            try {
                readOptions(next);
            } catch (DamagedTraceException e) {
                if (first) {
                    throw e;
                }
                damage.found("damaged-options", "", e, "further options are left out");
                break;
            }
            first = false;
        }
        for (Map.Entry<Integer, Long> section : sections.entrySet()) {
            readSection(section.getKey(), section.getValue());
        }
        if (contents.buffers.isEmpty() && !latencyText.isEmpty()) {
            throw new UnsupportedTraceException(
                    file.path(),
                    latencyText.get(0),
                    "a trace.dat with ring-buffer pages (trace-cmd record with -p nop or events)",
                    "the text of a latency tracer (trace-cmd start/extract -p wakeup, irqsoff, preemptoff ...)");
        }
    }

    private ByteCursor header(long offset, String what) {
        if (offset < 0 || offset > file.size() - SECTION_HEADER) {
            throw new DamagedTraceException(
                    file.path(),
                    offset,
                    what + " at this place",
                    "a file of " + file.size() + " bytes; perhaps it was cut off: copy it again");
        }
        return ByteCursor.over(file, offset, file.size(), contents.order);
    }

    private void readOptions(long offset) {
        next = 0;
        ByteCursor in = section(offset, OptionReader.DONE, "the options");
        boolean[] done = {false};
        while (!done[0]) {
            int option = in.u16("option");
            options.read(option, in, (id, data) -> {
                if (id == OptionReader.DONE) {
                    done[0] = true;
                    next = data.u64("offset of the next options");
                    return true;
                }
                return take(id, data);
            });
        }
    }

    private boolean take(int option, ByteCursor data) {
        switch (option) {
            case OptionReader.HEADER_INFO,
                    OptionReader.FTRACE_EVENTS,
                    OptionReader.EVENT_FORMATS,
                    OptionReader.KALLSYMS,
                    OptionReader.PRINTK,
                    OptionReader.CMDLINES -> sections.put(option, data.u64("offset of a section"));
            case OptionReader.STRINGS -> data.u64("offset of the strings");
            case OptionReader.BUFFER -> buffer(data);
            case OptionReader.BUFFER_TEXT -> latencyText.add(data.u64("offset of the text"));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void buffer(ByteCursor data) {
        long offset = data.u64("offset of a buffer");
        String name = data.string("name of a buffer");
        String clock = data.string("clock of a buffer");
        int pageSize = TraceDatHeader.pageSize(data.u32("page size of a buffer"), data);
        long count = data.u32("CPUs of a buffer");
        if (count > MAX_CPUS || count * 20 > data.remaining()) {
            throw data.damaged("places of " + count + " CPUs", data.remaining() + " bytes");
        }
        List<CpuData> cpus = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long cpu = data.u32("number of a CPU");
            if (cpu > MAX_CPUS) {
                throw data.damaged("a CPU below " + MAX_CPUS, "" + cpu);
            }
            long at = data.u64("offset of the data of CPU " + cpu);
            cpus.add(new CpuData((int) cpu, at, data.u64("size of the data of CPU " + cpu)));
        }
        if (contents.buffers.size() >= MAX_BUFFERS) {
            throw data.damaged("at most " + MAX_BUFFERS + " buffers", "more");
        }
        ByteCursor section = header(offset, "the section of a buffer");
        int id = section.u16("id of a section");
        if (id != OptionReader.BUFFER) {
            throw section.damaged("section " + OptionReader.BUFFER + " (buffer)", "section " + id);
        }
        boolean compressed = (section.u16("flags of a section") & FLAG_COMPRESSED) != 0;
        BufferData buffer = new BufferData(name, clock, pageSize, compressed, cpus);
        if (name.isEmpty()) {
            contents.buffers.add(0, buffer);
        } else {
            contents.buffers.add(buffer);
        }
    }

    private void readSection(int id, long offset) {
        try {
            ByteCursor in = section(offset, id, "section " + id);
            switch (id) {
                case OptionReader.HEADER_INFO -> metadata.headerInfo(in);
                case OptionReader.FTRACE_EVENTS -> metadata.ftraceFormats(in);
                case OptionReader.EVENT_FORMATS -> metadata.eventFormats(in);
                case OptionReader.KALLSYMS -> metadata.kallsyms(in);
                case OptionReader.PRINTK -> metadata.printkFormats(in);
                case OptionReader.CMDLINES -> metadata.cmdlines(in);
                default -> throw new IllegalStateException("section " + id);
            }
        } catch (DamagedTraceException e) {
            damage.found("damaged-section", "" + id, e, "the section is left out");
        }
    }

    /** A cursor over the section's data, decompressed where it is compressed. */
    private ByteCursor section(long offset, int expectedId, String what) {
        ByteCursor in = header(offset, what);
        int id = in.u16("id of a section");
        if (id != expectedId) {
            throw in.damaged(what + " (section " + expectedId + ")", "section " + id);
        }
        int flags = in.u16("flags of a section");
        in.u32("description of a section");
        long size = in.u64("size of a section");
        long data = offset + SECTION_HEADER;
        if (size < 0 || size > file.size() - data) {
            throw in.damaged(
                    what + " within the file of " + file.size() + " bytes", Long.toUnsignedString(size) + " bytes");
        }
        if ((flags & FLAG_COMPRESSED) == 0) {
            return ByteCursor.over(file, data, data + size, contents.order);
        }
        int length = in.length(in.u32("compressed size"), MAX_SECTION, what);
        long decompressed = in.u32("decompressed size");
        if (decompressed > MAX_SECTION) {
            throw in.damaged(what + " of at most " + MAX_SECTION + " bytes", decompressed + " bytes");
        }
        byte[] from = in.bytes(length, what);
        byte[] to = new byte[(int) decompressed];
        String wrong = contents.compression.decompress(from, 0, length, to, 0, to.length);
        if (wrong != null) {
            throw new DamagedTraceException(file.path(), data, decompressed + " bytes of " + what, wrong);
        }
        return ByteCursor.over(file, to, offset, contents.order);
    }
}
