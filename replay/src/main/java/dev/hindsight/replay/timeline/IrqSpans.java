package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableAppender;
import java.util.ArrayList;
import java.util.List;

/**
 * Table {@code irq_span}: device interrupts ({@code irq_handler_entry/exit}), x86 system vectors ({@code
 * irq_vectors:*_entry/_exit}), interrupt exceptions of POWER ({@code powerpc:timer_interrupt_entry/exit} and the like),
 * inter-processor interrupts of arm64 ({@code ipi_entry/exit}) and softirqs, with the handler that raised them ({@code
 * softirq_raise}).
 *
 * <p>They nest per CPU. An exit whose entry is not in the recording makes no span, since the entry may have been
 * before the event was enabled. An entry without an exit ends with what it is nested in, at a loss with the last event
 * before it, or with the recording. With PREEMPT_RT a thread that runs a softirq may be switched out: the span ends
 * there, and another one begins when the thread is switched in.
 */
final class IrqSpans implements TimelinePart {

    static final String HARDIRQ = IrqStack.HARDIRQ;
    static final String VECTOR = IrqStack.VECTOR;
    static final String SOFTIRQ = IrqStack.SOFTIRQ;

    /** An inter-processor interrupt has no number in its events. */
    private static final int NO_NUMBER = -1;

    /** Exception vectors of Book3S, arch/powerpc/kernel/exceptions-64s.S; a doorbell is the hypervisor's or 0xa00. */
    private static final int EXTERNAL = 0x500;

    private static final int DECREMENTER = 0x900;
    private static final int DOORBELL = 0xE80;

    private static final String ENTRY = "_entry";
    private static final String EXIT = "_exit";

    /** A softirq whose thread was switched out in the middle of it; rare, only with PREEMPT_RT. */
    private record SwitchedOut(int cpu, int tid, int irq, String name, long raisedNs, long handlerNs) {}

    private final TableAppender rows;
    private final List<IrqStack> stacks = new ArrayList<>();
    private final List<SoftirqRaises> raises = new ArrayList<>();
    private final List<SwitchedOut> switchedOut = new ArrayList<>();

    IrqSpans(TimelineContext context) {
        rows = new TableAppender(TimelineTables.IRQ_SPAN, context.tables());
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.system()) {
            case "irq" -> irqHandler(type);
            case "irq_vectors" -> vectorHandler(type);
            case "ipi" -> ipiHandler(type);
            case "powerpc" -> exceptionHandler(type);
            case "sched" -> type.name().equals("sched_switch") ? switchHandler(type) : null;
            default -> null;
        };
    }

    private EventHandler irqHandler(EventType type) {
        int irq = type.column("irq");
        int vec = type.column("vec");
        return switch (type.name()) {
            case "irq_handler_entry" -> irq < 0 ? null : deviceEntry(irq, new IrqNames(type.column("name")));
            case "irq_handler_exit" -> irq < 0 ? null : exitOf(HARDIRQ, irq);
            case "softirq_entry" -> vec < 0 ? null : softirqEntry(vec);
            case "softirq_exit" -> vec < 0 ? null : exitOf(SOFTIRQ, vec);
            case "softirq_raise" -> vec < 0 ? null : softirqRaise(vec);
            default -> null;
        };
    }

    private EventHandler deviceEntry(int irq, IrqNames names) {
        return (tsNs, cpu, tid, block, row) -> {
            int number = (int) block.get(irq, row);
            stack(cpu).enter(HARDIRQ, number, names.name(block, row, number), tid, tsNs);
        };
    }

    private EventHandler softirqEntry(int vec) {
        return (tsNs, cpu, tid, block, row) -> {
            int number = (int) block.get(vec, row);
            IrqStack stack = stack(cpu);
            stack.enter(SOFTIRQ, number, IrqStack.softirqName(number), tid, tsNs);
            SoftirqRaises pending = raises.get(cpu);
            stack.raised(pending.raisedNs(number), pending.handlerNs(number));
            pending.clear(number);
        };
    }

    private EventHandler softirqRaise(int vec) {
        return (tsNs, cpu, tid, block, row) -> {
            long handlerNs = stack(cpu).handlerNs();
            raises.get(cpu).raise((int) block.get(vec, row), tsNs, handlerNs);
        };
    }

    private EventHandler exitOf(String kind, int column) {
        return (tsNs, cpu, tid, block, row) -> stack(cpu).exit(kind, (int) block.get(column, row), tsNs);
    }

    private EventHandler vectorHandler(EventType type) {
        int vector = type.column("vector");
        if (vector < 0) {
            return null;
        }
        if (type.name().endsWith(ENTRY)) {
            String name = type.name().substring(0, type.name().length() - ENTRY.length());
            return (tsNs, cpu, tid, block, row) ->
                    stack(cpu).enter(VECTOR, (int) block.get(vector, row), name, tid, tsNs);
        }
        return type.name().endsWith(EXIT) ? exitOf(VECTOR, vector) : null;
    }

    private EventHandler ipiHandler(EventType type) {
        return switch (type.name()) {
            case "ipi_entry" -> vectorEntry(NO_NUMBER, "ipi");
            case "ipi_exit" -> vectorExit(NO_NUMBER);
            default -> null;
        };
    }

    /** Interrupts of POWER hosts, by their exception vectors; {@code powerpc}'s other pairs of events are calls. */
    private EventHandler exceptionHandler(EventType type) {
        return switch (type.name()) {
            case "timer_interrupt_entry" -> vectorEntry(DECREMENTER, "timer_interrupt");
            case "timer_interrupt_exit" -> vectorExit(DECREMENTER);
            case "irq_entry" -> vectorEntry(EXTERNAL, "irq");
            case "irq_exit" -> vectorExit(EXTERNAL);
            case "doorbell_entry" -> vectorEntry(DOORBELL, "doorbell");
            case "doorbell_exit" -> vectorExit(DOORBELL);
            default -> null;
        };
    }

    private EventHandler vectorEntry(int number, String name) {
        return (tsNs, cpu, tid, block, row) -> stack(cpu).enter(VECTOR, number, name, tid, tsNs);
    }

    private EventHandler vectorExit(int number) {
        return (tsNs, cpu, tid, block, row) -> stack(cpu).exit(VECTOR, number, tsNs);
    }

    private EventHandler switchHandler(EventType type) {
        int prevPid = type.column("prev_pid");
        int nextPid = type.column("next_pid");
        if (prevPid < 0 || nextPid < 0) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            IrqStack stack = stack(cpu);
            if (!stack.isEmpty()) {
                switchOut((int) block.get(prevPid, row), stack, cpu, tsNs);
            }
            if (!switchedOut.isEmpty()) {
                switchIn((int) block.get(nextPid, row), stack, cpu, tsNs);
            }
        };
    }

    /** No hard interrupt is open where the scheduler switches: what is on the stack besides softirqs lost its exit. */
    private void switchOut(int prev, IrqStack stack, int cpu, long tsNs) {
        int outermost = switchedOut.size();
        while (!stack.isEmpty()) {
            if (stack.topKind().equals(SOFTIRQ) && stack.topTid() == prev) {
                switchedOut.add(
                        outermost,
                        new SwitchedOut(
                                cpu, prev, stack.topIrq(), stack.topName(), stack.topRaisedNs(), stack.topHandlerNs()));
            }
            stack.endTop(tsNs);
        }
    }

    private void switchIn(int next, IrqStack stack, int cpu, long tsNs) {
        for (int i = 0; i < switchedOut.size(); ) {
            SwitchedOut softirq = switchedOut.get(i);
            if (softirq.tid() == next && softirq.cpu() == cpu) {
                stack.enter(SOFTIRQ, softirq.irq(), softirq.name(), next, tsNs);
                stack.raised(softirq.raisedNs(), softirq.handlerNs());
                switchedOut.remove(i);
            } else {
                i++;
            }
        }
    }

    private IrqStack stack(int cpu) {
        while (cpu >= stacks.size()) {
            stacks.add(new IrqStack(stacks.size(), rows));
            raises.add(new SoftirqRaises());
        }
        return stacks.get(cpu);
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        stack(cpu).endAll(startNs);
        raises.get(cpu).clear();
        switchedOut.removeIf(softirq -> softirq.cpu() == cpu);
    }

    @Override
    public void end(long lastNs) {
        for (IrqStack stack : stacks) {
            stack.endAll(lastNs);
        }
        rows.flush();
    }
}
