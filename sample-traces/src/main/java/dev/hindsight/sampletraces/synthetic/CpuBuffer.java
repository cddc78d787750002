package dev.hindsight.sampletraces.synthetic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One CPU's ring buffer: events in time order, packed into pages as the kernel packs them.
 *
 * <pre>
 * page    | time stamp, u64 | commit, long | data ...................... |
 * commit  bits 0-29: bytes of data; 30: a count of missed events, a long, lies behind the data; 31: events were missed
 * header  bits 0-4 type_len, 5-31 time_delta; on big-endian machines type_len is in bits 27-31, time_delta in 0-26
 *         type_len 0       array[0] u32 = 4 + bytes of the record, then the record
 *                  1..28   a record of 4 * type_len bytes
 *                  29      padding: array[0] u32 bytes follow the header, array[0] itself counted;
 *                          with time_delta 0 the rest of the page
 *                  30      time extend: delta = array[0] &lt;&lt; 27 | time_delta
 *                  31      time stamp: absolute, array[0] &lt;&lt; 27 | time_delta (59 bits)
 * </pre>
 *
 * <p>Follows {@code include/linux/ring_buffer.h} and {@code kernel/trace/ring_buffer.c} of Linux 6.1.
 */
public final class CpuBuffer implements RecordSpace {

    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int HEADER = 4;
    private static final int MAX_SMALL_RECORD = 112;
    private static final int PADDING = 29;
    private static final int TIME_EXTEND = 30;
    private static final int TIME_STAMP = 31;
    private static final int DELTA_BITS = 27;
    private static final long DELTA_MASK = (1L << DELTA_BITS) - 1;
    private static final long TIME_STAMP_MASK = (1L << 59) - 1;
    private static final long MISSED_EVENTS = 1L << 31;
    private static final long MISSED_STORED = 1L << 30;

    private final boolean bigEndian;
    private final int kernelLongBytes;
    private final int dataStart;
    private final byte[] page;
    private final PageSpool spool;

    private boolean pageOpen;
    private int position;
    private long lastNs;
    private boolean absolute;
    private boolean missed;
    private long missedCount;
    private long events;

    CpuBuffer(FileShape shape, int subBufferBytes, Path spoolDirectory) {
        spool = new PageSpool(spoolDirectory);
        bigEndian = shape.order() == ByteOrder.BIG_ENDIAN;
        kernelLongBytes = shape.kernelLongBytes();
        dataStart = 8 + kernelLongBytes;
        page = new byte[subBufferBytes];
    }

    /** Adds a record. Times may not fall, but after {@link #absoluteTimeStamps}. */
    public CpuBuffer event(long ns, byte[] record) {
        int at = reserve(ns, record.length);
        System.arraycopy(record, 0, page, at, record.length);
        return this;
    }

    /** Adds a record. */
    public CpuBuffer event(long ns, EventRecord record) {
        return event(ns, record.toArray());
    }

    /**
     * Makes place for a record without copying one: the caller fills {@link #page()} from the returned offset before
     * it calls anything else here. The place is zeroed.
     */
    @Override
    public int reserve(long ns, int recordBytes) {
        int data = Math.max(4, (recordBytes + 3) & ~3);
        int header = data <= MAX_SMALL_RECORD ? HEADER : HEADER + 4;
        int delta = advance(ns, header + data);
        if (header == HEADER) {
            putInt(position, header(data >> 2, delta));
        } else {
            putInt(position, header(0, delta));
            putInt(position + HEADER, data + 4);
        }
        int at = position + header;
        position = at + data;
        events++;
        return at;
    }

    /** The page being filled. */
    @Override
    public byte[] page() {
        return page;
    }

    /** From now on an absolute time stamp goes before each event, as with some clocks and histogram triggers. */
    public CpuBuffer absoluteTimeStamps(boolean on) {
        absolute = on;
        return this;
    }

    /** A record that was reserved and given up: padding with a length; its delta counts. */
    public CpuBuffer discarded(long ns, int recordBytes) {
        int data = Math.max(4, (recordBytes + 3) & ~3);
        int delta = advance(ns, HEADER + data);
        if (delta == 0) {
            throw new IllegalArgumentException("a discarded record needs a delta from 1 on in its page");
        }
        putInt(position, header(PADDING, delta));
        putInt(position + HEADER, data);
        position += HEADER + data;
        return this;
    }

    /** Ends the page with a padding record without time delta: the rest of the data is void. */
    public CpuBuffer paddedToPageEnd() {
        if (pageOpen && page.length - position >= 2 * HEADER) {
            putInt(position, header(PADDING, 0));
            putInt(position + HEADER, page.length - position - HEADER);
            position = page.length;
        }
        return nextPage();
    }

    /** Events were lost here, so many; the count is left out where the next page has no room for it. */
    public CpuBuffer missed(long count) {
        nextPage();
        missed = true;
        missedCount = count;
        return this;
    }

    /** Events were lost here, nobody knows how many. */
    public CpuBuffer missedUncounted() {
        nextPage();
        missed = true;
        missedCount = 0;
        return this;
    }

    /** Lets the next event begin a page. */
    public CpuBuffer nextPage() {
        if (pageOpen) {
            finishPage();
        }
        return this;
    }

    /** Begins a page whose time stamp lies before its first event. */
    public CpuBuffer pageAt(long ns) {
        nextPage();
        beginPage(ns);
        return this;
    }

    /** Events added, without discarded ones. */
    @Override
    public long events() {
        return events;
    }

    /** The finished pages; ends the open one. */
    PageSpool pages() {
        nextPage();
        return spool;
    }

    int pageBytes() {
        return page.length;
    }

    /** Brings the page's time to {@code ns}, on a new page if {@code bytes} do not fit, and returns the delta left. */
    private int advance(long ns, int bytes) {
        long delta = ns - lastNs;
        boolean stamp = absolute || (pageOpen && delta > DELTA_MASK);
        if (!pageOpen || position + bytes + (stamp ? 8 : 0) > page.length) {
            nextPage();
            beginPage(ns);
            delta = 0;
            stamp = absolute;
            if (position + bytes + (stamp ? 8 : 0) > page.length) {
                throw new IllegalArgumentException(bytes + " bytes do not fit in a page of " + page.length);
            }
        }
        if (absolute) {
            stamp(TIME_STAMP, ns & TIME_STAMP_MASK);
            delta = 0;
        } else if (delta < 0) {
            throw new IllegalArgumentException("time falls from " + lastNs + " to " + ns);
        } else if (stamp) {
            stamp(TIME_EXTEND, delta);
            delta = 0;
        }
        lastNs = ns;
        return (int) delta;
    }

    private void stamp(int type, long value) {
        putInt(position, header(type, (int) (value & DELTA_MASK)));
        putInt(position + HEADER, (int) (value >>> DELTA_BITS));
        position += 8;
    }

    private void beginPage(long ns) {
        putLong(0, ns);
        position = dataStart;
        lastNs = ns;
        pageOpen = true;
    }

    private void finishPage() {
        long commit = position - dataStart;
        if (missed) {
            commit |= MISSED_EVENTS;
            if (missedCount > 0 && page.length - position >= kernelLongBytes) {
                putKernelLong(position, missedCount);
                commit |= MISSED_STORED;
            }
            missed = false;
        }
        putKernelLong(8, commit);
        spool.add(page);
        Arrays.fill(page, (byte) 0);
        pageOpen = false;
    }

    private int header(int typeLen, int delta) {
        return bigEndian ? typeLen << DELTA_BITS | delta : delta << 5 | typeLen;
    }

    private void putKernelLong(int at, long value) {
        if (kernelLongBytes == 8) {
            putLong(at, value);
        } else {
            putInt(at, (int) value);
        }
    }

    private void putInt(int at, int value) {
        if (bigEndian) {
            INT_BE.set(page, at, value);
        } else {
            INT_LE.set(page, at, value);
        }
    }

    private void putLong(int at, long value) {
        if (bigEndian) {
            LONG_BE.set(page, at, value);
        } else {
            LONG_LE.set(page, at, value);
        }
    }
}
