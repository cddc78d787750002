package dev.hindsight.replay.timeline;

/**
 * Decodes {@code prev_state} of {@code sched_switch}: why a thread left the CPU.
 *
 * <pre>
 *  kernels from 4.14 (__trace_sched_switch_state: 1 &lt;&lt; (task_state_index - 1), TASK_REPORT_MAX for a preemption)
 *    8   7   6   5   4   3   2   1   0
 *  +---+---+---+---+---+---+---+---+---+
 *  | + | I | P | Z | X | t | T | D | S |      0: R
 *  +---+---+---+---+---+---+---+---+---+
 *  before 4.14: the task's state itself, TASK_STATE_MAX (+) for a preemption
 *    12  11  10   9   8   7   6   5   4   3   2   1   0
 *  +---+---+---+---+---+---+---+---+---+---+---+---+---+
 *  | + | N | n | P | W | K | x |  Z, X | t | T | D | S |   4.8 to 4.13; + is bit 11 in 4.2 to 4.7, bit 10 in 3.9
 *  +---+---+---+---+---+---+---+---+---+---+---+---+---+   to 4.1, bit 9 in older ones; the bits it takes are not there
 * </pre>
 *
 * S interruptible, D uninterruptible, T stopped, t traced, X dead, Z zombie, P parked, I idle (uninterruptible, no load),
 * K wakes for a kill, W waking, x dead, n no load, N new, + preempted. Kernel source: include/linux/sched.h,
 * include/trace/events/sched.h.
 */
public final class PrevState {

    /** The thread could have gone on: it was preempted or yielded. */
    public static final int RUNNABLE = 0;
    /** It waits interruptibly, or is stopped, traced, parked or idle: nobody counts it as load. */
    public static final int SLEEPING = 1;
    /** It waits uninterruptibly. */
    public static final int BLOCKED = 2;
    /** It has exited. */
    public static final int GONE = 3;

    private static final int S = 0x01;
    private static final int D = 0x02;
    private static final int T = 0x04;
    private static final int TRACED = 0x08;
    private static final int EXITED = 0x10 | 0x20;

    private static final int PARKED = 0x40;
    private static final int IDLE = 0x80;

    private static final int OLD_DEAD = 0x40;
    private static final int OLD_PARKED = 0x200;
    private static final int OLD_NO_LOAD = 0x400;

    private final boolean reported;
    private final long preempted;

    /** {@code release} as uname names it; where it can't be told the layout of 4.14 and later is taken. */
    public PrevState(String release) {
        int version = version(release);
        reported = version >= version(4, 14);
        if (reported) {
            preempted = 0x100;
        } else if (version >= version(4, 8)) {
            preempted = 0x1000;
        } else if (version >= version(4, 2)) {
            preempted = 0x800;
        } else {
            preempted = version >= version(3, 9) ? 0x400 : 0x200;
        }
    }

    private static int version(int major, int minor) {
        return major << 16 | minor;
    }

    private static int version(String release) {
        String[] parts = release.split("[^0-9]+", 3);
        try {
            return version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]) & 0xFFFF);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** One of the constants above. */
    public int decode(long prevState) {
        if (prevState == 0 || (prevState & preempted) != 0) {
            return RUNNABLE;
        }
        long state = prevState & (preempted - 1);
        if ((state & (reported ? EXITED : EXITED | OLD_DEAD)) != 0) {
            return GONE;
        }
        if ((state & D) != 0) {
            return !reported && (state & OLD_NO_LOAD) != 0 ? SLEEPING : BLOCKED;
        }
        long sleeping = S | T | TRACED | (reported ? PARKED | IDLE : OLD_PARKED);
        return (state & sleeping) != 0 ? SLEEPING : RUNNABLE;
    }
}
