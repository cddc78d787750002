package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.Program;
import java.util.ArrayDeque;

/** Softirqs that wait on one CPU, in order: times, and what ksoftirqd did in the recording each time that it was woken. */
final class SoftirqQueue {

    /** Of a softirq by number, steps [from, to) of a program; the program is null where it is time alone, {@code from} ns of it. */
    record Work(int softirq, Program program, long from, int to) {}

    private static final int HI = 0;
    private static final int TASKLET = 6;

    private final ArrayDeque<Work> waiting = new ArrayDeque<>();

    void addTime(int softirq, long ns) {
        waiting.add(new Work(softirq, null, ns, 0));
    }

    void addSteps(int softirq, Program program, int from, int to) {
        waiting.add(new Work(softirq, program, from, to));
    }

    /** Whether one of them does not wait for ksoftirqd: HI or TASKLET, SOFTIRQ_NOW_MASK of Linux 4.16 to 6.4. */
    boolean isUrgent() {
        for (Work work : waiting) {
            if (work.softirq() == HI || work.softirq() == TASKLET) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return waiting.size();
    }

    Work take() {
        return waiting.remove();
    }
}
