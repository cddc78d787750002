package dev.hindsight.parsers.perfdata;

/** One event that was recorded: what was asked for, how its samples read, and its name as far as the file tells. */
final class PerfEvent {

    private static final String[] HARDWARE = {
        "cycles",
        "instructions",
        "cache-references",
        "cache-misses",
        "branches",
        "branch-misses",
        "bus-cycles",
        "stalled-cycles-frontend",
        "stalled-cycles-backend",
        "ref-cycles"
    };

    private static final String[] SOFTWARE = {
        "cpu-clock",
        "task-clock",
        "page-faults",
        "context-switches",
        "cpu-migrations",
        "minor-faults",
        "major-faults",
        "alignment-faults",
        "emulation-faults",
        "dummy",
        "bpf-output",
        "cgroup-switches"
    };

    final EventAttr attr;
    final SampleLayout layout;

    /** Empty where the file does not tell. */
    String name = "";

    PerfEvent(EventAttr attr, boolean bigEndian) {
        this.attr = attr;
        layout = new SampleLayout(attr, bigEndian);
    }

    /** Whether samples hold a record of a tracepoint. */
    boolean isTracepoint() {
        return attr.type() == EventAttr.TYPE_TRACEPOINT && layout.raw;
    }

    /** The name, or what perf calls such an event. */
    String shownName() {
        if (!name.isEmpty()) {
            return name;
        }
        long config = attr.config();
        if (attr.type() == EventAttr.TYPE_HARDWARE && config >= 0 && config < HARDWARE.length) {
            return HARDWARE[(int) config];
        }
        if (attr.type() == EventAttr.TYPE_SOFTWARE && config >= 0 && config < SOFTWARE.length) {
            return SOFTWARE[(int) config];
        }
        return switch (attr.type()) {
            case EventAttr.TYPE_TRACEPOINT -> "tracepoint_" + config;
            case EventAttr.TYPE_HW_CACHE -> "cache_0x" + Long.toHexString(config);
            case EventAttr.TYPE_RAW -> "raw_0x" + Long.toHexString(config);
            case EventAttr.TYPE_BREAKPOINT -> "breakpoint";
            default -> "type_" + Integer.toUnsignedString(attr.type()) + "_0x" + Long.toHexString(config);
        };
    }
}
