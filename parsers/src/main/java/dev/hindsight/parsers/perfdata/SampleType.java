package dev.hindsight.parsers.perfdata;

/** Bits of {@code sample_type} ({@code enum perf_event_sample_format}): which parts a sample has. */
final class SampleType {

    static final long IP = 1;
    static final long TID = 1 << 1;
    static final long TIME = 1 << 2;
    static final long ADDR = 1 << 3;
    static final long READ = 1 << 4;
    static final long CALLCHAIN = 1 << 5;
    static final long ID = 1 << 6;
    static final long CPU = 1 << 7;
    static final long PERIOD = 1 << 8;
    static final long STREAM_ID = 1 << 9;
    static final long RAW = 1 << 10;
    static final long BRANCH_STACK = 1 << 11;
    static final long REGS_USER = 1 << 12;
    static final long STACK_USER = 1 << 13;
    static final long WEIGHT = 1 << 14;
    static final long DATA_SRC = 1 << 15;
    static final long IDENTIFIER = 1 << 16;
    static final long TRANSACTION = 1 << 17;
    static final long REGS_INTR = 1 << 18;
    static final long PHYS_ADDR = 1 << 19;
    static final long AUX = 1 << 20;
    static final long CGROUP = 1 << 21;
    static final long DATA_PAGE_SIZE = 1 << 22;
    static final long CODE_PAGE_SIZE = 1 << 23;
    static final long WEIGHT_STRUCT = 1 << 24;

    /** All that are known; a sample with others can't be walked to its end. */
    static final long KNOWN = (1L << 25) - 1;

    private SampleType() {}
}
