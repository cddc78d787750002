package dev.hindsight.sampletraces.synthetic;

import dev.hindsight.sampletraces.synthetic.KvmHostEvents.HostThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Makes recordings of any size of a KVM host with one VM to a CPU: input for measurements. The same seed, number of
 * events and CPUs give the same events in every file shape. Memory does not grow with the size: pages wait in temporary
 * files beside the target.
 */
public final class KvmWorkload {

    private final long events;
    private final int cpus;
    private final long seed;

    /**
     * @param events the number at which the recording ends, at the end of a guest's timer period
     * @param cpus CPUs, each with a VM of one vCPU
     * @param seed of all durations and choices
     */
    public KvmWorkload(long events, int cpus, long seed) {
        KvmHost.check(events, cpus);
        this.events = events;
        this.cpus = cpus;
        this.seed = seed;
    }

    /** Writes the file and returns the exact number of events in it. */
    public long write(FileShape shape, Path file) throws IOException {
        if (!shape.equals(new FileShape(
                shape.version(), java.nio.ByteOrder.LITTLE_ENDIAN, 8, 8, shape.pageBytes(), shape.compression()))) {
            throw new IllegalArgumentException("the workload is of a little-endian 64-bit machine, got " + shape);
        }
        Path directory = file.toAbsolutePath().getParent();
        try (TraceDatWriter trace = new TraceDatWriter(shape, directory).clock("mono")) {
            KvmHostEvents.ALL.forEach(trace::event);
            trace.option(TraceOption.traceClock("local global counter uptime perf [mono] mono_raw boot tai x86-tsc\n"));
            trace.option(TraceOption.uname("Linux synthetic 6.1.0 x86_64"));
            trace.option(TraceOption.cpuCount(cpus));
            trace.kallsyms(String.format(
                    "%016x t tick_sched_timer\n%016x t pit_timer_fn\t[kvm]\n",
                    KvmHostCpu.TICK_SCHED_TIMER, KvmHostCpu.PIT_TIMER_FN));
            long written = fill(trace);
            trace.write(file);
            return written;
        }
    }

    private long fill(TraceDatWriter trace) {
        CpuBuffer[] buffers = new CpuBuffer[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            buffers[cpu] = trace.top().cpu(cpu);
        }
        KvmHost host = new KvmHost(buffers, seed);
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (HostThread thread : host.threads(cpu)) {
                trace.commandLine(thread.tid, thread.name);
            }
        }
        while (host.events() < events) {
            host.round();
        }
        return host.events();
    }

    /** Runs as {@code KvmWorkload SHAPE EVENTS FILE [CPUS [SEED]]}; SHAPE is v6, v7, v7-zstd or v7-zlib. */
    public static void main(String[] args) throws IOException {
        if (args.length < 3 || args.length > 5) {
            System.err.println("usage: KvmWorkload v6|v7|v7-zstd|v7-zlib EVENTS FILE [CPUS [SEED]]");
            System.exit(2);
        }
        Path file = Path.of(args[2]);
        int cpus = args.length > 3 ? Integer.parseInt(args[3]) : 4;
        long seed = args.length > 4 ? Long.parseLong(args[4]) : 1;
        long begin = System.nanoTime();
        long events = new KvmWorkload(Long.parseLong(args[1]), cpus, seed).write(shape(args[0]), file);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s: %d events, %d bytes, %d CPUs, seed %d, %.1f s, %.1f M events/s%n",
                file,
                events,
                Files.size(file),
                cpus,
                seed,
                seconds,
                events / seconds / 1e6);
    }

    private static FileShape shape(String name) {
        return switch (name) {
            case "v6" -> FileShape.v6();
            case "v7" -> FileShape.v7();
            case "v7-zstd" -> FileShape.v7().with(Compression.ZSTD);
            case "v7-zlib" -> FileShape.v7().with(Compression.ZLIB);
            default -> throw new IllegalArgumentException("expected v6, v7, v7-zstd or v7-zlib, got " + name);
        };
    }
}
