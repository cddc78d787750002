package dev.hindsight.replay.timeline.kvm;

/**
 * Assertions by threads of which nothing tells whom they serve, with several machines at once: kept until an injection
 * shows whose they were. A ring: the oldest are given up.
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
    private final int[] awaits = new int[SIZE];
    private final int[] vcpu = new int[SIZE];
    private final boolean[] open = new boolean[SIZE];
    private int next;
    private int count;

    /** {@code to} is the vCPU's number, -1 for any; {@code inFlags} are the event's common flags. */
    void add(long tsNs, int onCpu, int byTid, int inFlags, Delivery.Source from, int line, int vectorOrPin, int to) {
        int i = next;
        next = (next + 1) % SIZE;
        count += open[i] ? 0 : 1;
        open[i] = true;
        assertedNs[i] = tsNs;
        cpu[i] = onCpu;
        tid[i] = byTid;
        flags[i] = inFlags;
        source[i] = from;
        irq[i] = line;
        awaits[i] = vectorOrPin;
        vcpu[i] = to;
    }

    /** The oldest one that an injection of a vector to a vCPU may be of, -1 where there is none. */
    int take(int vector, int to) {
        if (count == 0) {
            return -1;
        }
        for (int k = 0; k < SIZE; k++) {
            int i = (next + k) % SIZE;
            boolean fits = (awaits[i] & PIC_PIN) != 0 ? (awaits[i] & 7) == (vector & 7) : awaits[i] == vector;
            if (open[i] && fits && (vcpu[i] < 0 || vcpu[i] == to)) {
                open[i] = false;
                count--;
                return i;
            }
        }
        return -1;
    }
}
