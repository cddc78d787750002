package dev.hindsight.replay.workload;

import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * From the tables of a recorded timeline to what the recording demands. The parts say how each is found: {@link
 * ThreadPrograms}, {@link GuestWalk}, {@link WaitEnds}, {@link ContendedWaits}, {@link PitTable}, {@link ArrivalTable}, {@link HostPaths}, {@link
 * GuestPaths}, {@link Affinities}.
 */
public final class WorkloadBuilder {

    /** Names of the tables that it reads: what a {@link TimelineStore} for it has to keep. */
    public static final Set<String> TABLES = List.of(
                    TimelineTables.THREAD,
                    TimelineTables.VM,
                    TimelineTables.CPU,
                    TimelineTables.THREAD_SPAN,
                    TimelineTables.WAKEUP,
                    TimelineTables.IRQ_SPAN,
                    TimelineTables.VCPU_SPAN,
                    TimelineTables.VM_EXIT,
                    TimelineTables.VIRQ,
                    TimelineTables.VIRQ_EDGE,
                    TimelineTables.MARKER,
                    TimelineTables.HALT_POLL,
                    TimelineTables.GAP_SPAN,
                    TimelineTables.TIMER_EXPIRY,
                    TimelineTables.GUEST_SPAN)
            .stream()
            .map(TableSchema::name)
            .collect(Collectors.toUnmodifiableSet());

    /** Of its time in the recording, a thread that only ever waits for CPU runs or waits for it all but this part. */
    private static final double HUNGRY_SLEEPS = 0.01;

    private static final long HUNGRY_RUNS_NS = 100_000_000;

    private final Recorded of;
    private final IrqKindTable kinds;
    private final WaitEnds waits;
    private final HostPaths hostPaths;

    private WorkloadBuilder(TimelineStore tables, MachineFacts facts) {
        of = new Recorded(tables, facts);
        kinds = new IrqKindTable(of);
        waits = new WaitEnds(of, kinds);
        hostPaths = new HostPaths(of);
    }

    /**
     * Extracts a recording's demand. Odd tables (of damaged recordings, of other kernels) make an odd workload, no error.
     *
     * @param tables of one recorded timeline
     * @param facts of its machine
     */
    public static Workload build(TimelineStore tables, MachineFacts facts) {
        return new WorkloadBuilder(tables, facts).build(facts);
    }

    private Workload build(MachineFacts facts) {
        PitTable pits = new PitTable(of, waits, hostPaths.switchInNs());
        GuestPrograms guests = new GuestPrograms(of, waits, hostPaths.switchInNs());
        ThreadPrograms programs = new ThreadPrograms(of, waits, hostPaths.switchInNs(), hostPaths.switchOutNs());
        Threads threads = threads(guests, programs);
        ArrivalTable arrivals = new ArrivalTable(of, waits, kinds, pits, programs.softirqArrivals());
        guests.paths().measureKicks(of);
        HostCosts host = hostPaths.costs();
        return new Workload(
                facts.kernel(),
                of.cpus,
                of.firstNs,
                of.lastNs,
                threads,
                of.lines,
                pits.pits(),
                arrivals.timers(),
                arrivals.arrivals(),
                kinds.kinds(),
                Softirqs.of(of, facts.kernel()),
                of.exits.reasons,
                List.copyOf(of.markers),
                host,
                guests.paths().costs(of, host),
                of.frozen);
    }

    private Threads threads(GuestPrograms guests, ThreadPrograms programs) {
        ThreadRows rows = of.threads;
        int n = rows.size();
        Affinities affinities = new Affinities(of);
        int[] priority = new int[n];
        long[] affinity = new long[n];
        boolean[] bound = new boolean[n];
        int[] startCpu = new int[n];
        long[] runnableAtNs = new long[n];
        Program[] program = new Program[n];
        GuestProgram[] guest = new GuestProgram[n];
        long[][] preemptDelayNs = new long[n][];
        boolean[] hungry = new boolean[n];
        for (int i = 0; i < n; i++) {
            priority[i] = programs.firstPriority(i);
            affinity[i] = affinities.mask(i);
            bound[i] = affinities.boundTo(i) >= 0;
            startCpu[i] = startCpu(i, affinity[i], affinities.mostlyOn(i));
            preemptDelayNs[i] = hostPaths.preemptDelayNs(i);
            hungry[i] = isHungry(i);
            if (waits.pitWorker[i]) {
                runnableAtNs[i] = Long.MAX_VALUE;
                program[i] = new Program();
                continue;
            }
            runnableAtNs[i] = programs.runnableAtNs(i);
            if (guests.isGuest(i)) {
                program[i] = new Program();
                guest[i] = guests.program(i, priority[i], program[i]);
            } else {
                program[i] = programs.program(i);
            }
        }
        return new Threads(
                rows.tid,
                rows.tgid,
                texts(rows.comm),
                texts(rows.role),
                new ArrayList<>(Arrays.asList(rows.vm)),
                rows.vcpu,
                priority,
                affinity,
                bound,
                startCpu,
                runnableAtNs,
                program,
                guest,
                preemptDelayNs,
                hungry);
    }

    private static List<String> texts(String[] of) {
        List<String> to = new ArrayList<>(of.length);
        for (String text : of) {
            to.add(text == null ? "" : text);
        }
        return to;
    }

    /** Where a thread nearly always ran; else where it is first seen. */
    private int startCpu(int thread, long mask, int mostlyOn) {
        if (mostlyOn >= 0 && (mask >> mostlyOn & 1) != 0) {
            return mostlyOn;
        }
        SpanRows spans = of.spans;
        for (int i = spans.byThread.from[thread]; i < spans.byThread.from[thread + 1]; i++) {
            int cpu = spans.cpu[spans.byThread.row[i]];
            if (cpu >= 0 && (mask >> cpu & 1) != 0) {
                return cpu;
            }
        }
        return Long.numberOfTrailingZeros(mask);
    }

    /** Only ever running or waiting for a CPU, but for a negligible part of its time. */
    private boolean isHungry(int thread) {
        SpanRows spans = of.spans;
        long sleptNs = 0;
        long ranNs = 0;
        long inAllNs = 0;
        for (int i = spans.byThread.from[thread]; i < spans.byThread.from[thread + 1]; i++) {
            int row = spans.byThread.row[i];
            long length = spans.endNs[row] - spans.startNs[row];
            inAllNs += length;
            sleptNs += spans.isSleep(row) ? length : 0;
            ranNs += spans.state[row] == SpanRows.RUNNING ? length : 0;
        }
        boolean mayBe = ranNs >= Math.min(HUNGRY_RUNS_NS, (of.lastNs - of.firstNs) / 10);
        return mayBe && sleptNs <= HUNGRY_SLEEPS * inAllNs;
    }
}
