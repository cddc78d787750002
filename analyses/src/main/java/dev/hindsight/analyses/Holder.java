package dev.hindsight.analyses;

/**
 * Who held a CPU during a stage of a delivery.
 *
 * @param kind hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
 * @param tid thread, null where no thread held it
 * @param comm its name
 * @param role its role
 * @param name hardirq and softirq: which
 * @param ns how long
 * @param sharePct percent of the whole delivery; over all stages these add up to 100
 */
public record Holder(String kind, Long tid, String comm, String role, String name, long ns, double sharePct) {}
