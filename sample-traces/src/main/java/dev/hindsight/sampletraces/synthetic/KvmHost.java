package dev.hindsight.sampletraces.synthetic;

import dev.hindsight.sampletraces.synthetic.KvmHostEvents.HostThread;

/** A made KVM host with one VM to a CPU: the same events from the same seed, whatever file they go to. */
final class KvmHost {

    private static final long START_NS = 10_000_000_000L;

    private final KvmHostCpu[] cpus;
    private final RecordSpace[] spaces;
    private long events;

    /** With a CPU to each of the spaces that take the records. */
    KvmHost(RecordSpace[] spaces, long seed) {
        this.spaces = spaces;
        cpus = new KvmHostCpu[spaces.length];
        for (int cpu = 0; cpu < cpus.length; cpu++) {
            cpus[cpu] = new KvmHostCpu(cpu, spaces[cpu], seed, START_NS);
        }
        for (int cpu = 0; cpu < cpus.length; cpu++) {
            cpus[cpu].wakes(cpus[(cpu + 1) % cpus.length]);
        }
    }

    /** Refuses sizes that no workload has. */
    static void check(long events, int cpus) {
        if (events < 1 || cpus < 1 || cpus > 256) {
            throw new IllegalArgumentException(
                    "expected at least one event on 1 to 256 CPUs, got " + events + " on " + cpus);
        }
    }

    HostThread[] threads(int cpu) {
        return cpus[cpu].threads();
    }

    /** Lets the CPU go on whose time is the earliest, for a timer period of its guest; tells which. */
    int round() {
        int earliest = 0;
        for (int cpu = 1; cpu < cpus.length; cpu++) {
            earliest = cpus[cpu].nowNs() < cpus[earliest].nowNs() ? cpu : earliest;
        }
        long before = spaces[earliest].events();
        cpus[earliest].round();
        events += spaces[earliest].events() - before;
        return earliest;
    }

    /** How many there are so far. */
    long events() {
        return events;
    }
}
