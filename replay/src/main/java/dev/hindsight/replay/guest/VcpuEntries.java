package dev.hindsight.replay.guest;

/**
 * When the host says that a virtual CPU was in the guest, and with which interrupts it came there.
 *
 * <p>From tables {@code vcpu_span} and {@code virq}. At most {@value #MOST} entries are kept; {@link #coveredTo} says
 * until when.
 */
final class VcpuEntries {

    private static final int MOST = 1 << 22;

    final String vm;
    final int vcpu;
    final int tid;
    private final LongRun startNs = new LongRun();
    private final LongRun endNs = new LongRun();
    private final LongRun carriedNs = new LongRun();
    private final LongRun carriedVector = new LongRun();

    VcpuEntries(String vm, int vcpu, int tid) {
        this.vm = vm;
        this.vcpu = vcpu;
        this.tid = tid;
    }

    /** In order of time. */
    void inGuest(long fromNs, long toNs) {
        if (startNs.size() < MOST) {
            startNs.add(fromNs);
            endNs.add(toNs);
        }
    }

    void carried(long enteredNs, int vector) {
        if (carriedNs.size() < MOST) {
            carriedNs.add(enteredNs);
            carriedVector.add(vector);
        }
    }

    int size() {
        return startNs.size();
    }

    long startNs(int entry) {
        return startNs.get(entry);
    }

    long endNs(int entry) {
        return endNs.get(entry);
    }

    /** Interrupts that came with entries, in no order. */
    int carried() {
        return carriedNs.size();
    }

    long carriedNs(int index) {
        return carriedNs.get(index);
    }

    int carriedVector(int index) {
        return (int) carriedVector.get(index);
    }

    long coveredFrom() {
        return size() == 0 ? Long.MAX_VALUE : startNs(0);
    }

    long coveredTo() {
        return size() == 0 ? Long.MIN_VALUE : endNs(size() - 1);
    }

    /** Whether it was in the guest at a time. An event may have the very time of the entry or the exit. */
    boolean isInGuest(long tsNs) {
        int at = firstEndingAtOrAfter(tsNs);
        return at < size() && startNs(at) <= tsNs;
    }

    /** The first stay that ends at or after a time. */
    int firstEndingAtOrAfter(long tsNs) {
        return endNs.countBelow(tsNs);
    }
}
