package dev.hindsight.sampletraces.synthetic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The host of {@link KvmWorkload} as perf record has it: the same events, CPU by CPU in rounds. Memory does not grow with
 * the size.
 */
public final class KvmPerfWorkload {

    /** Bytes of a CPU's records at which a round ends: what half of perf's usual buffer holds. */
    private static final int ROUND_BYTES = 256 << 10;

    private final long events;
    private final int cpus;
    private final long seed;

    /** As {@link KvmWorkload#KvmWorkload}. */
    public KvmPerfWorkload(long events, int cpus, long seed) {
        KvmHost.check(events, cpus);
        this.events = events;
        this.cpus = cpus;
        this.seed = seed;
    }

    /** A CPU's records of the present round. */
    private static final class RoundSpace implements RecordSpace {

        private final byte[] page = new byte[4 * ROUND_BYTES];
        private long[] ns = new long[1 << 12];
        private int[] start = new int[1 << 12];
        private int count;
        private int end;
        private long events;

        @Override
        public int reserve(long at, int recordBytes) {
            if (count + 1 == ns.length) {
                ns = Arrays.copyOf(ns, 2 * count + 2);
                start = Arrays.copyOf(start, 2 * count + 2);
            }
            int from = end;
            end += recordBytes + 7 & ~7;
            Arrays.fill(page, from, end, (byte) 0);
            ns[count] = at;
            start[count++] = from;
            start[count] = end;
            events++;
            return from;
        }

        @Override
        public byte[] page() {
            return page;
        }

        @Override
        public long events() {
            return events;
        }
    }

    /** Writes the file and returns the exact number of events in it. */
    public long write(PerfShape shape, Path file) throws IOException {
        if (shape.order() != java.nio.ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalArgumentException("the workload is of a little-endian machine, got " + shape);
        }
        try (PerfDataWriter perf = new PerfDataWriter(shape, file).cpus(cpus)) {
            Map<Integer, Integer> attrById = new HashMap<>();
            List<EventFormat> all = KvmHostEvents.ALL;
            for (int i = 0; i < all.size(); i++) {
                perf.format(all.get(i));
                attrById.put(all.get(i).id(), perf.attr(PerfAttr.tracepoint(all.get(i), 1L + (long) i * cpus, cpus)));
            }
            return fill(perf, attrById);
        }
    }

    private long fill(PerfDataWriter perf, Map<Integer, Integer> attrById) throws IOException {
        RoundSpace[] spaces = new RoundSpace[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            spaces[cpu] = new RoundSpace();
        }
        KvmHost host = new KvmHost(spaces, seed);
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (KvmHostEvents.HostThread thread : host.threads(cpu)) {
                perf.comm(0, 1 + cpu, 0, cpu, thread.tid, thread.name);
            }
        }
        while (host.events() < events) {
            if (spaces[host.round()].end > ROUND_BYTES) {
                round(perf, spaces, attrById);
            }
        }
        round(perf, spaces, attrById);
        return host.events();
    }

    private void round(PerfDataWriter perf, RoundSpace[] spaces, Map<Integer, Integer> attrById) throws IOException {
        for (int cpu = 0; cpu < cpus; cpu++) {
            RoundSpace space = spaces[cpu];
            byte[] page = space.page;
            for (int i = 0; i < space.count; i++) {
                int from = space.start[i];
                int type = (page[from] & 0xff) | (page[from + 1] & 0xff) << 8;
                int tid = java.nio.ByteBuffer.wrap(page)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getInt(from + 4);
                int attr = attrById.get(type);
                long id = 1L + (long) attr * cpus + cpu;
                perf.sample(attr, id, space.ns[i], cpu, tid, page, from, space.start[i + 1] - from);
            }
            space.count = 0;
            space.end = 0;
        }
        perf.finishedRound();
    }

    /** Runs as {@code KvmPerfWorkload SHAPE EVENTS FILE [CPUS [SEED]]}; SHAPE is file, zstd or pipe. */
    public static void main(String[] args) throws IOException {
        if (args.length < 3 || args.length > 5) {
            System.err.println("usage: KvmPerfWorkload file|zstd|pipe EVENTS FILE [CPUS [SEED]]");
            System.exit(2);
        }
        Path file = Path.of(args[2]);
        int cpus = args.length > 3 ? Integer.parseInt(args[3]) : 4;
        long seed = args.length > 4 ? Long.parseLong(args[4]) : 1;
        long begin = System.nanoTime();
        long events = new KvmPerfWorkload(Long.parseLong(args[1]), cpus, seed).write(shape(args[0]), file);
        System.out.printf(
                Locale.ROOT,
                "%s: %d events, %d bytes, %d CPUs, seed %d, %.1f s%n",
                file,
                events,
                Files.size(file),
                cpus,
                seed,
                (System.nanoTime() - begin) / 1e9);
    }

    private static PerfShape shape(String name) {
        return switch (name) {
            case "file" -> PerfShape.file();
            case "zstd" -> PerfShape.file().with(PerfShape.Packing.COMPRESSED);
            case "pipe" -> PerfShape.file().asPipe();
            default -> throw new IllegalArgumentException("expected file, zstd or pipe, got " + name);
        };
    }
}
