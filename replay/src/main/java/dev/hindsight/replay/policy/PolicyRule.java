package dev.hindsight.replay.policy;

import dev.hindsight.replay.policy.Decisions.Detector;

/**
 * One thing that a policy decides; each has the form of a flag and of an entry in a policy file.
 *
 * <p>{@link Shield} ({@code --shield}), {@link Pin} ({@code --pin}), {@link Prio} ({@code --prio}), {@link Cosched}
 * ({@code --cosched}), {@link PvSched} ({@code --pv-sched}).
 */
public sealed interface PolicyRule {

    /** Whom it is about. */
    Selector selector();

    /** The flag's name without the dashes, and the name of the section in a policy file. */
    String word();

    /** The flag's value, in the one form that {@link PolicyFlags} reads back as this rule. */
    String value();

    /**
     * {@code CPUS=SELECTOR[,tickless]}: the CPUs belong to the selected alone. Threads that the kernel does not bind
     * leave, interrupts of devices leave. Several rules with the same CPUs share one shield.
     *
     * @param cpus mask, not empty
     * @param selector who stays there, and nowhere else
     * @param tickless whether the tick stops there while at most one thread is runnable
     */
    record Shield(long cpus, Selector selector, boolean tickless) implements PolicyRule {
        @Override
        public String word() {
            return "shield";
        }

        @Override
        public String value() {
            return CpuList.text(cpus) + "=" + selector + (tickless ? ",tickless" : "");
        }
    }

    /**
     * {@code SELECTOR=CPUS}: the selected run on these CPUs only. All CPUs undo a pin of the recording.
     *
     * @param selector who; interrupts too
     * @param cpus mask, not empty
     */
    record Pin(Selector selector, long cpus) implements PolicyRule {
        @Override
        public String word() {
            return "pin";
        }

        @Override
        public String value() {
            return selector + "=" + CpuList.text(cpus);
        }
    }

    /**
     * {@code SELECTOR=CLASS}, as {@link SchedText} reads a class: from the begin on and whatever the recording shows.
     *
     * @param selector who
     * @param parameters scheduling class
     */
    record Prio(Selector selector, SchedParameters parameters) implements PolicyRule {
        @Override
        public String word() {
            return "prio";
        }

        @Override
        public String value() {
            return selector + "=" + SchedText.text(parameters);
        }
    }

    /**
     * {@code SELECTOR=HIGH/LOW,detect=DETECTOR[,boost][,grace=DURATION]}: see {@link Decisions.Cosched}.
     *
     * @param selector whose vCPUs
     * @param high while the guest works
     * @param low while it is idle
     * @param detector what tells idle from work
     * @param marker name of the marker for {@link Detector#MARKER}, else null
     * @param ripFrom first guest address of the idle loop for {@link Detector#RIP}, else 0
     * @param ripTo last one, unsigned
     * @param boost whether an interrupt raises the vCPU before it is delivered
     * @param graceNs how long it stays high after the guest turned idle
     */
    record Cosched(
            Selector selector,
            SchedParameters high,
            SchedParameters low,
            Detector detector,
            String marker,
            long ripFrom,
            long ripTo,
            boolean boost,
            long graceNs)
            implements PolicyRule {
        @Override
        public String word() {
            return "cosched";
        }

        @Override
        public String value() {
            String detect = switch (detector) {
                case MARKER -> "marker:" + marker;
                case HALT -> "halt";
                case RIP -> "rip:0x" + Long.toHexString(ripFrom) + "-0x" + Long.toHexString(ripTo);
                case GUEST -> "guest";
            };
            return selector + "=" + SchedText.text(high) + "/" + SchedText.text(low) + ",detect=" + detect
                    + (boost ? ",boost" : "") + (graceNs > 0 ? ",grace=" + Durations.text(graceNs) : "");
        }
    }

    /**
     * {@code SELECTOR=BASE/IRQ}: see {@link Decisions.ParavirtualSched}.
     *
     * @param selector whose vCPUs
     * @param base outside of interrupts
     * @param irq from the assertion to the handler's end
     */
    record PvSched(Selector selector, SchedParameters base, SchedParameters irq) implements PolicyRule {
        @Override
        public String word() {
            return "pv-sched";
        }

        @Override
        public String value() {
            return selector + "=" + SchedText.text(base) + "/" + SchedText.text(irq);
        }
    }
}
