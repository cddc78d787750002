package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.ringbuffer.PageSource;

/** The pages of a CPU as they stand in the file. */
final class FilePages implements PageSource {

    private final TraceFile file;
    private final long start;
    private final long end;
    private long at;

    /** {@code end} may lie beyond the file's; then the data ends early. */
    FilePages(TraceFile file, long start, long end) {
        this.file = file;
        this.start = start;
        this.end = end;
        at = start;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        int n = file.read(at, to, offset, (int) Math.min(length, end - at));
        at += n;
        return n;
    }

    @Override
    public long fileOffset(long position) {
        return start + position;
    }

    @Override
    public void close() {
        at = end;
    }
}
