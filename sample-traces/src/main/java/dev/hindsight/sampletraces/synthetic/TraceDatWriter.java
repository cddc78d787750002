package dev.hindsight.sampletraces.synthetic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a trace.dat file of version 6 or 7 from what it is given, and nothing else: no option, clock or command line
 * is made up.
 *
 * <pre>{@code
 * FileShape shape = FileShape.v7().with(Compression.ZSTD);
 * try (TraceDatWriter trace = new TraceDatWriter(shape)) {
 *     EventFormat entry = trace.event(EventFormat.of("kvm", "kvm_entry", 300)
 *             .field("unsigned int", "vcpu_id", 4, false)
 *             .print("\"vcpu %u\", REC->vcpu_id"));
 *     trace.commandLine(42, "CPU 0/KVM");
 *     trace.top().cpu(0).event(1_000, new EventRecord(entry, shape.order(), 42).with("vcpu_id", 0));
 *     trace.write(file);
 * }
 * }</pre>
 *
 * <p>Pages beyond 1 MiB a CPU wait in temporary files, so that memory does not grow with the trace. Not safe for use by
 * several threads.
 */
public final class TraceDatWriter implements AutoCloseable {

    private final FileShape shape;
    private final Path spoolDirectory;
    private final List<EventFormat> ftraceEvents = new ArrayList<>();
    private final Map<String, List<EventFormat>> eventsBySystem = new LinkedHashMap<>();
    private final List<TraceOption> options = new ArrayList<>();
    private final List<TraceInstance> instances = new ArrayList<>();
    private final StringBuilder commandLines = new StringBuilder();
    private String kallsyms = "";
    private String printkFormats = "";
    private String clock = "local";
    private String latencyText;
    private int cpuCount;

    /** A writer whose large pages wait in the system's directory for temporary files. */
    public TraceDatWriter(FileShape shape) {
        this(shape, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** A writer whose large pages wait in {@code spoolDirectory}. */
    public TraceDatWriter(FileShape shape, Path spoolDirectory) {
        this.shape = shape;
        this.spoolDirectory = spoolDirectory;
    }

    /** The trace clock of instances made from now on, {@code local} at first; no option is written for it. */
    public TraceDatWriter clock(String name) {
        clock = name;
        return this;
    }

    /** Adds an event; those of system {@code ftrace} go to their own section. */
    public EventFormat event(EventFormat format) {
        if (format.system().equals("ftrace")) {
            ftraceEvents.add(format);
        } else {
            eventsBySystem
                    .computeIfAbsent(format.system(), s -> new ArrayList<>())
                    .add(format);
        }
        return format;
    }

    public TraceDatWriter option(TraceOption option) {
        options.add(option);
        return this;
    }

    /** A line of {@code saved_cmdlines}. */
    public TraceDatWriter commandLine(int tid, String comm) {
        commandLines.append(tid).append(' ').append(comm).append('\n');
        return this;
    }

    /** The text of {@code /proc/kallsyms}. */
    public TraceDatWriter kallsyms(String text) {
        kallsyms = text;
        return this;
    }

    /** The text of {@code printk_formats}: lines {@code 0xADDRESS : "text"}. */
    public TraceDatWriter printkFormats(String text) {
        printkFormats = text;
        return this;
    }

    /** Number of CPUs of the machine; without it the highest CPU that has a buffer, plus one. */
    public TraceDatWriter cpuCount(int cpus) {
        cpuCount = cpus;
        return this;
    }

    /** Makes a latency file: this text, the content of {@code trace}, instead of ring buffers. */
    public TraceDatWriter latency(String text) {
        latencyText = text;
        return this;
    }

    /** The top instance, with pages of the file's page size. */
    public TraceInstance top() {
        return instance("", shape.pageBytes());
    }

    /** An instance by name, with pages of the file's page size. */
    public TraceInstance instance(String name) {
        return instance(name, shape.pageBytes());
    }

    /** An instance by name; a version 7 file may give each its own sub-buffer size. */
    public TraceInstance instance(String name, int subBufferBytes) {
        for (TraceInstance instance : instances) {
            if (instance.name().equals(name)) {
                return instance;
            }
        }
        if (shape.version() == 6 && subBufferBytes != shape.pageBytes()) {
            throw new IllegalArgumentException(
                    "a version 6 file has one page size: expected " + shape.pageBytes() + ", got " + subBufferBytes);
        }
        TraceInstance instance = new TraceInstance(name, clock, shape, subBufferBytes, spoolDirectory);
        instances.add(instance);
        return instance;
    }

    public FileShape shape() {
        return shape;
    }

    /** Writes the file; ring buffers take no events afterwards. */
    public void write(Path file) throws IOException {
        try (TraceDatFile out = new TraceDatFile(file, shape)) {
            switch (shape.version()) {
                case 6 -> new Version6Layout(this, out).write();
                case 7 -> new Version7Layout(this, out).write();
                default -> throw new IllegalStateException("version " + shape.version());
            }
        }
    }

    /** Drops the temporary files. */
    @Override
    public void close() {
        for (TraceInstance instance : instances) {
            instance.cpus().values().forEach(cpu -> cpu.pages().close());
        }
    }

    List<TraceOption> options() {
        return options;
    }

    List<TraceInstance> instances() {
        return instances;
    }

    String kallsyms() {
        return kallsyms;
    }

    String printkFormats() {
        return printkFormats;
    }

    String commandLines() {
        return commandLines.toString();
    }

    String latencyText() {
        return latencyText;
    }

    int cpus() {
        int highest = 0;
        for (TraceInstance instance : instances) {
            highest = Math.max(
                    highest, instance.cpus().isEmpty() ? 0 : instance.cpus().lastKey() + 1);
        }
        return Math.max(cpuCount, highest);
    }

    /** What {@code events/header_page} and {@code events/header_event} say, each with its name and length. */
    byte[] headerInfo() {
        int commit = shape.kernelLongBytes();
        int data = 8 + commit;
        int subBuffer =
                instances.isEmpty() ? shape.pageBytes() : instances.get(0).subBufferBytes();
        String page = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
                + "\tfield: local_t commit;\toffset:8;\tsize:" + commit + ";\tsigned:1;\n"
                + "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
                + "\tfield: char data;\toffset:" + data + ";\tsize:" + (subBuffer - data) + ";\tsigned:1;\n";
        String event = "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
                + "\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n"
                + "\ttime_stamp : type == 31\n\tdata max type_len  == 28\n";
        FileBytes out = new FileBytes(shape.order());
        out.cString("header_page").u64(page.length()).text(page);
        out.cString("header_event").u64(event.length()).text(event);
        return out.toArray();
    }

    byte[] ftraceFormats() {
        FileBytes out = new FileBytes(shape.order()).u32(ftraceEvents.size());
        ftraceEvents.forEach(format -> sized(out, format));
        return out.toArray();
    }

    byte[] eventFormats() {
        FileBytes out = new FileBytes(shape.order()).u32(eventsBySystem.size());
        eventsBySystem.forEach((system, formats) -> {
            out.cString(system).u32(formats.size());
            formats.forEach(format -> sized(out, format));
        });
        return out.toArray();
    }

    /** A text with its length before it, a u32 or a u64. */
    byte[] lengthAndText(String text, int lengthBytes) {
        byte[] bytes = new FileBytes(shape.order()).text(text).toArray();
        FileBytes out = new FileBytes(shape.order());
        return (lengthBytes == 4 ? out.u32(bytes.length) : out.u64(bytes.length))
                .bytes(bytes)
                .toArray();
    }

    private static void sized(FileBytes out, EventFormat format) {
        byte[] text = new FileBytes(out.order()).text(format.text()).toArray();
        out.u64(text.length).bytes(text);
    }
}
