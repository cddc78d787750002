package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableSinks;
import java.util.ArrayList;
import java.util.List;

/** Reads ring-buffer pages of any number of CPUs into event blocks, in time order, with bounded memory. */
public final class RingBufferReader {

    /** Bytes of pages held at once over all CPUs, unless one page of each is more. */
    private static final int ARENA = 16 << 20;

    private static final int MAX_SLOT = 256 << 10;

    /** Most bytes of pages held at once, where many CPUs have large sub-buffers. */
    private static final long MAX_ARENA = 1L << 30;

    /** Heap that blocks may hold before the largest are handed over early. */
    private static final long BLOCK_BUDGET = 192L << 20;

    private final EventFormats formats;
    private final DamageListener damage;
    private final FallingTime falling;

    /** Hears of events that are earlier than the one before them in the merged order. */
    @FunctionalInterface
    public interface FallingTime {

        void fell(int cpu, long fromNs, long toNs);
    }

    public RingBufferReader(EventFormats formats, DamageListener damage, FallingTime falling) {
        this.formats = formats;
        this.damage = damage;
        this.falling = falling;
    }

    /**
     * Reads all streams, which may be of several buffers with pages of different sizes, but of one byte order. Ties in
     * time go by the order of {@code streams}.
     *
     * @throws IllegalArgumentException where one page of each stream is more than 1 GiB
     */
    public void read(List<CpuStream> streams, TableSinks tables, RecordingSink sink) {
        long[] slots = new long[streams.size() + 1];
        int share = streams.isEmpty() ? MAX_SLOT : Math.min(MAX_SLOT, ARENA / streams.size());
        for (int i = 0; i < streams.size(); i++) {
            int page = streams.get(i).layout().pageSize();
            slots[i + 1] = slots[i] + Math.max(page, share / page * page);
        }
        long total = slots[streams.size()];
        if (total > MAX_ARENA) {
            throw new IllegalArgumentException(
                    "a page of each of " + streams.size() + " CPUs are " + total + " bytes, more than " + MAX_ARENA);
        }
        byte[] arena = new byte[(int) total];
        boolean big = !streams.isEmpty() && streams.get(0).layout().bigEndian();
        EventBlocks blocks = new EventBlocks(formats, big, tables, sink, BLOCK_BUDGET);
        List<CpuPages> cpus = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            CpuStream s = streams.get(i);
            cpus.add(new CpuPages(
                    s.source(),
                    s.layout(),
                    blocks,
                    s.clock(),
                    damage,
                    s.instance(),
                    s.cpu(),
                    arena,
                    (int) slots[i],
                    (int) (slots[i + 1] - slots[i])));
        }
        try {
            new EventSlices(cpus, blocks, sink, arena, falling).run();
        } finally {
            for (CpuPages c : cpus) {
                c.close();
            }
        }
    }
}
