package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.replay.timeline.DueTimes;
import java.util.Arrays;

/** The interrupt lines of one virtual machine: levels of GSIs, the two PICs, the PIT. */
final class VmInterrupts {

    static final int PIC_PINS = 16;

    /** KVM has at most 4096 GSIs (KVM_MAX_IRQ_ROUTES). */
    private static final int GSIS = 4096;

    /** A guest that never ends its timer interrupts must not fill the heap. */
    private static final int MOST_DUE = 1 << 16;

    final GuestVm vm;

    /** Latched by the PIC and not injected, by pin. */
    final Delivery[] pic = new Delivery[PIC_PINS];

    int picPendings;

    /** Pins of each PIC that are level-triggered, as last told. */
    final int[] elcr = new int[2];

    /** Base vector of each PIC once an injection told it, else -1. */
    final int[] picBase = {-1, -1};

    /** GSI whose IOAPIC pin raised a vector last, else -1. */
    final int[] gsiByVector = new int[256];

    /** Per GSI the sources that hold the line high, a bit each. */
    private long[] highBy = new long[24];

    /** Expiries of the PIT's timer that the guest has not acknowledged. */
    private final DueTimes due = new DueTimes();

    private boolean raisedUnacknowledged;
    private boolean dropsTicks;

    VmInterrupts(GuestVm vm) {
        this.vm = vm;
        Arrays.fill(gsiByVector, -1);
    }

    /** Sets the level of a line for one of its sources; returns whether that made a rising edge. */
    boolean setLevel(int gsi, int source, boolean high) {
        if (gsi < 0 || gsi >= GSIS) {
            return high;
        }
        if (gsi >= highBy.length) {
            highBy = Arrays.copyOf(highBy, Math.max(gsi + 1, 2 * highBy.length));
        }
        long before = highBy[gsi];
        long bit = 1L << (source & 63);
        highBy[gsi] = high ? before | bit : before & ~bit;
        return high && before == 0;
    }

    boolean isHigh(int gsi) {
        return gsi >= 0 && gsi < highBy.length && highBy[gsi] != 0;
    }

    void setPic(int pin, Delivery d) {
        picPendings += (d == null ? 0 : 1) - (pic[pin] == null ? 0 : 1);
        pic[pin] = d;
    }

    /** The PIT's timer expired. KVM's PIT counts expiries and raises one for each (pit_timer_fn). */
    void pitExpired(long dueNs) {
        if (due.size() == MOST_DUE) {
            due.removeFirst();
        }
        due.add(dueNs);
    }

    /**
     * The PIT raises its line; returns when the expiry that it is for was due. Normally it waits for the guest's
     * acknowledge before it raises the next of those counted (pit_do_work, kvm_pit_ack_irq); if it does not, it drops
     * ticks, and the latest expiry is the one.
     */
    long pitRaises() {
        dropsTicks |= raisedUnacknowledged;
        raisedUnacknowledged = true;
        if (due.size() == 0) {
            return Delivery.NONE;
        }
        if (!dropsTicks) {
            return due.first();
        }
        long latest = due.last();
        due.clear();
        return latest;
    }

    void pitAcknowledged() {
        raisedUnacknowledged = false;
        if (!dropsTicks) {
            due.removeFirst();
        }
    }

    /** The guest programmed the PIT anew, or events that tell of it were lost: what was counted is void. */
    void pitReset() {
        due.clear();
        raisedUnacknowledged = false;
        dropsTicks = false;
    }
}
