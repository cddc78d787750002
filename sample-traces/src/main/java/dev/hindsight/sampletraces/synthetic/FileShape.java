package dev.hindsight.sampletraces.synthetic;

import java.nio.ByteOrder;

/**
 * What holds for a whole trace.dat file.
 *
 * @param version 6 or 7
 * @param order byte order of the traced machine
 * @param longBytes 4 or 8: size of {@code long} in the traced user space, as in the file's header
 * @param kernelLongBytes 4 or 8: size of {@code long} in the traced kernel, and so of a page's commit word
 * @param pageBytes page size, as in the file's header
 * @param compression of a version 7 file
 */
public record FileShape(
        int version, ByteOrder order, int longBytes, int kernelLongBytes, int pageBytes, Compression compression) {

    public FileShape {
        if (version != 6 && version != 7) {
            throw new IllegalArgumentException("version: expected 6 or 7, got " + version);
        }
        if ((longBytes != 4 && longBytes != 8) || (kernelLongBytes != 4 && kernelLongBytes != 8)) {
            throw new IllegalArgumentException(
                    "long size: expected 4 or 8, got " + longBytes + " and, in the kernel, " + kernelLongBytes);
        }
        if (pageBytes < 256 || Integer.bitCount(pageBytes) != 1) {
            throw new IllegalArgumentException("page size: expected a power of two from 256 on, got " + pageBytes);
        }
        if (version == 6 && compression != Compression.NONE) {
            throw new IllegalArgumentException("version 6 knows no compression, got " + compression);
        }
    }

    /** Version 6: little-endian, 64-bit, pages of 4096 bytes. */
    public static FileShape v6() {
        return new FileShape(6, ByteOrder.LITTLE_ENDIAN, 8, 8, 4096, Compression.NONE);
    }

    /** Version 7: little-endian, 64-bit, pages of 4096 bytes, not compressed. */
    public static FileShape v7() {
        return new FileShape(7, ByteOrder.LITTLE_ENDIAN, 8, 8, 4096, Compression.NONE);
    }

    public FileShape bigEndian() {
        return new FileShape(version, ByteOrder.BIG_ENDIAN, longBytes, kernelLongBytes, pageBytes, compression);
    }

    /** The same with this size of {@code long} in user space and kernel. */
    public FileShape withLongBytes(int bytes) {
        return new FileShape(version, order, bytes, bytes, pageBytes, compression);
    }

    /** The same with this size of {@code long} in the kernel alone: 8 for a 32-bit trace-cmd on a 64-bit kernel. */
    public FileShape withKernelLongBytes(int bytes) {
        return new FileShape(version, order, longBytes, bytes, pageBytes, compression);
    }

    public FileShape withPageBytes(int bytes) {
        return new FileShape(version, order, longBytes, kernelLongBytes, bytes, compression);
    }

    public FileShape with(Compression other) {
        return new FileShape(version, order, longBytes, kernelLongBytes, pageBytes, other);
    }
}
