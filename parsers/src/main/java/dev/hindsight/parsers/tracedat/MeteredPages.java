package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.ringbuffer.PageSource;
import java.util.concurrent.atomic.AtomicLong;

/** Pages whose bytes are counted in the file's terms, for a progress bar. */
final class MeteredPages implements PageSource {

    private final PageSource source;
    private final AtomicLong done;
    private long position;
    private long lastOffset;

    MeteredPages(PageSource source, AtomicLong done) {
        this.source = source;
        this.done = done;
        lastOffset = source.fileOffset(0);
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        int n = source.read(to, offset, length);
        position += n;
        long at = source.fileOffset(position);
        done.lazySet(done.get() + Math.max(0, at - lastOffset));
        lastOffset = Math.max(at, lastOffset);
        return n;
    }

    @Override
    public long fileOffset(long of) {
        return source.fileOffset(of);
    }

    @Override
    public void close() {
        source.close();
    }
}
