package dev.hindsight.parsers.ringbuffer;

/**
 * Reads the pages of one CPU, a batch of events at a time, from its own slot of the arena.
 *
 * <p>{@link #next()} decodes further events out of the slot; when that is dry, {@link #fill()} reads further pages into
 * it, after which addresses given before no longer hold.
 */
final class CpuPages {

    /** Events of a batch where there are few CPUs. */
    static final int BATCH = 512;

    /** Pages in a row without an event that are read before the rest is taken for damage. */
    private static final int MAX_EMPTY_PAGES = 1 << 16;

    /** {@link #next()}: the slot is dry. */
    static final int DRY = 0;

    private final PageSource source;
    private final PageLayout layout;
    private final boolean bigEndian;
    private final EventIds ids;
    private final PageClock clock;
    private final DamageListener listener;
    private final byte[] arena;
    private final int slot;
    private final int slotBytes;

    private final int batch;
    private int emptyPages;

    final int instance;
    final int cpu;

    /**
     * The batch: times in ns, records with their lengths (high word) and addresses in the arena (low word), indices of
     * their types.
     */
    final long[] ts;

    final long[] record;
    final int[] type;
    int count;
    int at;

    /** Events were lost before the batch: how many, -1 unknown, 0 none. */
    long lostBefore;

    /** Time of the last event before the loss; only where {@link #lostAfterSome}. */
    long lostAfterNs;

    boolean lostAfterSome;

    private long lostPending;
    private long lastNs;
    private boolean any;

    private int slotEnd;
    private int page;
    private int nextEvent;
    private int dataEnd;
    private long rawTs;
    private long slotPosition;
    private boolean ended;
    private boolean truncated;

    CpuPages(
            PageSource source,
            PageLayout layout,
            EventIds ids,
            PageClock clock,
            DamageListener listener,
            int instance,
            int cpu,
            byte[] arena,
            int slot,
            int slotBytes,
            int batch) {
        this.batch = batch;
        ts = new long[batch];
        record = new long[batch];
        type = new int[batch];
        this.source = source;
        this.layout = layout;
        this.ids = ids;
        this.clock = clock;
        this.listener = listener;
        this.instance = instance;
        this.cpu = cpu;
        this.arena = arena;
        this.slot = slot;
        this.slotBytes = slotBytes;
        bigEndian = layout.bigEndian();
        slotEnd = slot;
        page = slot;
    }

    /** Reads further pages into the slot; false at the end of the CPU's data. */
    boolean fill() {
        if (ended) {
            return false;
        }
        slotPosition += slotEnd - slot;
        int n = source.read(arena, slot, slotBytes);
        slotEnd = slot + n;
        page = slot;
        nextEvent = 0;
        dataEnd = 0;
        if (n == 0) {
            ended = true;
        }
        return n > 0;
    }

    private long fileOffset(int address) {
        return source.fileOffset(slotPosition + address - slot);
    }

    /** Decodes the next batch and tells how many events; {@link #DRY} where the slot has no more. */
    int next() {
        at = 0;
        count = 0;
        lostBefore = 0;
        while (count == 0) {
            if (nextEvent >= dataEnd && !openPage()) {
                return DRY;
            }
            long before = lostPending;
            lostPending = 0;
            decode();
            if (count == 0) {
                lose(before);
            } else {
                emptyPages = 0;
                if (!clock.isIdentity()) {
                    clock.toNs(cpu, ts, count);
                }
                lostBefore = before;
                lostAfterNs = lastNs;
                lostAfterSome = any;
                any = true;
                lastNs = ts[count - 1];
            }
        }
        return count;
    }

    /** Place in the batch behind the events that are not later than {@code limit}. */
    int countUpTo(long limit) {
        return limit == Long.MAX_VALUE ? count : countBelow(limit + 1);
    }

    /** Place in the batch behind the events that are earlier than {@code limit}. */
    int countBelow(long limit) {
        if (at == count || ts[at] >= limit) {
            return at;
        }
        int low = at;
        int high = count;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (ts[middle] < limit) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Events were lost behind the last batch and none followed: how many, -1 unknown, 0 none. */
    long lostAtEnd() {
        return truncated ? -1 : lostPending;
    }

    /** Time of the CPU's last event so far; only where {@link #hadEvents()}. */
    long lastNs() {
        return lastNs;
    }

    boolean hadEvents() {
        return any;
    }

    private void lose(long events) {
        if (events != 0) {
            lostPending = events < 0 || lostPending < 0 ? -1 : lostPending + events;
        }
    }

    private boolean openPage() {
        while (page < slotEnd) {
            int start = page;
            int size = slotEnd - start;
            if (++emptyPages > MAX_EMPTY_PAGES) {
                damaged(start, "an event in " + MAX_EMPTY_PAGES + " pages", "none; the rest of the CPU's data is left");
                ended = true;
                page = slotEnd;
                return false;
            }
            if (size < layout.dataOffset()) {
                truncated(start, size);
                page = slotEnd;
                return false;
            }
            long commit = RingBufferPage.getWord(arena, start + layout.commitOffset(), layout.commitBytes(), bigEndian);
            int bytes = (int) (commit & RingBufferPage.COMMIT_MASK);
            page = start + layout.pageSize();
            int room = layout.pageSize() - layout.dataOffset();
            if (bytes > room) {
                damaged(start + layout.commitOffset(), "at most " + room + " bytes of events", bytes + " bytes");
                continue;
            }
            if ((commit & RingBufferPage.MISSED_EVENTS) != 0) {
                lose(missed(start, bytes, commit));
            }
            rawTs = RingBufferPage.getLong(arena, start + layout.timestampOffset(), bigEndian);
            nextEvent = start + layout.dataOffset();
            dataEnd = nextEvent + bytes;
            if (dataEnd > slotEnd) {
                dataEnd = slotEnd;
                truncated(start, size);
            }
            if (nextEvent < dataEnd) {
                return true;
            }
        }
        return false;
    }

    private long missed(int start, int bytes, long commit) {
        int stored = start + layout.dataOffset() + bytes;
        if ((commit & RingBufferPage.MISSED_STORED) == 0
                || stored + layout.commitBytes() > Math.min(start + layout.pageSize(), slotEnd)) {
            return -1;
        }
        long missed = RingBufferPage.getWord(arena, stored, layout.commitBytes(), bigEndian);
        return missed <= 0 ? -1 : missed;
    }

    private void damaged(int address, String expected, String actual) {
        lose(-1);
        listener.damaged(instance, cpu, fileOffset(address), expected, actual);
    }

    /** The data end within a page; the events that are whole are still read. */
    private void truncated(int start, int size) {
        truncated = true;
        listener.damaged(
                instance,
                cpu,
                fileOffset(start),
                "a page of " + layout.pageSize() + " bytes",
                "the end after " + size + " bytes");
    }

    private void decode() {
        byte[] bytes = arena;
        int[] table = ids.table();
        int[] minBytes = ids.minBytes();
        long[] records = this.record;
        int[] types = type;
        long[] times = ts;
        boolean big = bigEndian;
        int most = batch;
        int end = dataEnd;
        int p = nextEvent;
        long now = rawTs;
        int n = 0;
        while (n < most && p < end) {
            if (p + 4 > end) {
                nextEvent = p;
                endOfPage(p, "an event header of 4 bytes", end - p);
                p = end;
                break;
            }
            int word = RingBufferPage.getInt(bytes, p, big);
            int typeLen = big ? word >>> RingBufferPage.DELTA_BITS : word & 31;
            int delta = big ? word & RingBufferPage.DELTA_MASK : word >>> 5;
            int record;
            int size;
            if (typeLen - 1 < 28 && typeLen != 0) {
                record = p + 4;
                size = typeLen << 2;
            } else if (typeLen == 0) {
                if (p + 8 > end) {
                    endOfPage(p, "an event header of 8 bytes", end - p);
                    p = end;
                    break;
                }
                int declared = RingBufferPage.getInt(bytes, p + 4, big);
                record = p + 8;
                size = declared - 4 + 3 & ~3;
                if (declared < 4 || size > end - record) {
                    endOfPage(p, "an event within its page", (declared & 0xFFFFFFFFL));
                    p = end;
                    break;
                }
            } else if (typeLen == RingBufferPage.TYPE_PADDING) {
                if (delta == 0 || p + 8 > end) {
                    p = end;
                    break;
                }
                now += delta;
                int pass = RingBufferPage.getInt(bytes, p + 4, big);
                if (pass < 4 || pass > end - p - 4) {
                    endOfPage(p, "padding within its page", pass & 0xFFFFFFFFL);
                    p = end;
                    break;
                }
                p += 4 + pass;
                continue;
            } else {
                if (p + 8 > end) {
                    endOfPage(p, "a time extend of 8 bytes", end - p);
                    p = end;
                    break;
                }
                long high = (RingBufferPage.getInt(bytes, p + 4, big) & 0xFFFFFFFFL) << RingBufferPage.DELTA_BITS;
                if (typeLen == RingBufferPage.TYPE_TIME_EXTEND) {
                    now += high + delta;
                } else {
                    now = (now & RingBufferPage.TIME_STAMP_MSB) | (high + delta);
                }
                p += 8;
                continue;
            }
            int next = record + size;
            if (next > end) {
                endOfPage(p, "an event within its page", size);
                p = end;
                break;
            }
            if (size < 2) {
                endOfPage(p, "an event of at least 2 bytes", size);
                p = end;
                break;
            }
            now += delta;
            int id = RingBufferPage.getShort(bytes, record, big);
            int index = table[id];
            if (index < 0) {
                index = ids.meet(id);
                minBytes = ids.minBytes();
            }
            if (size < minBytes[index]) {
                endOfPage(p, "an event of at least " + minBytes[index] + " bytes (id " + id + ")", size);
                p = end;
                break;
            }
            times[n] = now;
            records[n] = (long) size << 32 | record;
            types[n] = index;
            n++;
            p = next;
        }
        count = n;
        rawTs = now;
        nextEvent = p;
    }

    /** The rest of the page is given up; in a page cut off by the file's end, which was told already. */
    private void endOfPage(int address, String expected, long actual) {
        if (truncated) {
            return;
        }
        damaged(address, expected, actual + " bytes");
    }

    void close() {
        source.close();
    }
}
