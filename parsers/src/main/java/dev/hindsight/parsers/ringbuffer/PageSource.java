package dev.hindsight.parsers.ringbuffer;

/**
 * The ring-buffer pages of one CPU as a row of bytes, read once from front to end: {@code FilePages} (as they stand in
 * the file) or {@code ChunkPages} (decompressed).
 */
public interface PageSource {

    /**
     * Reads the next bytes.
     *
     * @return how many, a multiple of the page size but for a truncated end; 0 at the end
     */
    int read(byte[] to, int offset, int length);

    /** Offset in the file to blame for what stands at a place in the row of bytes read so far. */
    long fileOffset(long position);

    /** Lets go of buffers; the source is at its end then. */
    void close();
}
