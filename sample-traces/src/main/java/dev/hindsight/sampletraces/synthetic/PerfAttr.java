package dev.hindsight.sampletraces.synthetic;

import java.util.List;

/**
 * An event to record, as {@code struct perf_event_attr} and perf's head tell it.
 *
 * @param name as in EVENT_DESC, {@code kvm:kvm_exit}
 * @param type 2 for a tracepoint
 * @param config the tracepoint's id
 * @param sampleType bits of {@code enum perf_event_sample_format}
 * @param sampleIdAll whether other records end with a {@code sample_id}
 * @param clockid of option -k, -1 for none
 * @param ids one for each CPU
 */
public record PerfAttr(
        String name,
        int type,
        long config,
        long sampleType,
        long readFormat,
        boolean sampleIdAll,
        int clockid,
        List<Long> ids) {

    public static final long IP = 1;
    public static final long TID = 1 << 1;
    public static final long TIME = 1 << 2;
    public static final long ADDR = 1 << 3;
    public static final long READ = 1 << 4;
    public static final long CALLCHAIN = 1 << 5;
    public static final long ID = 1 << 6;
    public static final long CPU = 1 << 7;
    public static final long PERIOD = 1 << 8;
    public static final long STREAM_ID = 1 << 9;
    public static final long RAW = 1 << 10;
    public static final long BRANCH_STACK = 1 << 11;
    public static final long REGS_USER = 1 << 12;
    public static final long STACK_USER = 1 << 13;
    public static final long IDENTIFIER = 1 << 16;
    public static final long REGS_INTR = 1 << 18;
    public static final long AUX = 1 << 20;

    /** Words of 64 bits behind the stack of user space, and between the registers of an interrupt and AUX. */
    static final long WORDS_BEHIND_STACK = 1 << 14 | 1 << 15 | 1 << 17;

    static final long WORDS_BEFORE_AUX = 1 << 19 | 1 << 21 | 1 << 22 | 1 << 23;

    /** What perf record asks for tracepoints. */
    public static final long TRACEPOINT = IDENTIFIER | IP | TID | TIME | CPU | PERIOD | RAW;

    /** All parts that a sample may have. */
    public static final long EVERYTHING = (1 << 24) - 1;

    public PerfAttr {
        ids = List.copyOf(ids);
    }

    /** A tracepoint as perf record has it, with an id for each CPU from {@code firstId} on. */
    public static PerfAttr tracepoint(EventFormat format, long firstId, int cpus) {
        List<Long> ids = java.util.stream.LongStream.range(firstId, firstId + cpus)
                .boxed()
                .toList();
        return new PerfAttr(format.system() + ':' + format.name(), 2, format.id(), TRACEPOINT, 4, true, -1, ids);
    }

    /** The same with other parts of samples. */
    public PerfAttr withSampleType(long bits) {
        return new PerfAttr(name, type, config, bits, readFormat, sampleIdAll, clockid, ids);
    }

    public PerfAttr withReadFormat(long bits) {
        return new PerfAttr(name, type, config, sampleType, bits, sampleIdAll, clockid, ids);
    }

    public PerfAttr withSampleIdAll(boolean all) {
        return new PerfAttr(name, type, config, sampleType, readFormat, all, clockid, ids);
    }

    public PerfAttr withClockid(int id) {
        return new PerfAttr(name, type, config, sampleType, readFormat, sampleIdAll, id, ids);
    }

    boolean samples(long bits) {
        return (sampleType & bits) != 0;
    }
}
