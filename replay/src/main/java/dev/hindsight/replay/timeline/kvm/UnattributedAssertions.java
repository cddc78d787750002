package dev.hindsight.replay.timeline.kvm;

import java.util.function.IntFunction;

/**
 * Assertions of which nothing tells yet whose they are: by threads of which it is not known whom they serve, or to a vCPU
 * that was not seen so far. Kept until an injection or the first that is seen of the vCPU shows it. A ring: the oldest are given up.
 */
final class UnattributedAssertions {

    /** Flag on what an assertion waits for: a pin of a PIC, not a vector. */
    static final int PIC_PIN = 0x10000;

    private static final int SIZE = 64;

    final long[] assertedNs = new long[SIZE];
    final int[] cpu = new int[SIZE];
    final int[] tid = new int[SIZE];
    final int[] flags = new int[SIZE];
    final int[] irq = new int[SIZE];
    final Delivery.Source[] source = new Delivery.Source[SIZE];

    /** Vector, or pin with {@link #PIC_PIN}. */
    final int[] awaits = new int[SIZE];

    /** Edges on what was pending. */
    final int[] coalesced = new int[SIZE];

    /** Handed over by posting: no injection follows. */
    final boolean[] posted = new boolean[SIZE];

    /** Null where it is not known. */
    private final GuestVm[] vm = new GuestVm[SIZE];

    private final int[] vcpu = new int[SIZE];
    private final boolean[] open = new boolean[SIZE];
    private int next;
    private int count;

    /** {@code to} is the vCPU's number, -1 for any; {@code inFlags} are the event's common flags. */
    void add(long tsNs, int onCpu, int byTid, int inFlags, Delivery.Source from, int line, int vectorOrPin, int to) {
        add(null, tsNs, onCpu, byTid, inFlags, from, line, vectorOrPin, to, false);
    }

    /**
     * {@code of} is the machine, null where it is not known; of a known one a second edge on a vector is coalesced. A
     * processor that posts tells one interrupt twice, taken and posted.
     */
    void add(
            GuestVm of,
            long tsNs,
            int onCpu,
            int byTid,
            int inFlags,
            Delivery.Source from,
            int line,
            int vectorOrPin,
            int to,
            boolean posts) {
        for (int i = 0; count > 0 && (of != null || posts) && i < SIZE; i++) {
            boolean same = open[i] && vm[i] == of && vcpu[i] == to && awaits[i] == vectorOrPin;
            if (same && (of != null || tid[i] == byTid)) {
                coalesced[i] += posts && !posted[i] ? 0 : 1;
                posted[i] |= posts;
                return;
            }
        }
        int i = next;
        next = (next + 1) % SIZE;
        count += open[i] ? 0 : 1;
        open[i] = true;
        vm[i] = of;
        assertedNs[i] = tsNs;
        cpu[i] = onCpu;
        tid[i] = byTid;
        flags[i] = inFlags;
        source[i] = from;
        irq[i] = line;
        awaits[i] = vectorOrPin;
        vcpu[i] = to;
        coalesced[i] = 0;
        posted[i] = posts;
    }

    /** The oldest one that an injection of a vector to a vCPU may be of, -1 where there is none. */
    int take(int vector, Vcpu to) {
        if (count == 0) {
            return -1;
        }
        for (int k = 0; k < SIZE; k++) {
            int i = (next + k) % SIZE;
            boolean fits = (awaits[i] & PIC_PIN) != 0 ? (awaits[i] & 7) == (vector & 7) : awaits[i] == vector;
            if (open[i] && fits && (vcpu[i] < 0 || vcpu[i] == to.id) && (vm[i] == null || vm[i] == to.vm)) {
                return taken(i);
            }
        }
        return -1;
    }

    /**
     * The oldest one that is known to be to a vCPU, -1 where there is none. One that was posted shows in no injection: of
     * it the thread that raised it has to tell, by whom it serves.
     */
    int takeKnown(Vcpu to, IntFunction<GuestVm> served) {
        for (int k = 0; count > 0 && k < SIZE; k++) {
            int i = (next + k) % SIZE;
            if (open[i] && vcpu[i] == to.id) {
                GuestVm of = vm[i] == null && posted[i] ? served.apply(tid[i]) : vm[i];
                if (of == to.vm) {
                    return taken(i);
                }
            }
        }
        return -1;
    }

    private int taken(int i) {
        open[i] = false;
        count--;
        return i;
    }
}
