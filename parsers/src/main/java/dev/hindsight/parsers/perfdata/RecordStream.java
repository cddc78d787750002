package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.io.Closeable;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The records of a perf.data one after another, those within compressed ones among them. After {@link #next()} the
 * record stands at {@link #at} of {@link #bytes}, whole and checked, until the next call.
 */
final class RecordStream implements Closeable {

    /** Little enough to stay in the cache of a core. */
    private static final int WINDOW = 1 << 18;

    private final TraceFile file;
    private final boolean big;
    private final long end;
    private final Damage damage;
    private final AtomicLong progress;
    private final long start;
    private final byte[] window = new byte[WINDOW];
    private final CompressedRecords compressed;

    private long windowStart;
    private int windowFrom;
    private int windowEnd;
    private long position;
    private boolean inCompressed;

    /** Of the record. */
    byte[] bytes;

    int at;
    int type;
    int misc;
    int size;

    /** Offset of the record in the file, of the compressed one where it is within one. */
    long offset;

    /** Over the records at {@code [start, end)} of the file; {@code progress} hears how many bytes are done. */
    RecordStream(TraceFile file, long start, long end, ByteOrder order, Damage damage, AtomicLong progress) {
        this.file = file;
        this.end = Math.min(end, file.size());
        this.damage = damage;
        this.progress = progress;
        this.start = start;
        big = order == ByteOrder.BIG_ENDIAN;
        position = start;
        windowStart = start;
        compressed = new CompressedRecords(file, big, damage);
    }

    /** Goes to the next record; false at the end, and where damage leaves nothing that could be read. */
    boolean next() {
        while (true) {
            if (inCompressed) {
                int found = compressed.next();
                if (found >= 0) {
                    bytes = compressed.bytes();
                    at = found;
                    parse();
                    if (type == PerfRecord.COMPRESSED || type == PerfRecord.COMPRESSED_2) {
                        compressed.damaged("records of the kernel within compressed ones", "a compressed one");
                        continue;
                    }
                    return true;
                }
                inCompressed = false;
            }
            if (!nextOfFile()) {
                compressed.finish(position);
                return false;
            }
            if (type != PerfRecord.COMPRESSED && type != PerfRecord.COMPRESSED_2) {
                return true;
            }
            compressed.feed(bytes, at, size, type, offset);
            inCompressed = true;
        }
    }

    private void parse() {
        type = Words.getInt(bytes, at, big);
        misc = Words.getShort(bytes, at + 4, big);
        size = Words.getShort(bytes, at + 6, big);
    }

    private boolean nextOfFile() {
        progress.set(position - start);
        if (position >= end) {
            return false;
        }
        if (!reach(PerfRecord.HEADER_BYTES)) {
            return truncated(PerfRecord.HEADER_BYTES);
        }
        bytes = window;
        at = windowFrom;
        offset = position;
        parse();
        if (size < PerfRecord.HEADER_BYTES) {
            return refused("a record of at least " + PerfRecord.HEADER_BYTES + " bytes", size + " bytes");
        }
        if (!reach(size)) {
            return truncated(size);
        }
        at = windowFrom;
        windowFrom += size;
        position += size;
        return true;
    }

    /** Makes so many bytes from the position on stand in the window; false where the data end before. */
    private boolean reach(int wanted) {
        if (windowEnd - windowFrom >= wanted) {
            return true;
        }
        int kept = windowEnd - windowFrom;
        System.arraycopy(window, windowFrom, window, 0, kept);
        windowFrom = 0;
        windowStart = position;
        long from = windowStart + kept;
        windowEnd = kept + file.read(from, window, kept, (int) Math.min(WINDOW - kept, end - from));
        return windowEnd >= wanted;
    }

    private boolean truncated(int wanted) {
        return refused("a record of " + wanted + " bytes", "the end of the data after " + (end - position));
    }

    private boolean refused(String expected, String actual) {
        damage.found(
                "damaged-records",
                "",
                new DamagedTraceException(file.path(), position, expected, actual),
                "what follows is lost");
        position = end;
        return false;
    }

    /** Passes over bytes that follow the record of the file. */
    void skip(long following, String what) {
        if (following < 0 || following > end - position) {
            refused(what + " within the " + (end - position) + " bytes left", Long.toUnsignedString(following));
            windowFrom = windowEnd;
            return;
        }
        position += following;
        if (following <= windowEnd - windowFrom) {
            windowFrom += (int) following;
        } else {
            windowFrom = 0;
            windowEnd = 0;
        }
    }

    /** Offset behind the record of the file. */
    long position() {
        return position;
    }

    boolean bigEndian() {
        return big;
    }

    @Override
    public void close() {
        compressed.close();
    }
}
