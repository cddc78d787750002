package dev.hindsight.queries.tally;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The times that threads were runnable and did not run, as {@code thread_wait.sql} has them, by CPU. */
final class ThreadWaits {

    /** In place of a virtual machine: threads that serve no particular one. */
    static final String ANYBODY = "";

    /** Waits for one CPU; the owner is the thread's standing: its priority, all of the fair class alike. */
    private final Map<Integer, Spans> byCpu = new HashMap<>();

    /** By CPU and whom the waiting threads run for. */
    private final Map<Integer, Map<String, Long>> partyWaitNs = new HashMap<>();

    /** One thread's spans in order of time, and the wait that is open. */
    private static final class Track {
        private long previousEndNs = Long.MIN_VALUE;
        private boolean previousWaited;
        private long startNs;
        private long endNs;
        private int cpu = -1;
        private int prio = Holds.ABSENT;
    }

    static int standing(int prio) {
        return Math.min(prio == Holds.ABSENT ? 120 : prio, 100);
    }

    Spans of(int cpu) {
        return byCpu.getOrDefault(cpu, new Spans());
    }

    /** CPUs that somebody waited for. */
    Iterable<Map.Entry<Integer, Spans>> all() {
        return byCpu.entrySet();
    }

    /** What all but some parties waited for other CPUs than one, longest of any of these. */
    long longestWaitElsewhereNs(int cpu, Set<String> but) {
        long longest = 0;
        for (Map.Entry<Integer, Map<String, Long>> waited : partyWaitNs.entrySet()) {
            if (waited.getKey() != cpu) {
                long sum = 0;
                for (Map.Entry<String, Long> party : waited.getValue().entrySet()) {
                    sum += but.contains(party.getKey()) ? 0 : party.getValue();
                }
                longest = Math.max(longest, sum);
            }
        }
        return longest;
    }

    /**
     * Gathers the waits.
     *
     * @param order rows of each thread in order of begin and end, threads one after the other
     * @param runnable whether a row's state is one of waiting for a CPU
     * @param parties whom the threads that may go elsewhere run for, by thread id
     */
    static ThreadWaits of(
            int[] order,
            int[] tid,
            int[] cpu,
            long[] startNs,
            long[] endNs,
            boolean[] runnable,
            int[] prio,
            Map<Integer, String> parties) {
        ThreadWaits waits = new ThreadWaits();
        Track track = new Track();
        int current = -1;
        for (int row : order) {
            if (tid[row] != current) {
                waits.close(track, current, parties);
                track = new Track();
                current = tid[row];
            }
            boolean goesOn = track.previousWaited && track.previousEndNs == startNs[row];
            if (!runnable[row] || !goesOn) {
                waits.close(track, current, parties);
            }
            if (runnable[row]) {
                if (!goesOn) {
                    track.startNs = startNs[row];
                    track.endNs = endNs[row];
                    track.cpu = -1;
                    track.prio = Holds.ABSENT;
                }
                track.endNs = Math.max(track.endNs, endNs[row]);
                if (cpu[row] >= 0) {
                    track.cpu = cpu[row];
                }
                if (track.prio == Holds.ABSENT) {
                    track.prio = prio[row];
                }
            }
            track.previousWaited = runnable[row];
            track.previousEndNs = endNs[row];
        }
        waits.close(track, current, parties);
        byCpuSorted(waits);
        return waits;
    }

    private static void byCpuSorted(ThreadWaits waits) {
        // Threads came one after the other: bring the waits of a CPU into order of time.
        waits.byCpu.replaceAll((cpu, spans) -> spans.ordered());
    }

    private void close(Track track, int tid, Map<Integer, String> parties) {
        if (!track.previousWaited || track.cpu < 0) {
            track.previousWaited = false;
            return;
        }
        byCpu.computeIfAbsent(track.cpu, c -> new Spans()).add(track.startNs, track.endNs, standing(track.prio));
        String party = parties.get(tid);
        if (party != null) {
            partyWaitNs
                    .computeIfAbsent(track.cpu, c -> new HashMap<>())
                    .merge(party, track.endNs - track.startNs, Long::sum);
        }
        track.previousWaited = false;
    }
}
