package dev.hindsight.parsers.tracedat;

/**
 * Where the ring-buffer pages of one CPU stand in the file.
 *
 * @param cpu number of the CPU
 * @param offset of the first byte: of a page, or of the chunk count where the data is compressed
 * @param size bytes in the file
 */
record CpuData(int cpu, long offset, long size) {

    /** Offset behind the last byte that a file of this size has of the data, {@code further} bytes included. */
    long endWithin(long fileSize, int further) {
        return size > fileSize - offset - further ? fileSize : offset + size + further;
    }
}
