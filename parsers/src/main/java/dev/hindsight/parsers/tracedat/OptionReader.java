package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.recording.RecordingInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads options into {@link TraceDatContents}. An option is a word of 16 bits with its number, one of 32 bits with the
 * size of its data, and the data; numbers as in trace-cmd.dat.v7(5) and trace-cmd's {@code trace-cmd-private.h}.
 */
final class OptionReader {

    static final int DONE = 0;
    static final int DATE = 1;
    static final int CPUSTAT = 2;
    static final int BUFFER = 3;
    static final int TRACECLOCK = 4;
    static final int UNAME = 5;
    static final int HOOK = 6;
    static final int OFFSET = 7;
    static final int CPUCOUNT = 8;
    static final int VERSION = 9;
    static final int PROCMAPS = 10;
    static final int TRACEID = 11;
    static final int TIME_SHIFT = 12;
    static final int GUEST = 13;
    static final int TSC2NSEC = 14;
    static final int STRINGS = 15;
    static final int HEADER_INFO = 16;
    static final int FTRACE_EVENTS = 17;
    static final int EVENT_FORMATS = 18;
    static final int KALLSYMS = 19;
    static final int PRINTK = 20;
    static final int CMDLINES = 21;
    static final int BUFFER_TEXT = 22;
    static final int BUFFER_DATA = 23;

    /** Far above any option of a real file: PROCMAPS of a process with thousands of libraries. */
    private static final int MAX_OPTION = 4 << 20;

    private static final int MAX_CPUS = 1 << 16;
    private static final int MAX_SAMPLES = 1 << 16;
    private static final int MAX_VCPUS = 4096;
    private static final int MAX_GUESTS = 256;
    private static final int MAX_LINES = 1 << 17;

    private final TraceFile file;
    private final TraceDatContents contents;
    private final Damage damage;

    private long keptBytes;

    /** What an option of the container itself says: a buffer, a section; the rest {@link OptionReader} knows. */
    interface ContainerOption {

        /** Whether the option was the container's. */
        boolean take(int option, ByteCursor data);
    }

    OptionReader(TraceFile file, TraceDatContents contents, Damage damage) {
        this.file = file;
        this.contents = contents;
        this.damage = damage;
    }

    /** Reads one option but for its number, which was read. */
    void read(int option, ByteCursor in, ContainerOption container) {
        long size = in.u32("size of option " + option);
        int length = in.length(size, MAX_OPTION, "data of option " + option);
        long offset = in.offset();
        ByteCursor data = ByteCursor.over(file, in.bytes(length, "option " + option), offset, contents.order);
        try {
            if (!container.take(option, data)) {
                take(option, data, offset);
            }
        } catch (DamagedTraceException e) {
            damage.found("damaged-option", "" + option, e, "the option is left out");
        }
    }

    private void take(int option, ByteCursor data, long offset) {
        switch (option) {
            case DATE -> contents.dateOffsetNs += number(data, "DATE") * 1000;
            case OFFSET -> contents.offsetNs += number(data, "OFFSET");
            case CPUSTAT -> keep(contents.cpuStats, data, "CPUSTAT options");
            case TRACECLOCK -> contents.traceClock = chosenClock(text(data));
            case UNAME -> contents.uname = text(data).strip();
            case HOOK -> keep(contents.hooks, data, "HOOK options");
            case CPUCOUNT -> contents.cpus = (int) bounded(data.u32("CPUCOUNT"), MAX_CPUS, data, "CPUs");
            case VERSION -> contents.traceCmdVersion = text(data).strip();
            case PROCMAPS -> contents.procMaps = text(data);
            case TRACEID -> contents.traceId = data.u64("TRACEID");
            case TIME_SHIFT -> contents.timeShift = timeShift(data);
            case GUEST -> {
                bounded(contents.guests.size() + 1L, MAX_GUESTS, data, "guests");
                contents.guests.add(guest(data));
            }
            case TSC2NSEC -> contents.tscToNs = tscToNs(data);
            default ->
                damage.warnings()
                        .passedOver(
                                "unknown-option",
                                "" + option,
                                file.path() + ": option " + option + " is unknown and was skipped",
                                offset);
        }
    }

    private void keep(List<String> list, ByteCursor data, String what) {
        keptBytes += data.remaining();
        bounded(keptBytes, MAX_OPTION, data, "bytes of " + what);
        bounded(list.size() + 1L, MAX_LINES, data, what);
        list.add(text(data));
    }

    private static String text(ByteCursor data) {
        byte[] bytes = data.bytes((int) data.remaining(), "text");
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** As C's {@code strtoll(text, NULL, 0)}: decimal, {@code 0x} or octal, with sign. */
    private static long number(ByteCursor data, String option) {
        String text = text(data).strip();
        try {
            return text.isEmpty() ? 0 : Long.decode(text);
        } catch (NumberFormatException e) {
            throw data.damaged("a number in option " + option, '"' + text + '"');
        }
    }

    private static long bounded(long value, long max, ByteCursor data, String what) {
        if (value > max) {
            throw data.damaged("at most " + max + " " + what, "" + value);
        }
        return value;
    }

    /** The clock in brackets of a {@code trace_clock} file. */
    static String chosenClock(String text) {
        int open = text.indexOf('[');
        int close = text.indexOf(']', open + 1);
        return open < 0 || close < 0 ? "" : text.substring(open + 1, close).strip();
    }

    private TimeShift timeShift(ByteCursor data) {
        long peer = data.u64("TIME_SHIFT peer");
        int flags = (int) data.u32("TIME_SHIFT flags");
        int cpus = (int) bounded(data.u32("TIME_SHIFT CPUs"), MAX_CPUS, data, "CPUs");
        if (4L * cpus > data.remaining()) {
            throw data.damaged("samples of " + cpus + " CPUs", data.remaining() + " bytes");
        }
        long[][] times = new long[cpus][];
        long[][] offsets = new long[cpus][];
        long[][] scalings = new long[cpus][];
        int[][] fractions = new int[cpus][];
        for (int cpu = 0; cpu < cpus; cpu++) {
            int samples = (int) bounded(data.u32("samples"), MAX_SAMPLES, data, "samples");
            times[cpu] = longs(data, samples);
            offsets[cpu] = longs(data, samples);
            scalings[cpu] = longs(data, samples);
        }
        boolean hasFractions = data.remaining() > 0;
        for (int cpu = 0; cpu < cpus && hasFractions; cpu++) {
            long[] bits = longs(data, times[cpu].length);
            fractions[cpu] = new int[bits.length];
            for (int i = 0; i < bits.length; i++) {
                fractions[cpu][i] = (int) bounded(bits[i] & Long.MAX_VALUE, 63, data, "fraction bits");
            }
        }
        return new TimeShift(peer, flags, times, offsets, scalings, hasFractions ? fractions : null);
    }

    private static long[] longs(ByteCursor data, int count) {
        if (8L * count > data.remaining()) {
            throw data.damaged(count + " samples", data.remaining() + " bytes");
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = data.u64("sample");
        }
        return values;
    }

    private static RecordingInfo.Guest guest(ByteCursor data) {
        String name = data.string("guest name");
        long id = data.u64("guest's trace id");
        int vcpus = (int) bounded(data.u32("guest's CPUs"), Math.min(MAX_VCPUS, data.remaining() / 8), data, "vCPUs");
        List<Integer> tids = new ArrayList<>();
        for (int i = 0; i < vcpus; i++) {
            int vcpu = (int) bounded(data.u32("vCPU"), MAX_VCPUS - 1, data, "as the number of a vCPU");
            while (tids.size() <= vcpu) {
                tids.add(-1);
            }
            tids.set(vcpu, (int) data.u32("vCPU's thread"));
        }
        return new RecordingInfo.Guest(name, id, tids);
    }

    private static TscToNs tscToNs(ByteCursor data) {
        long multiplier = data.u32("TSC2NSEC multiplier");
        long shift = data.u32("TSC2NSEC shift");
        long offset = data.u64("TSC2NSEC offset");
        bounded(shift, 32, data, "bits of TSC2NSEC shift");
        return multiplier == 0 ? null : new TscToNs(multiplier, (int) shift, offset);
    }
}
