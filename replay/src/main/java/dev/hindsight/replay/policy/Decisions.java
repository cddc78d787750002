package dev.hindsight.replay.policy;

import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.List;

/**
 * A policy resolved against one workload: what each of its threads gets. Arrays are by thread index of the workload.
 *
 * @param name what the user called the policy, or its flags
 * @param parameters scheduling class and its numbers at the begin
 * @param decided whether a policy decides the thread's class: recorded changes of its priority are then ignored
 * @param affinity mask of CPUs, within those that exist, never empty
 * @param irqAffinity by index of the workload's interrupts: mask of the CPUs that may take it, 0 to leave it where it was
 * @param tickless mask of CPUs whose tick stops while at most one thread is runnable there
 * @param coscheduled vCPUs raised while they do real-time work
 * @param paravirtual vCPUs with a base and an interrupt class
 */
public record Decisions(
        String name,
        SchedParameters[] parameters,
        boolean[] decided,
        long[] affinity,
        long[] irqAffinity,
        long tickless,
        List<Cosched> coscheduled,
        List<ParavirtualSched> paravirtual) {

    /**
     * What was decided in the recording itself, as far as it shows: the modelled recording. Classes come from the kernel
     * priority at each thread's begin, and later changes of it hold.
     */
    public static Decisions recorded(Workload workload) {
        Threads threads = workload.threads();
        SchedParameters[] parameters = new SchedParameters[threads.size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = SchedParameters.recorded(threads.isStopper(i), threads.priority()[i]);
        }
        return new Decisions(
                Policy.MODELLED,
                parameters,
                new boolean[parameters.length],
                threads.affinity().clone(),
                new long[workload.irqs().size()],
                0,
                List.of(),
                List.of());
    }

    /**
     * Co-scheduling as in Ma et al. 2013: high while the guest does real-time work, low while it is idle.
     *
     * @param threads indices of the vCPU threads
     * @param high while the guest works
     * @param low while it is idle
     * @param detector what tells idle from work
     * @param marker index in the workload's markers for {@link Detector#MARKER}, else -1
     * @param ripFrom first guest instruction pointer of the idle loop for {@link Detector#RIP}
     * @param ripTo last one
     * @param boost whether an interrupt raises it before it is delivered
     * @param graceNs how long it stays high after the guest turned idle
     */
    public record Cosched(
            int[] threads,
            SchedParameters high,
            SchedParameters low,
            Detector detector,
            int marker,
            long ripFrom,
            long ripTo,
            boolean boost,
            long graceNs) {}

    /** How a guest's idleness is seen. */
    public enum Detector {
        /** Between a marker's end and its next begin. */
        MARKER,
        /** Halted. */
        HALT,
        /** An exit's instruction pointer in the idle loop. */
        RIP,
        /** The guest's own trace says so. */
        GUEST
    }

    /**
     * Paravirtual scheduling as in Kiszka 2009: the guest sets its class (Set) when a task begins, an interrupt boosts the
     * vCPU until the guest's handler is Done.
     *
     * @param threads indices of the vCPU threads
     * @param base outside of interrupts
     * @param irq from the assertion to the handler's end
     */
    public record ParavirtualSched(int[] threads, SchedParameters base, SchedParameters irq) {}
}
