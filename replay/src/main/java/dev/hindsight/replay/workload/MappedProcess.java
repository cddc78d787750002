package dev.hindsight.replay.workload;

import java.util.Arrays;

/** Whose memory a CPU has mapped: that of the process which ran there last; threads of the kernel keep it. */
final class MappedProcess {

    /** By row of the spans: whether a thread comes to a CPU that still has its process's memory mapped. */
    private final boolean[] kept;

    MappedProcess(SpanRows spans, ThreadRows threads, int cpus) {
        kept = new boolean[spans.cpu.length];
        int[] process = Threads.processes(threads.tgid, Arrays.asList(threads.role));
        int[] mapped = new int[cpus];
        Arrays.fill(mapped, Threads.KERNEL);
        for (int row = 0; row < kept.length; row++) {
            int thread = spans.thread[row];
            if (thread < 0 || spans.state[row] != SpanRows.RUNNING || spans.cpu[row] < 0) {
                continue;
            }
            if (process[thread] != Threads.KERNEL) {
                kept[row] = mapped[spans.cpu[row]] == process[thread];
                mapped[spans.cpu[row]] = process[thread];
            }
        }
    }

    /** Whether the thread that begins to run with a row's span finds its memory mapped. */
    boolean kept(int row) {
        return kept[row];
    }
}
