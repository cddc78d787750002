package dev.hindsight.sampletraces.synthetic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A version 7 file, its sections in the order in which trace-cmd 3.1 writes them.
 *
 * <pre>
 * magic, version, byte order, long size, page size, name and version of the compression, offset u64 of the first options
 * section   | id u16 | flags u16: 1 compressed | offset in the strings of its description u32 | size u64 | data |
 *           compressed data: | compressed size u32 | size u32 | data |
 * options   | id u16 | size u32 | data | ... | 0 u16 | 8 u32 | offset u64 of the next options, 0 in the last |
 * pages     padding, then page-aligned for each CPU its pages, or | chunks u32 | { compressed u32 | size u32 | data } |
 * </pre>
 *
 * <p>As in files of trace-cmd 3.1, the size that a BUFFER option gives for a CPU's compressed pages leaves out the
 * four bytes of the number of chunks.
 */
final class Version7Layout {

    private static final int STRINGS = 15;
    private static final int COMPRESSED = 1;
    private static final int SECTION_SIZE_AT = 8;

    private final TraceDatWriter trace;
    private final TraceDatFile out;
    private final boolean compressed;
    private final FileBytes strings;
    private final Map<Integer, Long> sectionOffsets = new LinkedHashMap<>();

    Version7Layout(TraceDatWriter trace, TraceDatFile out) {
        this.trace = trace;
        this.out = out;
        compressed = trace.shape().compression() != Compression.NONE;
        strings = out.bytes();
    }

    void write() throws IOException {
        out.begin();
        Compression compression = trace.shape().compression();
        out.append(out.bytes().cString(compression.nameInFile()).cString(compression.versionInFile()));
        long nextOptions = out.position();
        out.append(out.bytes().u64(0));
        section(TraceOption.HEADER_INFO, "headers", trace.headerInfo());
        section(TraceOption.FTRACE_EVENTS, "ftrace events", trace.ftraceFormats());
        section(TraceOption.EVENT_FORMATS, "events format", trace.eventFormats());
        section(TraceOption.KALLSYMS, "kallsyms", trace.lengthAndText(trace.kallsyms(), 4));
        section(TraceOption.PRINTK, "printk", trace.lengthAndText(trace.printkFormats(), 4));
        section(TraceOption.CMDLINES, "command lines", trace.lengthAndText(trace.commandLines(), 8));
        List<TraceOption> first = new ArrayList<>();
        sectionOffsets.forEach((id, offset) -> first.add(new TraceOption(id, data -> data.u64(offset))));
        first.addAll(trace.options());
        nextOptions = options(first, nextOptions);
        if (trace.latencyText() != null) {
            latency(nextOptions);
        } else {
            for (TraceInstance instance : trace.instances()) {
                nextOptions = pages(instance, nextOptions);
            }
        }
        section(STRINGS, "strings", null);
    }

    /** Writes an options section, makes the offset at {@code linkPlace} name it and returns where the next one goes. */
    private long options(List<TraceOption> options, long linkPlace) throws IOException {
        out.patch64(linkPlace, out.position());
        FileBytes section = out.bytes();
        for (TraceOption option : options) {
            FileBytes data = out.bytes();
            option.data().accept(data);
            section.u16(option.id()).u32(data.size()).bytes(data.toArray());
        }
        section.u16(TraceOption.DONE).u32(8).u64(0);
        header(TraceOption.DONE, 0, "options", section.size());
        out.append(section);
        return out.position() - 8;
    }

    private void latency(long linkPlace) throws IOException {
        byte[] text = out.bytes().text(trace.latencyText()).toArray();
        long section = out.position();
        section(TraceOption.BUFFER_TEXT, "buffer latency", text);
        options(
                List.of(new TraceOption(
                        TraceOption.BUFFER_TEXT,
                        data -> data.u64(section).cString("").cString("local"))),
                linkPlace);
    }

    private long pages(TraceInstance instance, long linkPlace) throws IOException {
        long section = out.position();
        header(TraceOption.BUFFER, compressed ? COMPRESSED : 0, "buffer flyrecord " + instance.name(), 0);
        SortedMap<Integer, CpuBuffer> cpus = instance.cpus();
        FileBytes data = out.bytes()
                .u64(section)
                .cString(instance.name())
                .cString(instance.clock())
                .u32(instance.subBufferBytes())
                .u32(cpus.size());
        for (Map.Entry<Integer, CpuBuffer> cpu : cpus.entrySet()) {
            out.align(trace.shape().pageBytes());
            long offset = out.position();
            PageSpool pages = cpu.getValue().pages();
            long size = pages.size();
            if (compressed) {
                out.appendChunks(pages, instance.subBufferBytes());
                size = out.position() - offset - 4;
            } else {
                out.appendPages(pages);
            }
            data.u32(cpu.getKey()).u64(offset).u64(size);
        }
        out.patch64(section + SECTION_SIZE_AT, out.position() - section - 16);
        return options(List.of(new TraceOption(TraceOption.BUFFER, option -> option.bytes(data.toArray()))), linkPlace);
    }

    /** Writes a section, compressed if the file is; the strings, collected until now, if {@code content} is null. */
    private void section(int id, String description, byte[] content) throws IOException {
        int stringId = string(description);
        byte[] data = content == null ? strings.toArray() : content;
        sectionOffsets.put(id, out.position());
        if (!compressed) {
            header(id, 0, stringId, data.length);
            out.append(data);
            return;
        }
        byte[] small = trace.shape().compression().compress(data, 0, data.length);
        header(id, COMPRESSED, stringId, small.length + 8L);
        out.append(out.bytes().u32(small.length).u32(data.length).bytes(small));
    }

    private void header(int id, int flags, String description, long size) throws IOException {
        header(id, flags, string(description), size);
    }

    private void header(int id, int flags, int stringId, long size) throws IOException {
        out.append(out.bytes().u16(id).u16(flags).u32(stringId).u64(size));
    }

    private int string(String text) {
        int at = strings.size();
        strings.cString(text);
        return at;
    }
}
