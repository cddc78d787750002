package dev.hindsight.analyses.compare;

/** Groups of figures that runs are compared by, in the order in which they are shown. */
public enum Section {
    /** Interrupt response of a line, from asserted to handled. */
    IRQ_LATENCY("irq_latency"),
    /** Real-time jobs of a marker. */
    JOBS("jobs"),
    /** CPU time of the load beside the guests. */
    BACKGROUND("background"),
    /** CPU time by role and virtual machine. */
    CPU_USAGE("cpu_usage"),
    /** CPU time that did nobody good. */
    CPU_WASTE("cpu_waste");

    private final String key;

    Section(String key) {
        this.key = key;
    }

    /** As in JSON and CSV. */
    public String key() {
        return key;
    }
}
