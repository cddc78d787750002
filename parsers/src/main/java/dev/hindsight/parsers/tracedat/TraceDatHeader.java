package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.UnsupportedTraceException;
import java.nio.ByteOrder;

/**
 * The first bytes of a trace.dat, as trace-cmd.dat.v6(5) and .v7(5) describe them:
 *
 * <pre>
 *   0          3           10          12        13        14          18
 *   +----------+-----------+-----------+---------+---------+-----------+---------------------------------
 *   | 17 08 44 | "tracing" | "6\0"     | endian  | bytes of| page size | 7 only: compression name\0
 *   |          |           | or "7\0"  | 0 LE 1 BE a long  | 32 bits   | version\0, offset of options (64)
 *   +----------+-----------+-----------+---------+---------+-----------+---------------------------------
 * </pre>
 *
 * <p>The size of a long is that of trace-cmd's user space; that of the kernel stands in {@code header_page}.
 */
final class TraceDatHeader {

    static final byte[] MAGIC = {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'};

    static final int VERSION_START = 6;
    static final int VERSION_SECTIONS = 7;
    static final int VERSION_CURRENT = 7;

    /** Smallest page: a header and one event; the kernel's own are powers of two from 4096. */
    static final int MIN_PAGE = 32;

    /** Largest sub-buffer that is read. */
    static final int MAX_PAGE = 16 << 20;

    private TraceDatHeader() {}

    /** Whether these first bytes are those of a trace.dat. */
    static boolean matches(byte[] start, int length) {
        if (length < MAGIC.length) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (start[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads up to the page size and tells the offset of what follows. */
    static long read(TraceFile file, TraceDatContents to) {
        ByteCursor in = ByteCursor.over(file, 0, file.size(), ByteOrder.LITTLE_ENDIAN);
        in.expect(new String(MAGIC, java.nio.charset.StandardCharsets.ISO_8859_1), "magic bytes");
        String version = in.string("version");
        try {
            to.version = Integer.parseInt(version);
        } catch (NumberFormatException e) {
            throw in.damaged("a version number", '"' + version + '"');
        }
        if (to.version < VERSION_START || to.version > VERSION_CURRENT) {
            throw new UnsupportedTraceException(
                    file.path(),
                    10,
                    "trace.dat of version " + VERSION_START + " or " + VERSION_CURRENT,
                    "version " + to.version);
        }
        int endian = in.u8("endianness");
        if (endian > 1) {
            throw in.damaged("endianness 0 or 1", "" + endian);
        }
        to.order = endian == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        to.longBytes = in.u8("bytes of a long");
        if (to.longBytes != 4 && to.longBytes != 8) {
            throw in.damaged("4 or 8 bytes of a long", "" + to.longBytes);
        }
        long at = in.offset();
        ByteCursor ordered = ByteCursor.over(file, at, file.size(), to.order);
        to.pageSize = pageSize(ordered.u32("page size"), ordered);
        return ordered.offset();
    }

    /** A page size within bounds, or damage. */
    static int pageSize(long declared, ByteCursor in) {
        if (declared < MIN_PAGE || declared > MAX_PAGE) {
            throw in.damaged("a page size of " + MIN_PAGE + " to " + MAX_PAGE, "" + declared);
        }
        return (int) declared;
    }
}
