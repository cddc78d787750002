package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.HeaderPage;
import dev.hindsight.parsers.format.KernelSymbols;
import dev.hindsight.parsers.ringbuffer.EventFormats;
import java.nio.ByteOrder;

/**
 * The head of a trace.dat as perf.data carries it (feature TRACING_DATA, and the record of that name in a pipe): what
 * {@code tools/perf/util/trace-event-info.c} writes. It is that of trace.dat 6 up to the command lines, but its version
 * reads 0.5 (without command lines) or 0.6.
 *
 * <pre>
 *   17 08 44 "tracing" | "0.6\0" | endian | bytes of a long | page size (32) |
 *   header_page, header_event | ftrace formats | event formats | kallsyms | printk formats | command lines
 * </pre>
 */
public final class TracingData {

    private static final String WITHOUT_CMDLINES = "0.5";

    private final TraceDatContents contents = new TraceDatContents();
    private final FormatCatalog formats;

    private TracingData(TraceFile file, long start, long end, Damage damage) {
        ByteCursor head = ByteCursor.over(file, start, end, ByteOrder.LITTLE_ENDIAN);
        head.expect(
                new String(TraceDatHeader.MAGIC, java.nio.charset.StandardCharsets.ISO_8859_1),
                "the magic bytes of tracing data");
        String version = head.string("version of tracing data");
        int endian = head.u8("endianness of tracing data");
        if (endian > 1) {
            throw head.damaged("endianness 0 or 1", "" + endian);
        }
        contents.order = endian == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        contents.longBytes = head.u8("bytes of a long");
        if (contents.longBytes != 4 && contents.longBytes != 8) {
            throw head.damaged("4 or 8 bytes of a long", "" + contents.longBytes);
        }
        ByteCursor in = ByteCursor.over(file, head.offset(), end, contents.order);
        in.u32("page size");
        MetadataReader metadata = new MetadataReader(contents);
        metadata.headerInfo(in);
        metadata.ftraceFormats(in);
        metadata.eventFormats(in);
        metadata.kallsyms(in);
        metadata.printkFormats(in);
        if (!version.equals(WITHOUT_CMDLINES)) {
            metadata.cmdlines(in);
        }
        formats = new FormatCatalog(file.path(), contents, kernelWordBytes(), damage);
    }

    /** The page's commit word is a {@code long} of the kernel; perf's own may be shorter. */
    private int kernelWordBytes() {
        try {
            return HeaderPage.parse(contents.headerPage).commitSize();
        } catch (FormatException e) {
            return contents.longBytes;
        }
    }

    /**
     * Reads tracing data that stand at {@code [start, end)} of a file.
     *
     * @throws TraceException where they are damaged; damage of a single format goes to {@code damage}
     */
    public static TracingData read(TraceFile file, long start, long end, Damage damage) {
        return new TracingData(file, start, end, damage);
    }

    /** The formats of events, by the ids that their records begin with. */
    public EventFormats formats() {
        return formats;
    }

    /** Whether an id has a format here. */
    public boolean knows(int id) {
        return formats.knows(id);
    }

    /** Byte order of the traced machine. */
    public ByteOrder order() {
        return contents.order;
    }

    /** Bytes of a {@code long} in the traced kernel. */
    public int wordBytes() {
        return kernelWordBytes();
    }

    /** Symbols and printk formats, as far as saved. */
    public KernelSymbols symbols() {
        return KernelSymbols.of(contents.kallsyms, contents.printkFormats);
    }

    /** Lines of process id and name, as the kernel's {@code saved_cmdlines} has them. */
    public byte[] commandLines() {
        return contents.cmdlines;
    }
}
