package dev.hindsight.replay.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the kinds of interrupt that devices and timers make, and gathers what they take. */
final class IrqKindTable {

    /** Softirqs that a device's interrupt raises run right behind it. */
    private static final long RIGHT_BEHIND_NS = 50_000;

    private static final int NEXT_ROWS = 4;

    /** By number, as far as devices raise them. */
    private static final List<String> SOFTIRQS =
            List.of("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET");

    private record Key(String kind, int irq, String name) {}

    private final Recorded of;
    private final List<Key> keys = new ArrayList<>();
    private final List<Samples> before = new ArrayList<>();
    private final List<Samples> after = new ArrayList<>();

    /** The same of timers' interrupts that had a tick in them. */
    private final List<Samples> beforeWithTick = new ArrayList<>();

    private final List<Samples> afterWithTick = new ArrayList<>();
    private final boolean[] tickDue;

    /** Kind of each row of {@code irq_span}, -1 for softirqs and kicks. */
    final int[] kindOf;

    /** The local timer's, which timers have that show no interrupt of their own. */
    final int timer;

    IrqKindTable(Recorded of) {
        this.of = of;
        IrqRows irqs = of.irqs;
        kindOf = new int[irqs.cpu.length];
        tickDue = irqs.tickDue(of.tickNs);
        Map<Key, Integer> known = new HashMap<>();
        int firstTimer = -1;
        int last = -1;
        for (int row = 0; row < kindOf.length; row++) {
            kindOf[row] = -1;
            if (irqs.cpu[row] < 0 || !irqs.isDevice(row) && !irqs.isTimer(row)) {
                continue;
            }
            if (last >= 0 && isAs(row, last)) {
                kindOf[row] = kindOf[last];
                continue;
            }
            last = row;
            Key key = new Key(irqs.kind[row], irqs.irq[row], irqs.name[row]);
            Integer kind = known.get(key);
            if (kind == null) {
                kind = add(key);
                known.put(key, kind);
            }
            kindOf[row] = kind;
            firstTimer = firstTimer < 0 && irqs.isTimer(row) ? kind : firstTimer;
        }
        timer = firstTimer >= 0 ? firstTimer : add(new Key("vector", -1, "timer"));
    }

    private boolean isAs(int row, int other) {
        IrqRows irqs = of.irqs;
        return irqs.irq[row] == irqs.irq[other]
                && irqs.kind[row].equals(irqs.kind[other])
                && (irqs.name[row] == irqs.name[other]
                        || irqs.name[row] != null && irqs.name[row].equals(irqs.name[other]));
    }

    private int add(Key key) {
        keys.add(key);
        before.add(new Samples());
        after.add(new Samples());
        beforeWithTick.add(new Samples());
        afterWithTick.add(new Samples());
        return keys.size() - 1;
    }

    /** A span of the kind made a wakeup or an assertion in [from, to]. */
    void made(int row, long fromNs, long toNs) {
        if (kindOf[row] >= 0 && fromNs >= of.irqs.startNs[row] && toNs <= of.irqs.endNs[row]) {
            (tickDue[row] ? beforeWithTick : before).get(kindOf[row]).add(fromNs - of.irqs.startNs[row]);
            (tickDue[row] ? afterWithTick : after).get(kindOf[row]).add(of.irqs.endNs[row] - toNs);
        }
    }

    /**
     * The kinds. Of one that makes nothing which the recording shows, the half of its median length counts before and
     * the half after.
     */
    IrqKinds kinds() {
        int n = keys.size();
        IrqRows irqs = of.irqs;
        long[] masks = new long[n];
        Samples[] lengths = new Samples[n];
        Samples[] softirqs = new Samples[n];
        int[][] softirqCounts = new int[n][SOFTIRQS.size()];
        for (int i = 0; i < n; i++) {
            lengths[i] = new Samples();
            softirqs[i] = new Samples();
        }
        for (int row = 0; row < kindOf.length; row++) {
            int kind = kindOf[row];
            if (kind >= 0) {
                masks[kind] |= 1L << irqs.cpu[row];
                lengths[kind].add(irqs.selfNs[row]);
                if (irqs.isDevice(row)) {
                    softirqs[kind].add(softirqBehind(row, softirqCounts[kind]));
                }
            }
        }
        List<String> kind = new ArrayList<>();
        List<String> name = new ArrayList<>();
        int[] irq = new int[n];
        boolean[] movable = new boolean[n];
        long[] beforeNs = new long[n];
        long[] afterNs = new long[n];
        long[] softirqNs = new long[n];
        int[] softirq = new int[n];
        for (int i = 0; i < n; i++) {
            Key key = keys.get(i);
            kind.add(key.kind());
            name.add(key.name() == null ? "" : key.name());
            irq[i] = key.irq();
            movable[i] = key.kind().equals("hardirq") && !key.name().contains("timer");
            // As most came: alone, or in one interrupt with a tick that is due at the same time.
            boolean alone = before.get(i).size() >= beforeWithTick.get(i).size();
            Samples untilEffect = alone ? before.get(i) : beforeWithTick.get(i);
            Samples fromEffect = alone ? after.get(i) : afterWithTick.get(i);
            boolean seen = !untilEffect.isEmpty();
            beforeNs[i] = seen ? untilEffect.median() : lengths[i].median() / 2;
            afterNs[i] = seen ? fromEffect.median() : lengths[i].median() / 2;
            softirqNs[i] = softirqs[i].median();
            softirq[i] = softirqNs[i] == 0 ? -1 : most(softirqCounts[i]);
            masks[i] = masks[i] == 0 ? -1L >>> (64 - of.cpus) : masks[i];
        }
        return new IrqKinds(
                List.copyOf(kind), irq, List.copyOf(name), masks, movable, beforeNs, afterNs, softirq, softirqNs);
    }

    private static int most(int[] counts) {
        int most = 0;
        for (int i = 1; i < counts.length; i++) {
            most = counts[i] > counts[most] ? i : most;
        }
        return most;
    }

    /** Time of the softirqs that a device's interrupt raised, right behind it; which ones is counted. */
    private long softirqBehind(int row, int[] counts) {
        IrqRows irqs = of.irqs;
        int cpu = irqs.cpu[row];
        int place = irqs.lastBegunBy(cpu, irqs.startNs[row]);
        long sum = 0;
        long endNs = irqs.endNs[row];
        for (int i = place + 1; i < irqs.byCpu.from[cpu + 1] && i <= place + NEXT_ROWS; i++) {
            int next = irqs.byCpu.row[i];
            if (irqs.startNs[next] - endNs > RIGHT_BEHIND_NS) {
                break;
            }
            if (irqs.isHard(next) || irqs.inThread[next]) {
                continue;
            }
            switch (irqs.name[next]) {
                case "BLOCK", "NET_RX", "NET_TX", "TASKLET", "HI", "IRQ_POLL" -> {
                    sum += irqs.selfNs[next];
                    counts[SOFTIRQS.indexOf(irqs.name[next])]++;
                }
                default -> {
                    // The tick's and the scheduler's are made again.
                }
            }
            endNs = irqs.endNs[next];
        }
        return sum;
    }

    /** The device's interrupt that raised a softirq: the last one on its CPU right before it; or -1. */
    int deviceBefore(int softirqRow) {
        IrqRows irqs = of.irqs;
        int cpu = irqs.cpu[softirqRow];
        int place = irqs.lastBegunBy(cpu, irqs.startNs[softirqRow]);
        for (int i = place; i >= irqs.byCpu.from[cpu] && place - i <= NEXT_ROWS; i--) {
            int row = irqs.byCpu.row[i];
            if (irqs.isDevice(row) && irqs.startNs[softirqRow] - irqs.endNs[row] <= RIGHT_BEHIND_NS) {
                return row;
            }
        }
        return -1;
    }
}
