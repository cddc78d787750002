package dev.hindsight.parsers.perfdata;

/**
 * Where the parts of an attribute's samples stand, and of the {@code sample_id} at the end of its other records ({@code
 * perf_output_sample} and {@code perf_event__output_id_sample} in {@code kernel/events/core.c}).
 *
 * <pre>
 *   header (8) | IDENTIFIER | IP | TID (32 pid, 32 tid) | TIME | ADDR | ID | STREAM_ID | CPU (32, 32 reserved) | PERIOD |
 *   READ | CALLCHAIN | RAW (32 size, bytes) | BRANCH_STACK | REGS_USER | STACK_USER | WEIGHT | DATA_SRC | TRANSACTION |
 *   REGS_INTR | PHYS_ADDR | CGROUP | DATA_PAGE_SIZE | CODE_PAGE_SIZE | AUX
 *
 *   ... | TID | TIME | ID | STREAM_ID | CPU | IDENTIFIER          (sample_id, counted from the record's end)
 * </pre>
 *
 * <p>Each part stands there only where {@code sample_type} has its bit; those of the first line are words of 64 bits.
 */
final class SampleLayout {

    private static final int READ_ENABLED = 1;
    private static final int READ_RUNNING = 1 << 1;
    private static final int READ_ID = 1 << 2;
    private static final int READ_GROUP = 1 << 3;
    private static final int READ_LOST = 1 << 4;

    private static final long BRANCH_HW_INDEX = 1L << 17;
    private static final long BRANCH_COUNTERS = 1L << 19;

    /** Offsets from the start of a sample's record, -1 where it has no such part. */
    final int id;

    final int ip;
    final int tid;
    final int time;
    final int addr;
    final int cpu;
    final int period;

    /** Offset behind the parts above: bytes that every sample has. */
    final int fixedEnd;

    /** Offsets from the end of another record, 0 where its {@code sample_id} has no such part. */
    final int idTail;

    final int timeTail;
    final int cpuTail;
    final int tailBytes;

    final boolean raw;

    /** Whether nothing stands behind the raw data. */
    private final boolean endsWithRaw;

    private final EventAttr attr;
    private final long type;
    private final boolean big;

    SampleLayout(EventAttr attr, boolean bigEndian) {
        this.attr = attr;
        big = bigEndian;
        type = attr.sampleType();
        int at = PerfRecord.HEADER_BYTES;
        int identifier = -1;
        if (has(SampleType.IDENTIFIER)) {
            identifier = at;
            at += 8;
        }
        ip = has(SampleType.IP) ? at : -1;
        at += has(SampleType.IP) ? 8 : 0;
        tid = has(SampleType.TID) ? at : -1;
        at += has(SampleType.TID) ? 8 : 0;
        time = has(SampleType.TIME) ? at : -1;
        at += has(SampleType.TIME) ? 8 : 0;
        addr = has(SampleType.ADDR) ? at : -1;
        at += has(SampleType.ADDR) ? 8 : 0;
        id = identifier >= 0 ? identifier : has(SampleType.ID) ? at : -1;
        at += has(SampleType.ID) ? 8 : 0;
        at += has(SampleType.STREAM_ID) ? 8 : 0;
        cpu = has(SampleType.CPU) ? at : -1;
        at += has(SampleType.CPU) ? 8 : 0;
        period = has(SampleType.PERIOD) ? at : -1;
        at += has(SampleType.PERIOD) ? 8 : 0;
        fixedEnd = at;
        raw = has(SampleType.RAW);
        endsWithRaw = (type & SampleType.KNOWN & -(SampleType.RAW << 1) & ~SampleType.IDENTIFIER) == 0;

        int tail = 0;
        int identifierTail = 0;
        if (attr.sampleIdAll()) {
            if (has(SampleType.IDENTIFIER)) {
                tail += 8;
                identifierTail = tail;
            }
            tail += has(SampleType.CPU) ? 8 : 0;
            cpuTail = has(SampleType.CPU) ? tail : 0;
            tail += has(SampleType.STREAM_ID) ? 8 : 0;
            tail += has(SampleType.ID) ? 8 : 0;
            idTail = identifierTail > 0 ? identifierTail : has(SampleType.ID) ? tail : 0;
            tail += has(SampleType.TIME) ? 8 : 0;
            timeTail = has(SampleType.TIME) ? tail : 0;
            tail += has(SampleType.TID) ? 8 : 0;
        } else {
            cpuTail = 0;
            idTail = 0;
            timeTail = 0;
        }
        tailBytes = tail;
    }

    private boolean has(long bit) {
        return (type & bit) != 0;
    }

    /**
     * Offset of the raw data's size within the sample's record.
     *
     * @return offset from the record's start, or -1 where the parts before it reach beyond the record of {@code size}
     *     bytes
     */
    int rawAt(byte[] bytes, int record, int size) {
        if (!has(SampleType.READ | SampleType.CALLCHAIN)) {
            return fixedEnd;
        }
        long at = fixedEnd;
        if (has(SampleType.READ)) {
            at = afterRead(bytes, record, at, size);
        }
        if (at >= 0 && has(SampleType.CALLCHAIN)) {
            at = afterCounted(bytes, record, at, size, 0, 8);
        }
        return at < 0 || at > size ? -1 : (int) at;
    }

    private long afterRead(byte[] bytes, int record, long at, int size) {
        long format = attr.readFormat();
        int each = 8 + ((format & READ_ID) != 0 ? 8 : 0) + ((format & READ_LOST) != 0 ? 8 : 0);
        int times = ((format & READ_ENABLED) != 0 ? 8 : 0) + ((format & READ_RUNNING) != 0 ? 8 : 0);
        return (format & READ_GROUP) != 0 ? afterCounted(bytes, record, at, size, times, each) : at + times + each;
    }

    /** Behind a count, {@code once} bytes, and {@code each} bytes for each that was counted. */
    private long afterCounted(byte[] bytes, int record, long at, int size, int once, int each) {
        long count = word(bytes, record, at, size);
        return count < 0 || count > size / each ? -1 : at + 8 + once + count * each;
    }

    /** The word at an offset of the record; -1 where it reaches beyond. */
    private long word(byte[] bytes, int record, long at, int size) {
        return at < 0 || at + 8 > size ? -1 : Words.getLong(bytes, record + (int) at, big);
    }

    /** Whether the parts from {@code at} on, behind the raw data, fill the record up to its end. */
    boolean fits(byte[] bytes, int record, long at, int size) {
        if (endsWithRaw || (type & ~SampleType.KNOWN) != 0) {
            return at <= size;
        }
        long end = at;
        if (has(SampleType.BRANCH_STACK)) {
            long branch = attr.branchSampleType();
            int each = 24 + ((branch & BRANCH_COUNTERS) != 0 ? 8 : 0);
            end = afterCounted(bytes, record, end, size, (branch & BRANCH_HW_INDEX) != 0 ? 8 : 0, each);
        }
        if (has(SampleType.REGS_USER)) {
            end = afterRegisters(bytes, record, end, size, attr.regsUser());
        }
        if (has(SampleType.STACK_USER)) {
            long stack = word(bytes, record, end, size);
            end = stack < 0 || stack > size ? -1 : end + 8 + (stack == 0 ? 0 : stack + 8);
        }
        if (end >= 0) {
            end += 8 * Long.bitCount(type & (SampleType.WEIGHT | SampleType.WEIGHT_STRUCT))
                    + 8 * Long.bitCount(type & (SampleType.DATA_SRC | SampleType.TRANSACTION));
        }
        if (has(SampleType.REGS_INTR)) {
            end = afterRegisters(bytes, record, end, size, attr.regsIntr());
        }
        if (end >= 0) {
            end += 8
                    * Long.bitCount(type
                            & (SampleType.PHYS_ADDR
                                    | SampleType.CGROUP
                                    | SampleType.DATA_PAGE_SIZE
                                    | SampleType.CODE_PAGE_SIZE));
        }
        if (has(SampleType.AUX)) {
            long aux = word(bytes, record, end, size);
            end = aux < 0 || aux > size ? -1 : end + 8 + aux;
        }
        return end >= 0 && end <= size;
    }

    private long afterRegisters(byte[] bytes, int record, long at, int size, long mask) {
        if (at < 0 || at + 8 > size) {
            return -1;
        }
        long abi = Words.getLong(bytes, record + (int) at, big);
        return at + 8 + (abi == 0 ? 0 : 8L * Long.bitCount(mask));
    }
}
