package dev.hindsight.sampletraces.synthetic;

import java.util.List;
import java.util.function.Consumer;

/**
 * An option of the file: its number and what writes its data. Numbers and contents follow trace-cmd.dat.v7(5); the
 * fraction bits at the end of TIME_SHIFT, which the page leaves out, follow what trace-cmd 3 writes.
 *
 * @param id the option's number
 * @param data appends the option's data
 */
public record TraceOption(int id, Consumer<FileBytes> data) {

    static final int DONE = 0;
    static final int BUFFER = 3;
    static final int CPUCOUNT = 8;
    static final int HEADER_INFO = 16;
    static final int FTRACE_EVENTS = 17;
    static final int EVENT_FORMATS = 18;
    static final int KALLSYMS = 19;
    static final int PRINTK = 20;
    static final int CMDLINES = 21;
    static final int BUFFER_TEXT = 22;

    /**
     * Corrections of one CPU's clock: at {@code times[i]} of the guest, {@code offsets[i]} is to be added after
     * multiplying by {@code scalings[i]} and shifting right by {@code fractions[i]} bits.
     */
    public record CpuTimeShift(long[] times, long[] offsets, long[] scalings, long[] fractions) {}

    /** Which host thread runs a guest's CPU. */
    public record GuestCpu(int cpu, int hostTid) {}

    /** Time of day less trace time, as {@code --date} records it: a hexadecimal number of microseconds or ns. */
    public static TraceOption date(String hexOffset) {
        return text(1, hexOffset);
    }

    /** One CPU's {@code per_cpu/cpuN/stats}. */
    public static TraceOption cpuStat(String text) {
        return text(2, text);
    }

    /** The content of {@code trace_clock}: {@code local [mono] boot}. */
    public static TraceOption traceClock(String text) {
        return text(4, text);
    }

    public static TraceOption uname(String text) {
        return text(5, text);
    }

    public static TraceOption hook(String text) {
        return text(6, text);
    }

    /** Added to every time stamp when read, a decimal or hexadecimal number in text. */
    public static TraceOption offset(String text) {
        return text(7, text);
    }

    public static TraceOption cpuCount(int cpus) {
        return new TraceOption(CPUCOUNT, out -> out.u32(cpus));
    }

    /** Of the trace-cmd that recorded. */
    public static TraceOption version(String text) {
        return text(9, text);
    }

    public static TraceOption procMaps(String text) {
        return text(10, text);
    }

    public static TraceOption traceId(long id) {
        return new TraceOption(11, out -> out.u64(id));
    }

    /** Clock corrections towards the peer with this trace id, with or without fraction bits. */
    public static TraceOption timeShift(long peerTraceId, int flags, List<CpuTimeShift> cpus, boolean fractions) {
        return new TraceOption(12, out -> {
            out.u64(peerTraceId).u32(flags).u32(cpus.size());
            for (CpuTimeShift cpu : cpus) {
                out.u32(cpu.times.length);
                longs(out, cpu.times);
                longs(out, cpu.offsets);
                longs(out, cpu.scalings);
            }
            if (fractions) {
                cpus.forEach(cpu -> longs(out, cpu.fractions));
            }
        });
    }

    public static TraceOption guest(String name, long traceId, List<GuestCpu> cpus) {
        return new TraceOption(13, out -> {
            out.cString(name).u64(traceId).u32(cpus.size());
            cpus.forEach(cpu -> out.u32(cpu.cpu).u32(cpu.hostTid));
        });
    }

    /** {@code ns = tsc * multiplier >> shift}; {@code trace-cmd report} does not use the offset. */
    public static TraceOption tsc2nsec(int multiplier, int shift, long offset) {
        return new TraceOption(14, out -> out.u32(multiplier).u32(shift).u64(offset));
    }

    /** Any option, unknown ones too. */
    public static TraceOption raw(int id, byte... data) {
        return new TraceOption(id, out -> out.bytes(data));
    }

    private static TraceOption text(int id, String text) {
        return new TraceOption(id, out -> out.cString(text));
    }

    private static void longs(FileBytes out, long[] values) {
        for (long value : values) {
            out.u64(value);
        }
    }
}
