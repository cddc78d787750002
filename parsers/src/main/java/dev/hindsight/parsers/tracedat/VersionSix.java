package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the head of a trace.dat of version 6, in which everything follows one another (trace-cmd.dat.v6(5)):
 *
 * <pre>
 *   initial format | header_page, header_event | ftrace formats | event formats | kallsyms | printk formats |
 *   command lines | CPUs (32) | ["options  \0" options, number 0 ends them] | "flyrecord\0" | offset, size per CPU |
 *   [size (64) and text of trace_clock, where there is a TRACECLOCK option]
 * </pre>
 *
 * <p>Further instances stand where their BUFFER option says: again optional options, then "flyrecord\0" and a table.
 */
final class VersionSix {

    private static final int MAX_CPUS = 1 << 16;
    private static final int MAX_INSTANCES = 1024;
    private static final int TAG = 10;

    private final TraceFile file;
    private final TraceDatContents contents;
    private final Damage damage;
    private final OptionReader options;
    private final List<Instance> instances = new ArrayList<>();
    private boolean clockFollows;

    private record Instance(String name, long offset) {}

    VersionSix(TraceFile file, TraceDatContents contents, Damage damage) {
        this.file = file;
        this.contents = contents;
        this.damage = damage;
        options = new OptionReader(file, contents, damage);
    }

    void read(long start) {
        ByteCursor in = ByteCursor.over(file, start, file.size(), contents.order);
        MetadataReader metadata = new MetadataReader(contents);
        metadata.headerInfo(in);
        metadata.ftraceFormats(in);
        metadata.eventFormats(in);
        metadata.kallsyms(in);
        metadata.printkFormats(in);
        metadata.cmdlines(in);
        contents.cpus = cpuCount(in);
        BufferData top = buffer("", in);
        contents.buffers.add(top);
        if (clockFollows && contents.traceClock.isEmpty()) {
            readClock(in);
        }
        for (Instance instance : List.copyOf(instances)) {
            readInstance(instance);
        }
    }

    private static int cpuCount(ByteCursor in) {
        long cpus = in.u32("count of CPUs");
        if (cpus > MAX_CPUS) {
            throw in.damaged("at most " + MAX_CPUS + " CPUs", "" + cpus);
        }
        return (int) cpus;
    }

    private BufferData buffer(String name, ByteCursor in) {
        String tag = tag(in);
        if (tag.equals("options")) {
            for (int option = in.u16("option"); option != OptionReader.DONE; option = in.u16("option")) {
                options.read(option, in, this::take);
            }
            tag = tag(in);
        }
        if (tag.equals("latency")) {
            throw new UnsupportedTraceException(
                    file.path(),
                    in.offset(),
                    "a trace.dat with ring-buffer pages (trace-cmd record with -p nop or events)",
                    "the text of a latency tracer (trace-cmd start/extract -p wakeup, irqsoff, preemptoff ...)");
        }
        if (!tag.equals("flyrecord")) {
            throw in.damaged("\"flyrecord\", \"latency\" or \"options\"", '"' + tag + '"');
        }
        List<CpuData> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < contents.cpus; cpu++) {
            long offset = in.u64("offset of the data of CPU " + cpu);
            long size = in.u64("size of the data of CPU " + cpu);
            cpus.add(new CpuData(cpu, offset, size));
        }
        return new BufferData(name, "", contents.pageSize, false, cpus);
    }

    private static String tag(ByteCursor in) {
        byte[] bytes = in.bytes(TAG, "\"options\", \"flyrecord\" or \"latency\"");
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).replaceAll("[ \\x00]+$", "");
    }

    private boolean take(int option, ByteCursor data) {
        if (option == OptionReader.BUFFER) {
            long offset = data.u64("offset of a buffer");
            if (instances.size() >= MAX_INSTANCES) {
                throw data.damaged("at most " + MAX_INSTANCES + " buffers", "more");
            }
            instances.add(new Instance(data.string("name of a buffer"), offset));
            return true;
        }
        if (option == OptionReader.TRACECLOCK) {
            clockFollows = true;
        }
        return false;
    }

    private void readClock(ByteCursor in) {
        try {
            int length = in.length(in.u64("size of trace_clock"), 1 << 16, "trace_clock");
            String text = new String(in.bytes(length, "trace_clock"), java.nio.charset.StandardCharsets.UTF_8);
            contents.traceClock = OptionReader.chosenClock(text);
        } catch (DamagedTraceException e) {
            // trace-cmd once wrote no such text: the local clock it was then
            contents.traceClock = "local";
        }
    }

    private void readInstance(Instance instance) {
        try {
            if (instance.offset() < 0 || instance.offset() >= file.size()) {
                throw new DamagedTraceException(
                        file.path(),
                        instance.offset(),
                        "buffer \"" + instance.name() + "\" within the file of " + file.size() + " bytes",
                        "its offset");
            }
            int topCpus = contents.cpus;
            ByteCursor in = ByteCursor.over(file, instance.offset(), file.size(), contents.order);
            contents.buffers.add(buffer(instance.name(), in));
            contents.cpus = Math.max(topCpus, contents.cpus);
        } catch (DamagedTraceException e) {
            damage.found("damaged-buffer", instance.name(), e, "the buffer is left out");
        }
    }
}
