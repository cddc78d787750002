package dev.hindsight.replay.timeline.kvm;

/** An interrupt of a virtual GIC by its number (INTID): its level as KVM last told it, and its delivery under way. */
final class GicLine {

    /** Interrupts of one vCPU: SGIs below 16, PPIs from there. */
    static final int FIRST_PPI = 16;

    /** Interrupts that the vCPUs of a machine share. */
    static final int FIRST_SPI = 32;

    /** Message-based ones. */
    static final int FIRST_LPI = 8192;

    final int irq;

    /** An architected timer's. */
    boolean timer;

    boolean high;

    /** Of a timer: the time that it was set for when the vCPU last left its CPU, in its own counter's ticks. */
    long savedFor;

    /** Of a timer: the time that the delivery under way is for, where {@link #knowsFor}. */
    long raisedFor;

    boolean knowsFor;

    /** Pending or entered and not ended; null for none. */
    Delivery delivery;

    GicLine(int irq) {
        this.irq = irq;
    }

    Delivery.Source source() {
        if (timer) {
            return Delivery.Source.ARCH_TIMER;
        }
        if (irq >= FIRST_LPI) {
            return Delivery.Source.LPI;
        }
        return irq >= FIRST_SPI ? Delivery.Source.SPI : irq >= FIRST_PPI ? Delivery.Source.PPI : Delivery.Source.SGI;
    }
}
