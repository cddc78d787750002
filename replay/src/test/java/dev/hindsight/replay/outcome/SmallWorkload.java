package dev.hindsight.replay.outcome;

import dev.hindsight.replay.workload.ExitReasons;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.IrqKinds;
import dev.hindsight.replay.workload.Lines;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** As much of a workload as its outcome needs: who there is, without what they do. */
final class SmallWorkload {

    private record Thread(int tid, String vm, int vcpu, int priority, int startCpu) {}

    private record Line(String vm, int vcpu, int thread, String source, int irq, int vector) {}

    private record Irq(String kind, int number, String name) {}

    private record Exit(String isa, long code, String reason, String kind) {}

    private final List<Thread> threads = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Irq> irqs = new ArrayList<>();
    private final List<Exit> exits = new ArrayList<>();
    private final List<String> markers = new ArrayList<>();
    private final List<long[]> gaps = new ArrayList<>();

    /** A thread of the host; returns its index. */
    int thread(int tid, int priority, int startCpu) {
        return vcpu(tid, null, -1, priority, startCpu);
    }

    int vcpu(int tid, String vm, int vcpu, int priority, int startCpu) {
        threads.add(new Thread(tid, vm, vcpu, priority, startCpu));
        return threads.size() - 1;
    }

    int line(int vcpuThread, String source, int irq, int vector) {
        Thread thread = threads.get(vcpuThread);
        Line line = new Line(thread.vm(), thread.vcpu(), vcpuThread, source, irq, vector);
        if (!lines.contains(line)) {
            lines.add(line);
        }
        return lines.indexOf(line);
    }

    int irq(String kind, int number, String name) {
        Irq irq = new Irq(kind, number, name);
        if (!irqs.contains(irq)) {
            irqs.add(irq);
        }
        return irqs.indexOf(irq);
    }

    int exit(String isa, long code, String reason, String kind) {
        Exit exit = new Exit(isa, code, reason, kind);
        if (!exits.contains(exit)) {
            exits.add(exit);
        }
        return exits.indexOf(exit);
    }

    int marker(String name) {
        if (!markers.contains(name)) {
            markers.add(name);
        }
        return markers.indexOf(name);
    }

    void gap(int cpu, long startNs, long endNs) {
        gaps.add(new long[] {cpu, startNs, endNs});
    }

    Workload build(int cpus, long firstNs, long lastNs) {
        int n = threads.size();
        int[] tgid = new int[n];
        Arrays.fill(tgid, -1);
        long[] everywhere = new long[n];
        Arrays.fill(everywhere, -1);
        int m = irqs.size();
        return new Workload(
                null,
                cpus,
                firstNs,
                lastNs,
                new Threads(
                        threads.stream().mapToInt(Thread::tid).toArray(),
                        tgid,
                        threads.stream().map(thread -> "").toList(),
                        threads.stream().map(thread -> "user").toList(),
                        Arrays.asList(threads.stream().map(Thread::vm).toArray(String[]::new)),
                        threads.stream().mapToInt(Thread::vcpu).toArray(),
                        threads.stream().mapToInt(Thread::priority).toArray(),
                        everywhere,
                        new boolean[n],
                        threads.stream().mapToInt(Thread::startCpu).toArray(),
                        new long[n],
                        new Program[n],
                        new GuestProgram[n],
                        new long[n][],
                        new boolean[n]),
                new Lines(
                        lines.stream().map(Line::vm).toList(),
                        lines.stream().mapToInt(Line::vcpu).toArray(),
                        lines.stream().mapToInt(Line::thread).toArray(),
                        lines.stream().map(Line::source).toList(),
                        lines.stream().mapToInt(Line::irq).toArray(),
                        lines.stream().mapToInt(Line::vector).toArray()),
                List.of(),
                null,
                null,
                new IrqKinds(
                        irqs.stream().map(Irq::kind).toList(),
                        irqs.stream().mapToInt(Irq::number).toArray(),
                        irqs.stream().map(Irq::name).toList(),
                        new long[m],
                        new boolean[m],
                        new long[m],
                        new long[m],
                        new int[m],
                        new long[m]),
                null,
                new ExitReasons(
                        exits.stream().map(Exit::isa).toList(),
                        exits.stream().mapToLong(Exit::code).toArray(),
                        exits.stream().map(Exit::reason).toList(),
                        exits.stream().map(Exit::kind).toList()),
                List.copyOf(markers),
                null,
                null,
                new Workload.Gaps(
                        gaps.stream().mapToInt(gap -> (int) gap[0]).toArray(),
                        gaps.stream().mapToLong(gap -> gap[1]).toArray(),
                        gaps.stream().mapToLong(gap -> gap[2]).toArray()));
    }
}
