package dev.hindsight.sampletraces.synthetic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A version 6 file, in the order that trace-cmd.dat.v6(5) gives.
 *
 * <pre>
 * magic, version, byte order, long size, page size
 * header_page, header_event | ftrace formats | event formats | kallsyms | printk formats | command lines
 * number of CPUs, u32
 * "options  \0" { id u16, size u32, data } ... 0 u16
 * "flyrecord\0" { offset u64, size u64 } for each CPU, length u64 and text of the clock in brackets
 *      or "latency  \0" and text
 * pages of each CPU, page-aligned
 * for each further instance, at the offset that its BUFFER option names: "flyrecord\0" and so on as above
 * </pre>
 */
final class Version6Layout {

    private final TraceDatWriter trace;
    private final TraceDatFile out;

    Version6Layout(TraceDatWriter trace, TraceDatFile out) {
        this.trace = trace;
        this.out = out;
    }

    void write() throws IOException {
        out.begin();
        out.append(trace.headerInfo());
        out.append(trace.ftraceFormats());
        out.append(trace.eventFormats());
        out.append(trace.lengthAndText(trace.kallsyms(), 4));
        out.append(trace.lengthAndText(trace.printkFormats(), 4));
        out.append(trace.lengthAndText(trace.commandLines(), 8));
        int cpus = trace.cpus();
        out.append(out.bytes().u32(cpus));
        if (trace.latencyText() != null) {
            out.append(out.bytes().text("latency  ").u8(0).text(trace.latencyText()));
            return;
        }
        TraceInstance top = trace.top();
        List<TraceInstance> others = new ArrayList<>(trace.instances());
        others.remove(top);
        long[] offsetPlaces = options(others);
        pages(top, cpus);
        for (int i = 0; i < others.size(); i++) {
            out.align(trace.shape().pageBytes());
            out.patch64(offsetPlaces[i], out.position());
            pages(others.get(i), cpus);
        }
    }

    /** Writes all options and returns where each instance's offset is to be filled in. */
    private long[] options(List<TraceInstance> others) throws IOException {
        long[] offsetPlaces = new long[others.size()];
        if (trace.options().isEmpty() && others.isEmpty()) {
            return offsetPlaces;
        }
        out.append(out.bytes().cString("options  "));
        for (TraceOption option : trace.options()) {
            FileBytes data = out.bytes();
            option.data().accept(data);
            out.append(out.bytes().u16(option.id()).u32(data.size()).bytes(data.toArray()));
        }
        for (int i = 0; i < others.size(); i++) {
            FileBytes data = out.bytes().u64(0).cString(others.get(i).name());
            out.append(out.bytes().u16(TraceOption.BUFFER).u32(data.size()));
            offsetPlaces[i] = out.position();
            out.append(data);
        }
        out.append(out.bytes().u16(TraceOption.DONE));
        return offsetPlaces;
    }

    private void pages(TraceInstance instance, int cpus) throws IOException {
        out.append(out.bytes().cString("flyrecord"));
        long table = out.position();
        out.append(out.bytes().zeros(16 * cpus));
        out.append(trace.lengthAndText("[" + instance.clock() + "]", 8));
        for (int cpu = 0; cpu < cpus; cpu++) {
            out.align(trace.shape().pageBytes());
            out.patch64(table + 16L * cpu, out.position());
            CpuBuffer buffer = instance.cpus().get(cpu);
            if (buffer != null) {
                out.patch64(table + 16L * cpu + 8, buffer.pages().size());
                out.appendPages(buffer.pages());
            }
        }
    }
}
