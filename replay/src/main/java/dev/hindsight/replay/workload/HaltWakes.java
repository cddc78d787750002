package dev.hindsight.replay.workload;

/**
 * How a halted vCPU is woken by an edge, by line: CPU time of the one that raises it from the edge to {@code sched_waking},
 * and from there to {@code sched_wakeup}; where the vCPU's own CPU does that part, without the time that it stood still. A line that hardly shows it takes what all lines show.
 */
final class HaltWakes {

    private static final long LONGEST_NS = 2_000_000;

    private final Samples[] toWaking;
    private final Samples[] toQueue;
    private final Samples allToWaking = new Samples();
    private final Samples allToQueue = new Samples();

    HaltWakes(Recorded of) {
        toWaking = new Samples[of.lines.size()];
        toQueue = new Samples[toWaking.length];
        for (int line = 0; line < toWaking.length; line++) {
            toWaking[line] = new Samples();
            toQueue[line] = new Samples();
        }
        EdgeRows edges = of.edges;
        for (int edge = 0; edge < edges.tsNs.length; edge++) {
            int line = of.lineOfEdge[edge];
            if (line >= 0 && edges.cpu[edge] >= 0) {
                measure(of, edge, line);
            }
        }
        for (int line = 0; line < toWaking.length; line++) {
            allToWaking.addAll(toWaking[line]);
            allToQueue.addAll(toQueue[line]);
        }
    }

    private void measure(Recorded of, int edge, int line) {
        long ns = of.edges.tsNs[edge];
        int cpu = of.edges.cpu[edge];
        int thread = of.lines.vcpuThread()[line];
        int asleep = of.spans.at(thread, ns);
        if (asleep < 0 || !of.spans.isSleep(asleep)) {
            return;
        }
        int wake = of.wakes.of(thread, of.spans.endNs[asleep]);
        if (wake < 0 || of.wakes.tsNs[wake] > ns + LONGEST_NS || of.wakes.wakerCpu[wake] != cpu) {
            return;
        }
        boolean inTask = of.edges.inTask[edge];
        if (inTask != (of.wakes.context[wake] == WakeRows.TASK)) {
            return;
        }
        long waking = of.wakes.tsNs[wake];
        toWaking[line].add(inTask ? of.stolen.left(cpu, ns, waking) : waking - ns);
        if (of.wakes.enqueuedNs[wake] != StoredTable.NULL) {
            long queued = of.wakes.enqueuedNs[wake];
            if (of.isQueuedByTarget(wake)) {
                toQueue[line].add(of.queueingNs(wake));
                return;
            }
            toQueue[line].add(inTask ? of.stolen.left(cpu, waking, queued) : queued - waking);
        }
    }

    /** Median over all lines; 0 where none shows it. */
    long usualToWakingNs() {
        return allToWaking.median();
    }

    /** By line: from the edge to the wakeup. */
    long[][] toWakingNs() {
        return byLine(toWaking, allToWaking.orRelated(0));
    }

    /** By line: from the wakeup to the vCPU's being queued; {@code usual} where no line shows it. */
    long[][] toQueueNs(long[] usual) {
        return byLine(toQueue, allToQueue.orRelated(usual));
    }

    private static long[][] byLine(Samples[] of, long[] all) {
        long[][] ns = new long[of.length][];
        for (int line = 0; line < ns.length; line++) {
            ns[line] = of[line].areFew() ? all : of[line].usual();
        }
        return ns;
    }
}
