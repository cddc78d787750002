package dev.hindsight.replay.policy;

import dev.hindsight.replay.policy.PolicyRule.Pin;
import dev.hindsight.replay.policy.PolicyRule.Shield;
import dev.hindsight.replay.workload.IrqKinds;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where threads and interrupts may run: shields and pins over what the recording shows. */
final class Placement {

    private final SelectorMatch match;
    private final Threads threads;
    private final IrqKinds irqs;
    private final long all;

    /** CPUs of each shield, and of all. */
    private final Set<Long> shields = new LinkedHashSet<>();

    private long shielded;
    private long tickless;

    /** By thread and by kind of interrupt: the rule that decides, and its CPUs. */
    private final Pin[] pin;

    private final Shield[] shield;
    private final Pin[] irqPin;
    private final Shield[] irqShield;

    Placement(Workload workload, SelectorMatch match, List<PolicyRule> rules) {
        this.match = match;
        threads = workload.threads();
        irqs = workload.irqs();
        all = -1L >>> (64 - workload.cpus());
        pin = new Pin[threads.size()];
        shield = new Shield[threads.size()];
        irqPin = new Pin[irqs.size()];
        irqShield = new Shield[irqs.size()];
        for (PolicyRule rule : rules) {
            if (rule instanceof Shield s) {
                RuleFault.at(rule, () -> add(s));
            } else if (rule instanceof Pin p) {
                RuleFault.at(rule, () -> add(p));
            }
        }
        for (int i = 0; i < pin.length; i++) {
            check(pin[i], shield[i], match.shown(i));
        }
        for (int i = 0; i < irqPin.length; i++) {
            check(irqPin[i], irqShield[i], "interrupt " + irqs.name().get(i));
        }
    }

    private void add(Shield rule) {
        requireCpus(rule.cpus());
        for (long other : shields) {
            if (other != rule.cpus() && (other & rule.cpus()) != 0) {
                throw new PolicyException("CPUs " + CpuList.text(other & rule.cpus()) + " are in a shield of CPUs "
                        + CpuList.text(other) + " too: give both the same CPUs, so that they share one shield, or"
                        + " separate ones");
            }
        }
        shields.add(rule.cpus());
        shielded |= rule.cpus();
        tickless |= rule.tickless() ? rule.cpus() : 0;
        if (shielded == all) {
            throw new PolicyException("no CPU is left for the others: of the CPUs " + CpuList.text(all)
                    + " at least one must stay outside of the shields");
        }
        if (rule.selector() instanceof Selector.Irq irq) {
            for (int i : match.irqs(irq)) {
                if (irqShield[i] != null && irqShield[i].cpus() != rule.cpus()) {
                    throw twice(rule, irqShield[i], "interrupt " + irqs.name().get(i));
                }
                irqShield[i] = rule;
            }
            return;
        }
        for (int i : movable(rule.selector())) {
            if (shield[i] != null && shield[i].cpus() != rule.cpus()) {
                throw twice(rule, shield[i], match.shown(i));
            }
            shield[i] = rule;
        }
    }

    private void add(Pin rule) {
        requireCpus(rule.cpus());
        if (rule.selector() instanceof Selector.Irq irq) {
            for (int i : match.irqs(irq)) {
                if (irqPin[i] != null && irqPin[i].cpus() != rule.cpus()) {
                    throw twice(rule, irqPin[i], "interrupt " + irqs.name().get(i));
                }
                irqPin[i] = rule;
            }
            return;
        }
        for (int i : movable(rule.selector())) {
            if (pin[i] != null && pin[i].cpus() != rule.cpus()) {
                throw twice(rule, pin[i], match.shown(i));
            }
            pin[i] = rule;
        }
    }

    /** The selected threads that the kernel does not bind: as with taskset(1) over many, the others stay. */
    private int[] movable(Selector selector) {
        int[] chosen = match.threads(selector);
        int[] movable = Arrays.stream(chosen).filter(i -> !threads.bound()[i]).toArray();
        if (movable.length == 0) {
            int first = chosen[0];
            throw new PolicyException("the kernel binds " + match.shown(first) + " to CPU "
                    + CpuList.text(threads.affinity()[first]) + ", and no policy moves it: leave the rule out");
        }
        return movable;
    }

    private void requireCpus(long cpus) {
        if ((cpus & ~all) != 0) {
            throw new PolicyException("CPU " + CpuList.text(cpus & ~all) + " is not there: the recording has the CPUs "
                    + CpuList.text(all));
        }
    }

    private void check(Pin pinned, Shield in, String whom) {
        if (pinned == null) {
            return;
        }
        if (in != null && (pinned.cpus() & ~in.cpus()) != 0) {
            throw new PolicyException(RuleFault.flag(pinned) + ": " + whom + " is in the shield " + RuleFault.flag(in)
                    + ": pin it to CPUs in " + CpuList.text(in.cpus()) + ", or leave the pin out");
        }
        if (in == null && (pinned.cpus() & shielded) != 0) {
            throw new PolicyException(RuleFault.flag(pinned) + ": CPU " + CpuList.text(pinned.cpus() & shielded)
                    + " is shielded, and " + whom + " is not in the shield: pin it to CPUs in "
                    + CpuList.text(all & ~shielded) + ", or add it to the shield");
        }
    }

    private static PolicyException twice(PolicyRule rule, PolicyRule other, String whom) {
        return new PolicyException(whom + " is placed by " + RuleFault.flag(other) + " too, elsewhere than by "
                + RuleFault.flag(rule) + ": keep one");
    }

    /**
     * By thread. A thread that the recording kept to shielded CPUs, without the kernel's binding it there, gets all that
     * are not; a pinned interrupt takes its thread with it, as {@code irq_thread_check_affinity} does.
     */
    long[] affinity() {
        long[] affinity = threads.affinity().clone();
        for (int i = 0; i < affinity.length; i++) {
            if (threads.bound()[i]) {
                continue;
            }
            int irq = irqOf(i);
            if (pin[i] != null) {
                affinity[i] = pin[i].cpus();
            } else if (shield[i] != null) {
                affinity[i] = shield[i].cpus();
            } else if (irq >= 0 && irqPin[irq] != null) {
                affinity[i] = irqPin[irq].cpus();
            } else if (irq >= 0 && irqShield[irq] != null) {
                affinity[i] = irqShield[irq].cpus();
            } else {
                affinity[i] &= ~shielded;
                affinity[i] = affinity[i] == 0 ? all & ~shielded : affinity[i];
            }
        }
        return affinity;
    }

    /** The placed interrupt that a thread handles, by its name {@code irq/N-NAME}; -1 for none. */
    private int irqOf(int thread) {
        if (threads.role().get(thread).equals("irq")) {
            for (int i = 0; i < irqs.size(); i++) {
                if ((irqPin[i] != null || irqShield[i] != null)
                        && threads.comm().get(thread).startsWith("irq/" + irqs.irq()[i] + "-")) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** By kind of interrupt, 0 for where it was. */
    long[] irqAffinity() {
        long[] affinity = new long[irqs.size()];
        for (int i = 0; i < affinity.length; i++) {
            if (irqPin[i] != null) {
                affinity[i] = irqPin[i].cpus();
            } else if (irqShield[i] != null) {
                affinity[i] = irqShield[i].cpus();
            } else if (shielded != 0 && irqs.movable()[i]) {
                affinity[i] = all & ~shielded;
            }
        }
        return affinity;
    }

    /** CPUs whose tick stops. */
    long tickless() {
        return tickless;
    }

    /**
     * The root domain of a thread: its shield, which is an exclusive cpuset; else all CPUs outside of shields.
     *
     * @return mask
     */
    long rootDomain(int thread) {
        return shield[thread] != null ? shield[thread].cpus() : all & ~shielded;
    }
}
