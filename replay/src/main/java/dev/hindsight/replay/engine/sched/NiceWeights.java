package dev.hindsight.replay.engine.sched;

/** Share of a fair thread by nice value: each step is a factor of about 1.25 (sched_prio_to_weight in kernel/sched/core.c). */
final class NiceWeights {

    /** Weight of nice 0. */
    static final int NICE_0 = 1024;

    /** Weight of SCHED_IDLE. */
    static final int IDLE_POLICY = 3;

    private static final int[] BY_NICE = {
        88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501,
        1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15
    };

    private NiceWeights() {}

    /** @param nice -20..19 */
    static int of(int nice) {
        return BY_NICE[nice + 20];
    }
}
