package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.DamagedTraceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads numbers and strings one after another, from a file or from a decompressed section, and checks every length.
 * What reaches beyond the end is a {@link DamagedTraceException}.
 */
public final class ByteCursor {

    private static final int WINDOW = 1 << 16;

    private static final int MAX_STRING = 1 << 16;

    private final TraceFile file;
    private final boolean inMemory;
    private final long base;
    private final long end;
    private ByteBuffer window;
    private long windowStart;

    private ByteCursor(TraceFile file, boolean inMemory, long base, long end, ByteBuffer window) {
        this.file = file;
        this.inMemory = inMemory;
        this.base = base;
        this.end = end;
        this.window = window;
        windowStart = base;
    }

    /** Over bytes {@code [start, end)} of the file. */
    public static ByteCursor over(TraceFile file, long start, long end, ByteOrder order) {
        ByteBuffer empty = ByteBuffer.allocate(0).order(order);
        return new ByteCursor(file, false, start, Math.min(end, file.size()), empty);
    }

    /** Over bytes that were decompressed from {@code fileOffset}; offsets in errors are that one. */
    public static ByteCursor over(TraceFile file, byte[] bytes, long fileOffset, ByteOrder order) {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(order);
        return new ByteCursor(file, true, fileOffset, fileOffset + bytes.length, all);
    }

    /** Offset of the next byte in the file; for decompressed bytes that of their section. */
    public long offset() {
        return inMemory ? base : windowStart + window.position();
    }

    /** Bytes before the end. */
    public long remaining() {
        return end - (windowStart + window.position());
    }

    private void need(int bytes, String what) {
        if (window.remaining() >= bytes) {
            return;
        }
        if (remaining() < bytes) {
            throw damaged(what, "the end after " + remaining() + " of " + bytes + " bytes");
        }
        long start = windowStart + window.position();
        int length = (int) Math.min(Math.max(WINDOW, bytes), end - start);
        byte[] read = file.readFully(start, length, what);
        window = ByteBuffer.wrap(read).order(window.order());
        windowStart = start;
    }

    /** A byte, unsigned. */
    public int u8(String what) {
        need(1, what);
        return window.get() & 0xFF;
    }

    /** A 16-bit word, unsigned. */
    public int u16(String what) {
        need(2, what);
        return window.getShort() & 0xFFFF;
    }

    /** A 32-bit word, unsigned. */
    public long u32(String what) {
        need(4, what);
        return window.getInt() & 0xFFFFFFFFL;
    }

    /** A 64-bit word; negative where its highest bit is set. */
    public long u64(String what) {
        need(8, what);
        return window.getLong();
    }

    /** A 64-bit length of what follows here; checked against what remains and {@code max}. */
    public int length(long declared, int max, String what) {
        if (declared < 0 || declared > remaining()) {
            throw damaged(
                    what + " within the " + remaining() + " bytes left", Long.toUnsignedString(declared) + " bytes");
        }
        if (declared > max) {
            throw damaged(what + " of at most " + max + " bytes", declared + " bytes");
        }
        return (int) declared;
    }

    /** {@code length} bytes, which {@link #length} has checked. */
    public byte[] bytes(int length, String what) {
        if (length > remaining()) {
            throw damaged(what + " of " + length + " bytes", remaining() + " bytes left");
        }
        byte[] to = new byte[length];
        int done = Math.min(length, window.remaining());
        window.get(to, 0, done);
        if (done < length) {
            long start = windowStart + window.position();
            int n = file.read(start, to, done, length - done);
            if (n < length - done) {
                throw damaged(what + " of " + length + " bytes", "the end of the file");
            }
            moveTo(start + n);
        }
        return to;
    }

    /** Passes over bytes without reading them. */
    public void skip(long bytes, String what) {
        if (bytes < 0 || bytes > remaining()) {
            throw damaged(what + " within the " + remaining() + " bytes left", Long.toUnsignedString(bytes) + " bytes");
        }
        if (bytes <= window.remaining()) {
            window.position(window.position() + (int) bytes);
        } else {
            moveTo(windowStart + window.position() + bytes);
        }
    }

    private void moveTo(long position) {
        windowStart = position;
        window = ByteBuffer.allocate(0).order(window.order());
    }

    /** Text up to a NUL byte, which is read too. */
    public String string(String what) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < MAX_STRING; i++) {
            int c = u8(what);
            if (c == 0) {
                return text.toString();
            }
            text.append((char) c);
        }
        throw damaged(what + " that ends with a NUL byte", MAX_STRING + " bytes without one");
    }

    /** Exactly these ASCII bytes, or damage. */
    public void expect(String text, String what) {
        byte[] found = bytes((int) Math.min(text.length(), remaining()), what);
        String actual = new String(found, StandardCharsets.ISO_8859_1);
        if (!actual.equals(text)) {
            throw damaged(what + " " + quoted(text), quoted(actual));
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\0", "\\0").replaceAll("\\p{Cntrl}", "?") + '"';
    }

    /** For the caller to throw: what stands before the next byte contradicts the format. */
    public DamagedTraceException damaged(String expected, String actual) {
        return new DamagedTraceException(file.path(), offset(), expected, actual);
    }
}
