package dev.hindsight.sampletraces.synthetic;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;
import java.util.zip.Deflater;

/** How sections and ring-buffer chunks of a version 7 file are compressed; version 6 knows {@link #NONE} alone. */
public enum Compression {
    NONE("none", ""),
    ZSTD("zstd", "1.5.4"),
    ZLIB("zlib", "1.2.13");

    private final String name;
    private final String version;

    Compression(String name, String version) {
        this.name = name;
        this.version = version;
    }

    /** The name as written after the file's page size. */
    public String nameInFile() {
        return name;
    }

    /** The library version as written after the name. */
    public String versionInFile() {
        return version;
    }

    /** Compresses {@code length} bytes of {@code data}; {@link #NONE} copies them. */
    byte[] compress(byte[] data, int offset, int length) {
        return switch (this) {
            case NONE -> Arrays.copyOfRange(data, offset, offset + length);
            case ZSTD -> zstd(data, offset, length);
            case ZLIB -> zlib(data, offset, length);
        };
    }

    private static byte[] zstd(byte[] data, int offset, int length) {
        byte[] out = new byte[Math.toIntExact(Zstd.compressBound(length))];
        long size = Zstd.compressByteArray(out, 0, out.length, data, offset, length, Zstd.defaultCompressionLevel());
        if (Zstd.isError(size)) {
            throw new IllegalStateException("zstd: " + Zstd.getErrorName(size));
        }
        return Arrays.copyOf(out, Math.toIntExact(size));
    }

    private static byte[] zlib(byte[] data, int offset, int length) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(data, offset, length);
            deflater.finish();
            byte[] out = new byte[length + length / 1000 + 64];
            int size = deflater.deflate(out);
            if (!deflater.finished()) {
                throw new IllegalStateException("zlib: " + length + " bytes did not fit in " + out.length);
            }
            return Arrays.copyOf(out, size);
        } finally {
            deflater.end();
        }
    }
}
