package dev.hindsight.parsers.perfdata;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.io.Closeable;
import java.nio.ByteBuffer;

/**
 * The records within records of type COMPRESSED (perf 5.2) and COMPRESSED2 (6.16), of which the latter says how many of
 * its bytes count:
 *
 * <pre>
 *   COMPRESSED     header (8) | zstd
 *   COMPRESSED2    header (8) | bytes of zstd (64) | zstd | padding to 8
 * </pre>
 *
 * <p>All payloads together are one zstd stream, flushed at the end of each; a record may begin in one and end in the
 * next. However far a payload unfolds, no more than a window of it is held.
 */
final class CompressedRecords implements Closeable {

    private static final int WINDOW = 1 << 18;

    private final TraceFile file;
    private final boolean big;
    private final Damage damage;

    private ZstdDecompressCtx zstd;
    private ByteBuffer source;
    private ByteBuffer unpacked;
    private byte[] window;
    private int from;
    private int end;
    private long offset;
    private boolean more;
    private boolean broken;

    CompressedRecords(TraceFile file, boolean big, Damage damage) {
        this.file = file;
        this.big = big;
        this.damage = damage;
    }

    byte[] bytes() {
        return window;
    }

    /** Takes the next compressed record. */
    void feed(byte[] bytes, int at, int size, int type, long fileOffset) {
        offset = fileOffset;
        if (broken) {
            return;
        }
        if (zstd == null) {
            zstd = new ZstdDecompressCtx();
            source = ByteBuffer.allocateDirect(PerfRecord.MAX_BYTES);
            unpacked = ByteBuffer.allocateDirect(WINDOW);
            window = new byte[WINDOW + PerfRecord.MAX_BYTES];
        }
        int start = at + PerfRecord.HEADER_BYTES;
        long length = size - PerfRecord.HEADER_BYTES;
        if (type == PerfRecord.COMPRESSED_2) {
            start += 8;
            long room = length - 8;
            length = room < 0 ? -1 : Words.getLong(bytes, at + PerfRecord.HEADER_BYTES, big);
            if (length < 0 || length > room) {
                damaged("compressed bytes within their record of " + size + " bytes", length + " bytes");
                return;
            }
        }
        source.clear();
        source.put(bytes, start, (int) length);
        source.flip();
        more = length > 0;
    }

    /** Place of the next record in {@link #bytes()}, or -1 where the payload holds no further whole one. */
    int next() {
        while (!broken) {
            if (end - from >= PerfRecord.HEADER_BYTES) {
                int size = Words.getShort(window, from + 6, big);
                if (size < PerfRecord.HEADER_BYTES) {
                    damaged("a record of at least " + PerfRecord.HEADER_BYTES + " bytes", size + " bytes");
                    return -1;
                }
                if (end - from >= size) {
                    int at = from;
                    from += size;
                    return at;
                }
            }
            if (!more || !unpack()) {
                return -1;
            }
        }
        return -1;
    }

    private boolean unpack() {
        System.arraycopy(window, from, window, 0, end - from);
        end -= from;
        from = 0;
        unpacked.clear();
        int before = source.position();
        try {
            zstd.decompressDirectByteBufferStream(unpacked, source);
        } catch (ZstdException e) {
            damaged("a zstd stream", e.getMessage());
            return false;
        }
        boolean full = !unpacked.hasRemaining();
        unpacked.flip();
        int made = unpacked.remaining();
        if (made == 0 && source.position() == before) {
            more = false;
            return false;
        }
        unpacked.get(window, end, made);
        end += made;
        more = full || source.hasRemaining();
        return true;
    }

    /** The stream can't be followed any further: what else is compressed is lost. */
    void damaged(String expected, String actual) {
        if (!broken) {
            broken = true;
            damage.found(
                    "damaged-compression",
                    "",
                    new DamagedTraceException(file.path(), offset, expected, actual),
                    "this and all further compressed records are lost");
        }
    }

    /** The data have ended: nothing of a record may be left. */
    void finish(long fileOffset) {
        if (!broken && end > from) {
            offset = fileOffset;
            damaged("the rest of a compressed record", "the end of the data after " + (end - from) + " bytes of it");
        }
    }

    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
        }
    }
}
