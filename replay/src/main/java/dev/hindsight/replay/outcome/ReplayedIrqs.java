package dev.hindsight.replay.outcome;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.IrqStack;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.IrqKinds;
import dev.hindsight.replay.workload.Workload;
import java.util.Set;

/** Table {@code irq_span} of a replay. The tick has the name of the recording's timer interrupt, where that has one. */
final class ReplayedIrqs {

    /** The interrupt of the CPU's own timer: x86, arm64; ppc's is a hard interrupt without these events. */
    private static final Set<String> TIMERS = Set.of("local_timer", "arch_timer");

    /** Softirqs of include/linux/interrupt.h; a String of each is made once. */
    private static final int SOFTIRQS = 10;

    private final TableAppender rows;
    private final IrqStack[] stacks;
    private final String[] kinds;
    private final int[] numbers;
    private final String[] names;
    private final String[] softirqs = new String[SOFTIRQS];
    private final int tick;

    ReplayedIrqs(Workload workload, TableSinks sinks) {
        IrqKinds irqs = workload.irqs();
        rows = new TableAppender(TimelineTables.IRQ_SPAN, sinks);
        stacks = new IrqStack[workload.cpus()];
        for (int cpu = 0; cpu < stacks.length; cpu++) {
            stacks[cpu] = new IrqStack(cpu, rows);
        }
        int size = irqs.size();
        kinds = new String[size + 1];
        numbers = new int[size + 1];
        names = new String[size + 1];
        int timer = size;
        for (int i = 0; i < size; i++) {
            kinds[i] = irqs.kind().get(i);
            numbers[i] = irqs.irq()[i];
            names[i] = irqs.name().get(i);
            timer = timer == size && TIMERS.contains(names[i]) ? i : timer;
        }
        kinds[size] = IrqStack.VECTOR;
        numbers[size] = -1;
        names[size] = "local_timer";
        tick = timer;
        for (int i = 0; i < SOFTIRQS; i++) {
            softirqs[i] = IrqStack.softirqName(i);
        }
    }

    void begin(long ns, int cpu, int irqKind, int tid) {
        int kind = irqKind == ReplayedTimeline.TICK ? tick : irqKind;
        stacks[cpu].enter(kinds[kind], numbers[kind], names[kind], tid, ns);
    }

    void softirqBegin(long ns, int cpu, int softirq, int tid) {
        stacks[cpu].enter(IrqStack.SOFTIRQ, softirq, softirqs[softirq], tid, ns);
    }

    /** The innermost ends. */
    void end(long ns, int cpu) {
        stacks[cpu].endTop(ns);
    }

    void endAll(long ns) {
        for (IrqStack stack : stacks) {
            stack.endAll(ns);
        }
        rows.flush();
    }
}
