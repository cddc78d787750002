package dev.hindsight.parsers.ftracetext;

import java.util.Arrays;

/** When the last event of each CPU and ring buffer was, and the first of all. */
final class CpuTimes {

    private long[][] lastNs = new long[1][];
    private long firstNs;

    void begin(long tsNs) {
        firstNs = tsNs;
    }

    long firstNs() {
        return firstNs;
    }

    /** {@link Long#MIN_VALUE} where there was none. */
    long last(int instance, int cpu) {
        return instance < lastNs.length && lastNs[instance] != null && cpu < lastNs[instance].length
                ? lastNs[instance][cpu]
                : Long.MIN_VALUE;
    }

    void set(int instance, int cpu, long tsNs) {
        if (instance >= lastNs.length) {
            lastNs = Arrays.copyOf(lastNs, instance + 1);
        }
        if (lastNs[instance] == null) {
            lastNs[instance] = new long[0];
        }
        if (cpu >= lastNs[instance].length) {
            int had = lastNs[instance].length;
            lastNs[instance] = Arrays.copyOf(lastNs[instance], Math.max(cpu + 1, 2 * had));
            Arrays.fill(lastNs[instance], had, lastNs[instance].length, Long.MIN_VALUE);
        }
        lastNs[instance][cpu] = tsNs;
    }
}
