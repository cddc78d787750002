package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ_EDGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Tables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Events of arm64 in orders that no kernel has: rows stay in order and agree with the edges. */
class GicInterruptsFuzzTest {

    private static final int[] TIDS = {143, 144, 150, 0};
    private static final int[] IRQS = {27, 30, 23, 32, 33, 8192};

    private static int pick(Random random, int... of) {
        return of[random.nextInt(of.length)];
    }

    private static void anything(ArmScript s, Random random, long ns) {
        int cpu = random.nextInt(2);
        int tid = pick(random, TIDS);
        int flags = random.nextInt(4) == 0 ? ArmScript.HARDIRQ : 0;
        int level = random.nextInt(2);
        switch (random.nextInt(15)) {
            case 0, 1 -> s.entry(ns, cpu, tid);
            case 2 -> s.exit(ns, cpu, tid, ArmScript.IRQ, 0);
            case 3 -> s.waits(ns, cpu, tid, level == 1);
            case 4, 5 -> s.timer(ns, cpu, tid, flags, random.nextInt(2), pick(random, 27, 30), level);
            case 6 -> s.saves(ns, cpu, tid, random.nextInt(8));
            case 7, 8 -> s.line(ns, cpu, tid, pick(random, IRQS), level);
            case 9 -> s.startsWakeTimer(ns, cpu, tid, ns + random.nextInt(100));
            case 10 -> s.wakeTimerExpires(ns, cpu, 0, tid);
            case 11 -> s.waking(ns, cpu, tid, pick(random, TIDS));
            case 12 -> s.switches(ns, cpu, tid, random.nextInt(3), pick(random, TIDS));
            case 13 -> s.store(ns, cpu, tid, 0x0a000000L, level);
            default -> s.script.at(ns, cpu, tid, "kvm:kvm_ack_irq", 0, random.nextInt(3));
        }
    }

    @Test
    void whatever_comes_the_moments_of_a_delivery_are_in_order_and_each_edge_is_counted_once() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ArmScript s = new ArmScript();
            s.script.savedComm(142, "rtvmm").savedComm(143, "CPU 0/KVM").savedComm(144, "CPU 1/KVM");
            s.script.marker("job=mmio:0x0a000000");
            for (int i = 1; i <= 300; i++) {
                anything(s, random, 20L * i);
            }
            Tables tables = s.play();
            Map<Object, Long> edges = new HashMap<>();
            for (Map<String, Object> edge : tables.rows(VIRQ_EDGE)) {
                edges.merge(List.of(edge.get("vm"), edge.get("source"), edge.get("irq")), 1L, Long::sum);
            }
            for (Map<String, Object> row : tables.rows(VIRQ)) {
                long last = Long.MIN_VALUE;
                for (String moment : List.of(
                        "due_ns", "asserted_ns", "runnable_ns", "scheduled_ns", "entered_ns", "handled_ns", "eoi_ns")) {
                    if (row.get(moment) != null) {
                        assertThat((Long) row.get(moment))
                                .as("seed %s: %s of %s", seed, moment, row)
                                .isGreaterThanOrEqualTo(last);
                        last = (Long) row.get(moment);
                    }
                }
                edges.merge(
                        List.of(row.get("vm"), row.get("source"), row.get("irq")),
                        -1 - (Long) row.get("coalesced"),
                        Long::sum);
            }
            assertThat(edges.values()).as("seed %s: edges left over", seed).containsOnly(0L);
        }
    }
}
