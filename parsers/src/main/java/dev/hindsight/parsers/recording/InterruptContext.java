package dev.hindsight.parsers.recording;

import java.util.Arrays;

/**
 * Whether an event happened in an interrupt, from the entries and exits of interrupts in the recording itself: for texts
 * without the columns that tell ({@code noirq-info}, {@code trace-cmd report} without {@code -l}, {@code perf script}),
 * and for LTTng.
 *
 * <p>Only as good as what was traced: where neither interrupts nor expiries of timers were, everything seems to happen
 * in a task.
 */
public final class InterruptContext {

    private static final int HARDIRQ = 0x08;
    private static final int SOFTIRQ = 0x10;

    /** What an event does to its CPU. */
    public enum Change {
        NONE,
        ENTERS_HARDIRQ,
        LEAVES_HARDIRQ,
        ENTERS_SOFTIRQ,
        LEAVES_SOFTIRQ,
        /** A timer's callback: in a hard interrupt, but for timers that run in the softirq. */
        ENTERS_TIMER,
        LEAVES_TIMER,
        SWITCHES
    }

    private int[] hard = new int[8];
    private int[] soft = new int[8];

    /** What events of a name do. */
    public static Change of(String system, String name) {
        boolean entry = name.endsWith("_entry");
        if (!entry && !name.endsWith("_exit")) {
            return name.equals("sched_switch") ? Change.SWITCHES : Change.NONE;
        }
        return switch (system) {
            case "irq_vectors", "ipi" -> entry ? Change.ENTERS_HARDIRQ : Change.LEAVES_HARDIRQ;
            case "irq" ->
                switch (name) {
                    case "irq_handler_entry" -> Change.ENTERS_HARDIRQ;
                    case "irq_handler_exit" -> Change.LEAVES_HARDIRQ;
                    case "softirq_entry" -> Change.ENTERS_SOFTIRQ;
                    case "softirq_exit" -> Change.LEAVES_SOFTIRQ;
                    default -> Change.NONE;
                };
            case "powerpc" ->
                switch (name) {
                    case "irq_entry", "timer_interrupt_entry", "doorbell_entry" -> Change.ENTERS_HARDIRQ;
                    case "irq_exit", "timer_interrupt_exit", "doorbell_exit" -> Change.LEAVES_HARDIRQ;
                    default -> Change.NONE;
                };
            case "timer" ->
                switch (name) {
                    case "hrtimer_expire_entry" -> Change.ENTERS_TIMER;
                    case "hrtimer_expire_exit" -> Change.LEAVES_TIMER;
                    default -> Change.NONE;
                };
            default -> Change.NONE;
        };
    }

    /** {@code common_flags} of the next event of a CPU, as far as they tell the interrupt: at entries and exits too. */
    public int next(int cpu, Change change) {
        if (cpu >= hard.length) {
            int to = Math.max(cpu + 1, 2 * hard.length);
            hard = Arrays.copyOf(hard, to);
            soft = Arrays.copyOf(soft, to);
        }
        boolean inSoftirq = soft[cpu] > 0 && hard[cpu] == 0;
        switch (change) {
            case ENTERS_HARDIRQ -> hard[cpu]++;
            case ENTERS_SOFTIRQ -> soft[cpu]++;
            case ENTERS_TIMER -> hard[cpu] += inSoftirq ? 0 : 1;
            case NONE, LEAVES_HARDIRQ, LEAVES_SOFTIRQ, LEAVES_TIMER, SWITCHES -> {
                // still in it
            }
        }
        int flags = (hard[cpu] > 0 ? HARDIRQ : 0) | (soft[cpu] > 0 ? SOFTIRQ : 0);
        switch (change) {
            case LEAVES_HARDIRQ -> hard[cpu] = Math.max(0, hard[cpu] - 1);
            case LEAVES_SOFTIRQ -> soft[cpu] = Math.max(0, soft[cpu] - 1);
            case LEAVES_TIMER -> hard[cpu] = Math.max(0, hard[cpu] - (inSoftirq ? 0 : 1));
            case SWITCHES -> {
                hard[cpu] = 0;
                soft[cpu] = 0;
            }
            case NONE, ENTERS_HARDIRQ, ENTERS_SOFTIRQ, ENTERS_TIMER -> {
                // until it is left
            }
        }
        return flags;
    }

    /** Events of a CPU were lost: what it was in is over. */
    public void lost(int cpu) {
        if (cpu < hard.length) {
            hard[cpu] = 0;
            soft[cpu] = 0;
        }
    }
}
