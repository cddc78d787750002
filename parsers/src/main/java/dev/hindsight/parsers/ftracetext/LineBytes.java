package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.tracedat.TraceFile;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of a text, read ahead in large pieces, line by line. The caller may keep what it still needs when more is read.
 */
final class LineBytes {

    /** Lines are cut where they are longer: no event is. */
    static final int MOST_LINE = 64 << 10;

    /** The byte order mark in UTF-8, which editors put before a text: it is none of the first line. */
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final TraceFile file;
    private final AtomicLong done;

    /** Offset in the file of {@code bytes[filled]}. */
    private long offset;

    private byte[] bytes;
    private int filled;
    private int next;
    private boolean ended;

    int lineStart;
    int lineEnd;

    /** Whether the line was longer than {@link #MOST_LINE} and the rest of it is skipped. */
    boolean cut;

    /** Whether the file ends in the line, before its end of line. */
    boolean open;

    LineBytes(TraceFile file, int capacity, AtomicLong done) {
        this.file = file;
        this.done = done;
        bytes = new byte[capacity];
    }

    byte[] bytes() {
        return bytes;
    }

    /** Offset in the file of the line that {@link #next} found. */
    long lineOffset() {
        return offset - filled + lineStart;
    }

    /** Finds the next line; false where no whole one is in memory. */
    boolean next() {
        if (cut && !skipRest()) {
            return false;
        }
        cut = false;
        int most = Math.min(filled, next + MOST_LINE);
        int i = next;
        while (i < most && bytes[i] != '\n') {
            i++;
        }
        boolean whole = i < most;
        cut = !whole && most == next + MOST_LINE;
        if (!whole && !cut && (!ended || i == next)) {
            return false;
        }
        open = !whole && !cut;
        lineStart = next;
        lineEnd = i;
        next = whole ? i + 1 : i;
        return true;
    }

    private boolean skipRest() {
        while (next < filled && bytes[next] != '\n') {
            next++;
        }
        if (next == filled) {
            return false;
        }
        next++;
        return true;
    }

    /** Whether all has been read from the file. */
    boolean ended() {
        return ended;
    }

    /**
     * Moves on: what is before the next line is replaced by {@code kept} bytes, which the caller put into {@code with},
     * and more is read behind them.
     *
     * @param with the new memory, as large or larger
     */
    void refill(byte[] with, int kept) {
        boolean first = offset == 0;
        int rest = filled - next;
        System.arraycopy(bytes, next, with, kept, rest);
        bytes = with;
        next = kept;
        filled = kept + rest;
        while (filled < bytes.length && !ended) {
            int read = file.read(offset, bytes, filled, bytes.length - filled);
            if (read <= 0) {
                ended = true;
            } else {
                offset += read;
                filled += read;
            }
        }
        if (first && startsWithMark(next)) {
            next += MARK.length;
        }
        done.set(offset);
    }

    private boolean startsWithMark(int at) {
        return filled - at >= MARK.length && Arrays.equals(MARK, 0, MARK.length, bytes, at, at + MARK.length);
    }
}
