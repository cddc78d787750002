package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.ringbuffer.EventWindow;
import dev.hindsight.parsers.ringbuffer.RingBufferReader;
import dev.hindsight.parsers.ringbuffer.SliceBuilder;
import java.util.Arrays;

/**
 * Puts samples, which come CPU by CPU in rounds, into time order, as perf's own queue does: when a round ends, no event
 * can come any more that is earlier than the latest of the round before.
 *
 * <p>Where no round ends for long, the earlier half of what is held goes on all the same, so that memory stays bounded;
 * should an even earlier event come then, time falls, which is told.
 *
 * <p>Samples may pass without going on: they count for the order and the memory as any, so that what it does does not depend
 * on them.
 */
final class SampleWindow {

    /** Fewer events don't go on alone. */
    private static final int FEW = 1 << 14;

    private static final int MAX_EVENTS = 1 << 22;
    private static final int FIRST_EVENTS = 1 << 12;
    private static final int FIRST_BYTES = 1 << 18;

    /** A window's words hold no longer times. */
    private static final long LONGEST_NS = 1L << 63 - EventWindow.PLACE_BITS;

    /** Stands for the type of a loss; its record is the count. */
    private static final int LOSS = -1;

    /** Stands for the type of a sample that does not go on; its record has a length but no place. */
    private static final int PASSING = -2;

    private final SliceBuilder slices;
    private final RecordingSink sink;
    private final RingBufferReader.FallingTime falling;
    private final int maxBytes;
    private final EventWindow window = new EventWindow(FIRST_EVENTS, false);
    private byte[] arena = new byte[FIRST_BYTES];
    private int arenaEnd;

    /** Bytes of all records held, of passing ones too. */
    private int held;

    private int count;
    private int losses;

    private long latestNs = Long.MIN_VALUE;
    private long finishedNs = Long.MIN_VALUE;

    private long firstNs;
    private long lastNs = Long.MIN_VALUE;
    private boolean any;
    private long[] lastByCpu = new long[0];
    private boolean[] seen = new boolean[0];
    private long[] lostByCpu = new long[0];
    private int open;

    SampleWindow(SliceBuilder slices, RecordingSink sink, RingBufferReader.FallingTime falling, int maxBytes) {
        this.falling = falling;
        this.slices = slices;
        this.sink = sink;
        this.maxBytes = maxBytes;
    }

    /** Makes room for an event's record; it goes to {@link #arena} at the place told. */
    int reserve(int bytes) {
        admit(bytes);
        if (bytes > arena.length - arenaEnd) {
            long doubled = Math.max(2L * arena.length, (long) arenaEnd + bytes);
            byte[] larger = new byte[(int) Math.min(Math.max(maxBytes, arenaEnd + bytes), doubled)];
            System.arraycopy(arena, 0, larger, 0, arenaEnd);
            arena = larger;
        }
        return arenaEnd;
    }

    private void admit(int bytes) {
        if (count == MAX_EVENTS || bytes > maxBytes - held) {
            makeRoom();
        }
    }

    byte[] arena() {
        return arena;
    }

    /** Adds the event whose record now stands where {@link #reserve} told. */
    void add(int type, long tsNs, int cpu, int bytes) {
        entry(type, tsNs, cpu, (long) bytes << 32 | arenaEnd);
        arenaEnd += bytes;
        held += bytes;
    }

    /** Adds an event that does not go on, whose record is so long. */
    void addPassing(long tsNs, int cpu, int bytes) {
        admit(bytes);
        entry(PASSING, tsNs, cpu, (long) bytes << 32);
        held += bytes;
    }

    /** Adds a loss on a CPU before a time. */
    void addLoss(int cpu, long tsNs, long events) {
        admit(0);
        entry(LOSS, tsNs, cpu, events);
        losses++;
    }

    private void entry(int type, long tsNs, int cpu, long record) {
        int i = count++;
        if (i == window.ts.length) {
            int n = 4 * i;
            window.ts = Arrays.copyOf(window.ts, n);
            window.record = Arrays.copyOf(window.record, n);
            window.type = Arrays.copyOf(window.type, n);
            window.cpu = Arrays.copyOf(window.cpu, n);
            window.order = new long[n];
        }
        window.ts[i] = tsNs;
        window.record[i] = record;
        window.type[i] = type;
        window.cpu[i] = cpu;
        latestNs = Math.max(latestNs, tsNs);
    }

    /** A round has ended. */
    void round() {
        if (count >= FEW && finishedNs != Long.MIN_VALUE) {
            drain(finishedNs);
        }
        finishedNs = latestNs;
    }

    private void makeRoom() {
        long[] times = Arrays.copyOf(window.ts, count);
        Arrays.sort(times);
        drain(times[count / 2]);
    }

    /** Gives all that is held, then what was lost on CPUs that have no event after it. */
    void end() {
        drain(Long.MAX_VALUE);
        slices.flush();
        for (int cpu = 0; cpu < lostByCpu.length; cpu++) {
            if (lostByCpu[cpu] != 0) {
                long from = seen[cpu] ? lastByCpu[cpu] : firstNs;
                sink.lost(cpu, 0, from, Math.max(from, any ? latestNs : 0), lostByCpu[cpu]);
            }
        }
        slices.end();
    }

    /** Adds a loss on a CPU behind its last event; only before {@link #end}. */
    void addLossAtEnd(int cpu, long events) {
        addLoss(cpu, latestNs == Long.MIN_VALUE ? 0 : latestNs, events);
    }

    /** Gives all events up to a time, in order. */
    private void drain(long limitNs) {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        int n = 0;
        long[] ts = window.ts;
        for (int i = 0; i < count; i++) {
            if (ts[i] <= limitNs) {
                earliest = Math.min(earliest, ts[i]);
                latest = Math.max(latest, ts[i]);
                n++;
            }
        }
        if (n == 0) {
            return;
        }
        boolean anyEvent = tellFall(limitNs);
        long span = latest - earliest;
        boolean packed = span >= 0 && span < LONGEST_NS;
        long[] order = window.order;
        int k = 0;
        for (int i = 0; i < count; i++) {
            if (ts[i] <= limitNs && window.type[i] != PASSING) {
                order[k++] = packed ? ts[i] - earliest << EventWindow.PLACE_BITS | i : i;
            }
        }
        if (packed) {
            Arrays.sort(order, 0, k);
        } else {
            sortByTime(k);
        }
        if (!any) {
            any = true;
            firstNs = earliest;
        }
        give(k);
        slices.flush();
        if (anyEvent) {
            slices.announce();
        }
        keepAbove(limitNs);
    }

    /**
     * Tells where the first event up to a time is earlier than the last one before; among those that go together time
     * rises. Whether there is any event.
     */
    private boolean tellFall(long limitNs) {
        int first = -1;
        long latest = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            long ts = window.ts[i];
            if (ts <= limitNs && window.type[i] != LOSS) {
                first = first < 0 || ts < window.ts[first] ? i : first;
                latest = Math.max(latest, ts);
            }
        }
        if (first < 0) {
            return false;
        }
        if (window.ts[first] < lastNs) {
            falling.fell(window.cpu[first], lastNs, window.ts[first]);
        }
        lastNs = latest;
        return true;
    }

    /** A stable sort of places by their times. */
    private void sortByTime(int n) {
        long[] ts = window.ts;
        long[] a = window.order;
        long[] b = new long[a.length];
        for (int width = 1; width < n; width *= 2) {
            for (int start = 0; start < n; start += 2 * width) {
                int middle = Math.min(start + width, n);
                int end = Math.min(start + 2 * width, n);
                int i = start;
                int j = middle;
                for (int k = start; k < end; k++) {
                    boolean left = i < middle && (j >= end || ts[(int) a[i]] <= ts[(int) a[j]]);
                    b[k] = left ? a[i++] : a[j++];
                }
            }
            long[] swap = a;
            a = b;
            b = swap;
        }
        window.order = a;
    }

    private void give(int n) {
        int from = 0;
        for (int i = 0; i < n; i++) {
            int place = (int) window.order[i] & EventWindow.PLACE_MASK;
            int cpu = window.cpu[place];
            if (cpu >= seen.length) {
                int size = Math.max(cpu + 1, 2 * seen.length);
                seen = Arrays.copyOf(seen, size);
                lastByCpu = Arrays.copyOf(lastByCpu, size);
                lostByCpu = Arrays.copyOf(lostByCpu, size);
            }
            long ts = window.ts[place];
            if (losses > 0 && window.type[place] == LOSS) {
                slices.take(window, from, i, arena);
                from = i + 1;
                open += lostByCpu[cpu] == 0 ? 1 : 0;
                lostByCpu[cpu] += window.record[place];
                losses--;
                continue;
            }
            if (open > 0 && lostByCpu[cpu] != 0) {
                slices.take(window, from, i, arena);
                from = i;
                slices.flush();
                sink.lost(cpu, 0, Math.min(ts, seen[cpu] ? lastByCpu[cpu] : firstNs), ts, lostByCpu[cpu]);
                lostByCpu[cpu] = 0;
                open--;
            }
            lastByCpu[cpu] = ts;
            seen[cpu] = true;
        }
        slices.take(window, from, n, arena);
    }

    private void keepAbove(long limitNs) {
        int kept = 0;
        int end = 0;
        held = 0;
        for (int i = 0; i < count; i++) {
            if (window.ts[i] > limitNs) {
                long record = window.record[i];
                int bytes = window.type[i] == LOSS ? 0 : (int) (record >>> 32);
                held += bytes;
                if (window.type[i] >= 0) {
                    System.arraycopy(arena, (int) record, arena, end, bytes);
                    record = (long) bytes << 32 | end;
                    end += bytes;
                }
                window.ts[kept] = window.ts[i];
                window.record[kept] = record;
                window.type[kept] = window.type[i];
                window.cpu[kept++] = window.cpu[i];
            }
        }
        count = kept;
        arenaEnd = end;
    }
}
