package dev.hindsight.queries.tally;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which CPUs a run shows to be kept for one party, as {@code shielded_cpu.sql} finds them. */
final class Shields {

    /** Roles whose threads may go to any CPU: where they keep off one, it is shielded. */
    private static final Set<String> FREE_ROLES = Set.of("user", "vmm", "vhost", "iothread");

    /** Part of a run that does not count against a shield. */
    private static final double LITTLE = 0.02;

    private final Holds[] holdsOf;
    private final Map<Integer, String> parties;
    private final ThreadWaits waits;
    private final double littleNs;

    Shields(Holds[] holdsOf, Map<Integer, String> parties, ThreadWaits waits, long windowNs) {
        this.holdsOf = holdsOf;
        this.parties = parties;
        this.waits = waits;
        this.littleNs = LITTLE * windowNs;
    }

    /**
     * Threads that may go to any CPU, by whom they run for: a virtual machine's vCPUs, or {@link ThreadWaits#ANYBODY}.
     *
     * @param rowOf by thread id: its place in the other two
     */
    static Map<Integer, String> parties(Map<Integer, Integer> rowOf, String[] roles, String[] vms) {
        Map<Integer, String> parties = new HashMap<>();
        rowOf.forEach((thread, row) -> {
            if ("vcpu".equals(roles[row])) {
                parties.put(thread, vms[row] == null ? "thread " + thread : vms[row]);
            } else if (roles[row] != null && FREE_ROLES.contains(roles[row])) {
                parties.put(thread, ThreadWaits.ANYBODY);
            }
        });
        return parties;
    }

    /**
     * Whether a CPU is kept for somebody: others hold next to nothing of it, although it idles and they wait for other
     * CPUs.
     */
    boolean isShielded(int cpu) {
        Map<String, Long> heldNs = new HashMap<>();
        long idleNs = 0;
        Holds of = holdsOf[cpu];
        for (int i = 0; i < of.size(); i++) {
            idleNs += of.kind(i) == Holds.IDLE ? of.endNs(i) - of.startNs(i) : 0;
            String party = Holds.isThreads(of.kind(i)) ? parties.get(of.tid(i)) : null;
            if (party != null) {
                heldNs.merge(party, of.endNs(i) - of.startNs(i), Long::sum);
            }
        }
        Long anybody = heldNs.remove(ThreadWaits.ANYBODY);
        long othersNs = anybody == null ? 0 : anybody;
        long mostNs = heldNs.values().stream().mapToLong(ns -> ns).max().orElse(0);
        Set<String> kept = new HashSet<>();
        for (Map.Entry<String, Long> held : heldNs.entrySet()) {
            long ns = held.getValue();
            if (ns > 0 && (ns >= littleNs || ns == mostNs)) {
                kept.add(held.getKey());
            } else {
                othersNs += ns;
            }
        }
        return idleNs > littleNs
                && !kept.isEmpty()
                && othersNs < littleNs
                && waits.longestWaitElsewhereNs(cpu, kept) > littleNs;
    }
}
