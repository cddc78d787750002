package dev.hindsight.parsers.bench;

import dev.hindsight.sampletraces.synthetic.CpuBuffer;
import dev.hindsight.sampletraces.synthetic.EventFormat;
import dev.hindsight.sampletraces.synthetic.EventRecord;
import dev.hindsight.sampletraces.synthetic.FileShape;
import dev.hindsight.sampletraces.synthetic.TraceDatWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A recording whose events have six fields each, as their formats in the file list them: the four that all events have
 * (common_type, common_flags, common_preempt_count, common_pid) and two of their own. In a table these are two own
 * columns beside {@code ts_ns, cpu, tid, flags, preempt_count, instance}.
 *
 * <p>Three kinds of events, evenly mixed at random over the CPUs; the time between two events of a CPU is drawn from 0.2
 * to 4 microseconds.
 */
final class SixFieldRecording {

    private static final EventFormat ENTRY = EventFormat.of("kvm", "kvm_entry", 1001)
            .field("unsigned int", "vcpu_id", 4, false)
            .field("unsigned long", "rip", 8, false)
            .print("\"vcpu %u, rip 0x%lx\", REC->vcpu_id, REC->rip");

    private static final EventFormat IRQ_EXIT = EventFormat.of("irq", "irq_handler_exit", 151)
            .field("int", "irq", 4, true)
            .field("int", "ret", 4, true)
            .print("\"irq=%d ret=%d\", REC->irq, REC->ret");

    private static final EventFormat ACK = EventFormat.of("kvm", "kvm_ack_irq", 1002)
            .field("unsigned int", "irqchip", 4, false)
            .field("unsigned int", "pin", 4, false)
            .print("\"irqchip %u pin %u\", REC->irqchip, REC->pin");

    private SixFieldRecording() {}

    static void write(FileShape shape, Path file, int events, int cpus) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        try (TraceDatWriter trace =
                new TraceDatWriter(shape, file.toAbsolutePath().getParent()).clock("mono")) {
            EventFormat[] formats = {ENTRY, IRQ_EXIT, ACK};
            for (EventFormat format : formats) {
                trace.event(format);
            }
            trace.cpuCount(cpus);
            CpuBuffer[] buffers = new CpuBuffer[cpus];
            long[] ns = new long[cpus];
            for (int cpu = 0; cpu < cpus; cpu++) {
                buffers[cpu] = trace.top().cpu(cpu);
                ns[cpu] = 1_000_000;
            }
            for (int i = 0; i < events; i++) {
                int cpu = i % cpus;
                ns[cpu] += random.nextInt(200, 4000);
                EventFormat format = formats[random.nextInt(formats.length)];
                EventRecord record = new EventRecord(format, shape.order(), 1000 + random.nextInt(64));
                if (format == ENTRY) {
                    record.with("vcpu_id", random.nextInt(4)).with("rip", random.nextLong(1L << 40));
                } else if (format == IRQ_EXIT) {
                    record.with("irq", random.nextInt(64)).with("ret", 1);
                } else {
                    record.with("irqchip", random.nextInt(3)).with("pin", random.nextInt(24));
                }
                buffers[cpu].event(ns[cpu], record);
            }
            trace.write(file);
        }
    }
}
