package dev.hindsight.parsers.perfdata;

/**
 * What every record of a perf.data begins with, {@code struct perf_event_header}, and the types of records ({@code enum
 * perf_event_type} of the kernel below 64, {@code enum perf_user_event_type} of the tool from 64 on).
 *
 * <pre>
 *   0          4          6          8
 *   +----------+----------+----------+---------------------------
 *   | type     | misc     | size     | (size - 8 bytes)
 *   +----------+----------+----------+---------------------------
 * </pre>
 *
 * <p>AUXTRACE and TRACING_DATA tell of further bytes that follow their record.
 */
final class PerfRecord {

    static final int HEADER_BYTES = 8;
    static final int MAX_BYTES = 0xFFFF;

    static final int LOST = 2;
    static final int COMM = 3;
    static final int THROTTLE = 5;
    static final int FORK = 7;
    static final int READ = 8;
    static final int SAMPLE = 9;
    static final int AUX = 11;
    static final int ITRACE_START = 12;
    static final int LOST_SAMPLES = 13;
    static final int SWITCH = 14;
    static final int SWITCH_CPU_WIDE = 15;
    static final int AUX_OUTPUT_HW_ID = 21;

    /** The tool's own begin here. */
    static final int USER_START = 64;

    static final int ATTR = 64;
    static final int TRACING_DATA = 66;
    static final int FINISHED_ROUND = 68;
    static final int ID_INDEX = 69;
    static final int AUXTRACE = 71;
    static final int STAT = 76;
    static final int EVENT_UPDATE = 78;
    static final int FEATURE = 80;
    static final int COMPRESSED = 81;
    static final int COMPRESSED_2 = 83;

    /** EVENT_UPDATE: the event's name. */
    static final int UPDATE_NAME = 2;

    private static final String[] KERNEL = {
        "",
        "MMAP",
        "LOST",
        "COMM",
        "EXIT",
        "THROTTLE",
        "UNTHROTTLE",
        "FORK",
        "READ",
        "SAMPLE",
        "MMAP2",
        "AUX",
        "ITRACE_START",
        "LOST_SAMPLES",
        "SWITCH",
        "SWITCH_CPU_WIDE",
        "NAMESPACES",
        "KSYMBOL",
        "BPF_EVENT",
        "CGROUP",
        "TEXT_POKE",
        "AUX_OUTPUT_HW_ID",
        "CALLCHAIN_DEFERRED"
    };

    private static final String[] TOOL = {
        "HEADER_ATTR",
        "HEADER_EVENT_TYPE",
        "HEADER_TRACING_DATA",
        "HEADER_BUILD_ID",
        "FINISHED_ROUND",
        "ID_INDEX",
        "AUXTRACE_INFO",
        "AUXTRACE",
        "AUXTRACE_ERROR",
        "THREAD_MAP",
        "CPU_MAP",
        "STAT_CONFIG",
        "STAT",
        "STAT_ROUND",
        "EVENT_UPDATE",
        "TIME_CONV",
        "HEADER_FEATURE",
        "COMPRESSED",
        "FINISHED_INIT",
        "COMPRESSED2",
        "BPF_METADATA"
    };

    private PerfRecord() {}

    /** Whether records of a known type, which are passed over, tell of more than tasks, memory maps and the tool. */
    static boolean tellsOfMore(int type) {
        return switch (type) {
            case THROTTLE, READ, AUX, ITRACE_START, SWITCH, SWITCH_CPU_WIDE, AUX_OUTPUT_HW_ID, AUXTRACE, STAT -> true;
            default -> false;
        };
    }

    /** The type's name, null where it is not known. */
    static String name(int type) {
        if (type > 0 && type < KERNEL.length) {
            return KERNEL[type];
        }
        return type >= USER_START && type < USER_START + TOOL.length ? TOOL[type - USER_START] : null;
    }
}
