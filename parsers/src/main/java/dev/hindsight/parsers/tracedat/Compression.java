package dev.hindsight.parsers.tracedat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** How sections and CPU data of a trace.dat are compressed, as its compression header names it. */
enum Compression {
    NONE,
    ZLIB,
    ZSTD;

    /** By the name in the header, null for one that Hindsight does not know. */
    static Compression named(String name) {
        return switch (name) {
            case "none", "" -> NONE;
            case "zlib" -> ZLIB;
            case "zstd" -> ZSTD;
            default -> null;
        };
    }

    /**
     * Decompresses into {@code to}, at most {@code expected} bytes.
     *
     * @return null where all {@code expected} bytes came out, otherwise what went wrong
     */
    String decompress(byte[] from, int offset, int length, byte[] to, int toOffset, int expected) {
        return switch (this) {
            case NONE -> {
                if (length != expected) {
                    yield length + " bytes";
                }
                System.arraycopy(from, offset, to, toOffset, length);
                yield null;
            }
            case ZLIB -> inflate(from, offset, length, to, toOffset, expected);
            case ZSTD -> {
                try {
                    long n = Zstd.decompressByteArray(to, toOffset, expected, from, offset, length);
                    yield Zstd.isError(n) ? "zstd: " + Zstd.getErrorName(n) : n == expected ? null : n + " bytes";
                } catch (ZstdException e) {
                    yield "zstd: " + e.getMessage();
                }
            }
        };
    }

    private static String inflate(byte[] from, int offset, int length, byte[] to, int toOffset, int expected) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(from, offset, length);
            int done = 0;
            while (done < expected) {
                int n = inflater.inflate(to, toOffset + done, expected - done);
                if (n == 0) {
                    break;
                }
                done += n;
            }
            return done == expected ? null : done + " bytes";
        } catch (DataFormatException e) {
            return "zlib: " + e.getMessage();
        } finally {
            inflater.end();
        }
    }
}
