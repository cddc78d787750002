package dev.hindsight.replay.timeline.kvm;

/** One interrupt on its way to a guest: a row of {@code virq} in the making. {@link Deliveries} makes and ends them. */
final class Delivery {

    /** A time that was not seen. */
    static final long NONE = Long.MIN_VALUE;

    /** Who made the interrupt, as in column {@code source}. */
    enum Source {
        PIT("pit"),
        PIC("pic"),
        IOAPIC("ioapic"),
        MSI("msi"),
        LAPIC_TIMER("lapic-timer"),
        IPI("ipi"),
        LAPIC("lapic"),
        DECREMENTER("decrementer"),
        EXTERNAL("external"),
        ARCH_TIMER("arch-timer"),
        SGI("sgi"),
        PPI("ppi"),
        SPI("spi"),
        LPI("lpi");

        final String column;

        Source(String column) {
            this.column = column;
        }
    }

    /** What showed that the guest's handler runs, as in column {@code handled_by}. */
    enum Sign {
        PIO("pio"),
        MARKER("marker"),
        ACK("ack"),
        EOI("eoi"),
        MSR("msr"),
        MMIO("mmio"),
        HYPERCALL("hypercall"),
        INSTRUCTION("instruction");

        final String column;

        Sign(String column) {
            this.column = column;
        }
    }

    GuestVm vm;

    /** Who takes it; null while a PIC raises it and no vCPU was seen. */
    Vcpu vcpu;

    Source source;
    int irq;

    /** -1 while not known: a PIC tells it at the injection. */
    int vector;

    long dueNs;
    long assertedNs;
    long runnableNs;
    long scheduledNs;
    long injectedNs;
    long enteredNs;
    long handledNs;
    Sign handledBy;
    long eoiNs;
    int coalesced;
    int assertedByTid;
    int assertedCpu;
    boolean lost;

    /** Latched by a PIC while its pin was masked: no delivery unless the guest unmasks it. */
    boolean masked;

    /** Handed over by posting: neither injection nor handling can be seen. */
    boolean posted;
}
