package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.recording.EventCounter;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableSinks;
import java.util.ArrayList;
import java.util.List;

/** Reads ring-buffer pages of any number of CPUs into event blocks, in time order, with bounded memory. */
public final class RingBufferReader {

    /** Bytes of pages held at once over all CPUs, unless one page of each is more. */
    private static final int ARENA = 16 << 20;

    private static final int MAX_SLOT = 128 << 10;

    /** Events decoded ahead of the merge over all CPUs. */
    private static final int MAX_BATCHED = 1 << 18;

    private static final int COUNT_SLOT = 1 << 20;

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

    /** Most bytes that a page of each stream may take together: a quarter of the heap, at most 1 GiB. */
    public static long maxArenaBytes() {
        return Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4);
    }

    /**
     * Reads all streams, which may be of several buffers with pages of different sizes, but of one byte order. Ties in
     * time go by the order of {@code streams}.
     *
     * @throws IllegalArgumentException where one page of each stream is more than {@link #maxArenaBytes()}
     */
    public void read(List<CpuStream> streams, TableSinks tables, RecordingSink sink) {
        long[] slots = new long[streams.size() + 1];
        int share = streams.isEmpty() ? MAX_SLOT : Math.min(MAX_SLOT, ARENA / streams.size());
        for (int i = 0; i < streams.size(); i++) {
            int page = streams.get(i).layout().pageSize();
            slots[i + 1] = slots[i] + Math.max(page, share / page * page);
        }
        long total = slots[streams.size()];
        if (total > Math.max(ARENA, maxArenaBytes())) {
            throw new IllegalArgumentException("a page of each of " + streams.size() + " CPUs are " + total
                    + " bytes, more than " + maxArenaBytes());
        }
        byte[] arena = new byte[(int) total];
        int batch = Math.max(32, Math.min(CpuPages.BATCH, MAX_BATCHED / Math.max(1, streams.size())));
        boolean big = !streams.isEmpty() && streams.get(0).layout().bigEndian();
        boolean instances = false;
        for (CpuStream s : streams) {
            instances |= s.instance() != 0;
        }
        SliceBuilder slices = new SliceBuilder(formats, big, instances, tables, sink, falling);
        List<CpuPages> cpus = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            CpuStream s = streams.get(i);
            cpus.add(new CpuPages(
                    s.source(),
                    s.layout(),
                    slices.ids(),
                    s.clock(),
                    damage,
                    s.instance(),
                    s.cpu(),
                    arena,
                    (int) slots[i],
                    (int) (slots[i + 1] - slots[i]),
                    batch));
        }
        try {
            new CpuMerge(cpus, slices, sink, arena, batch, instances).run();
        } finally {
            for (CpuPages c : cpus) {
                c.close();
            }
        }
    }

    /** Counts the events of all streams, one CPU after another. */
    public EventCounts count(List<CpuStream> streams) {
        EventCounter counter = new EventCounter();
        CountedIds ids = new CountedIds(formats, counter);
        int slot = COUNT_SLOT;
        for (CpuStream s : streams) {
            slot = Math.max(slot, s.layout().pageSize());
        }
        byte[] arena = new byte[slot];
        for (CpuStream s : streams) {
            int pages = slot / s.layout().pageSize() * s.layout().pageSize();
            CpuPages cpu = new CpuPages(
                    s.source(),
                    s.layout(),
                    ids,
                    s.clock(),
                    damage,
                    s.instance(),
                    s.cpu(),
                    arena,
                    0,
                    pages,
                    CpuPages.BATCH);
            try {
                count(cpu, counter);
            } finally {
                cpu.close();
            }
        }
        return counter.counts();
    }

    private static void count(CpuPages cpu, EventCounter counter) {
        counter.cpu(cpu.cpu);
        while (true) {
            int n = cpu.next();
            if (n == CpuPages.DRY) {
                if (!cpu.fill()) {
                    break;
                }
                continue;
            }
            counter.lose(cpu.lostBefore);
            counter.add(cpu.type, n, cpu.cpu, cpu.ts[0], cpu.ts[n - 1]);
        }
        counter.lose(cpu.lostAtEnd());
    }
}
