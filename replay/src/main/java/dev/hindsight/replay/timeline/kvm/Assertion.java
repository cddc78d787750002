package dev.hindsight.replay.timeline.kvm;

/** What a CPU asserts at present: the event that says so comes first, where it goes to follows in further events. */
final class Assertion {

    enum Kind {
        NONE,
        /** {@code kvm_set_irq}, with {@link #gsi}. */
        LINE,
        /** {@code kvm_msi_set_irq}, with {@link #vector}. */
        MSI,
        /** {@code kvm_apic_ipi}, with {@link #vector}. */
        IPI
    }

    Kind kind = Kind.NONE;
    long sinceNs;

    /** Common flags of the event: the context that it is made in. */
    int flags;

    int tid;
    int gsi;
    int vector;
    boolean rising;
    boolean high;
    long dueNs;
    boolean byPit;

    /** Machine whose interrupt it is, null where not known. */
    VmInterrupts vm;

    /** A LAPIC took it: the PIC's pin of the same line is none of its ways. */
    boolean accepted;

    /** What the PIC latched for it, if anything; becomes the LAPIC's if one takes it. */
    int latchedPin;

    /** A PIC took the edge, or had one of it already. */
    boolean latched;

    boolean coalesced;

    void begin(Kind what, long tsNs, int byTid, int inFlags, VmInterrupts of) {
        kind = what;
        sinceNs = tsNs;
        tid = byTid;
        vm = of;
        gsi = -1;
        vector = -1;
        rising = false;
        high = false;
        dueNs = Delivery.NONE;
        byPit = false;
        accepted = false;
        latchedPin = -1;
        latched = false;
        coalesced = false;
        flags = inFlags;
    }

    boolean is(Kind what, int byTid) {
        return kind == what && tid == byTid;
    }
}
