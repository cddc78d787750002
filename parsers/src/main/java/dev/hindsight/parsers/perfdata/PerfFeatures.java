package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.tracedat.ByteCursor;
import dev.hindsight.parsers.tracedat.TraceFile;
import dev.hindsight.parsers.tracedat.TracingData;
import java.nio.charset.StandardCharsets;

/**
 * What perf tells beside the data, by number ({@code enum} of {@code HEADER_*} in {@code tools/perf/util/header.h}, and
 * {@code tools/perf/Documentation/perf.data-file-format.txt}). In a file each stands behind the data; in a pipe each is
 * the body of a record. What tells nothing that is needed here is passed over.
 */
final class PerfFeatures {

    static final int TRACING_DATA = 1;
    static final int COUNT = 256;

    private static final int HOSTNAME = 3;
    private static final int OSRELEASE = 4;
    private static final int ARCH = 6;
    private static final int NRCPUS = 7;
    private static final int EVENT_DESC = 12;
    private static final int DIR_FORMAT = 24;

    private static final int MAX_STRING = 1 << 16;
    private static final int MAX_CPUS = 1 << 16;

    private final TraceFile file;
    private final PerfContents contents;
    private final Damage damage;

    PerfFeatures(TraceFile file, PerfContents contents, Damage damage) {
        this.file = file;
        this.contents = contents;
        this.damage = damage;
    }

    /** Reads the feature at {@code [start, end)}, where {@code in} stands. */
    void read(int feature, ByteCursor in, long start, long end) {
        switch (feature) {
            case TRACING_DATA -> contents.tracingData = TracingData.read(file, start, end, damage);
            case HOSTNAME -> contents.hostname = string(in, "name of the host");
            case OSRELEASE -> contents.osRelease = string(in, "release of the kernel");
            case ARCH -> contents.arch = string(in, "architecture");
            case NRCPUS -> contents.cpus = cpus(in);
            case EVENT_DESC -> eventNames(in);
            case DIR_FORMAT ->
                throw new UnsupportedTraceException(
                        file.path(),
                        start,
                        "a perf.data in one file",
                        "the head of a perf.data directory (perf record --threads); record without --threads");
            default -> {
                // tells nothing that is needed here
            }
        }
    }

    /** A length, and text up to a NUL byte within it. */
    static String string(ByteCursor in, String what) {
        int length = in.length(in.u32("length of the " + what), MAX_STRING, what);
        String text = new String(in.bytes(length, what), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Available and online, in an order that perf once changed. */
    private static int cpus(ByteCursor in) {
        long cpus = Math.max(in.u32("count of CPUs"), in.u32("count of CPUs online"));
        if (cpus > MAX_CPUS) {
            throw in.damaged("at most " + MAX_CPUS + " CPUs", "" + cpus);
        }
        return (int) cpus;
    }

    /**
     * Names of events with their ids: count, size of an attribute, then for each the attribute, the count of ids, the
     * name and the ids.
     */
    private void eventNames(ByteCursor in) {
        long count = in.u32("count of events");
        long attrBytes = in.u32("size of an attribute");
        for (long i = 0; i < count; i++) {
            long start = in.remaining();
            in.skip(attrBytes, "attribute of event " + i);
            long ids = in.u32("count of ids");
            String name = string(in, "name of event " + i);
            if (ids > in.remaining() / 8) {
                throw in.damaged(ids + " ids of event " + i, in.remaining() + " bytes left");
            }
            int event = ids > 0 ? contents.ids.event(in.u64("id")) : (int) i;
            in.skip(Math.max(0, 8 * (ids - 1)), "ids of event " + i);
            if (event >= 0
                    && event < contents.events.size()
                    && contents.events.get(event).name.isEmpty()) {
                contents.events.get(event).name = name;
            }
            if (in.remaining() >= start) {
                throw in.damaged("an event of more than no bytes", "none");
            }
        }
    }
}
