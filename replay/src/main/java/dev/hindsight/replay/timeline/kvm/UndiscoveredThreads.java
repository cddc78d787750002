package dev.hindsight.replay.timeline.kvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What threads did in KVM before an entry showed which vCPU they run: a vCPU that a recording does not name injects its
 * first interrupt, and ends its first halt, before that. Kept by thread until then.
 */
final class UndiscoveredThreads<E> {

    /** Threads that a hostile recording makes up must not fill the heap. */
    private static final int MOST_THREADS = 4096;

    /** A vCPU does a handful of things at most between two entries. */
    private static final int MOST_OF_ONE = 16;

    private final Map<Integer, List<E>> byTid = new HashMap<>();

    /** Keeps what a thread did, behind what it did before; too much is not kept. */
    void add(int tid, E what) {
        if (byTid.size() >= MOST_THREADS && !byTid.containsKey(tid)) {
            return;
        }
        List<E> of = byTid.computeIfAbsent(tid, key -> new ArrayList<>(1));
        if (of.size() < MOST_OF_ONE) {
            of.add(what);
        }
    }

    /** What a thread did, in order, for once: it has entered a guest. */
    List<E> take(int tid) {
        List<E> of = byTid.isEmpty() ? null : byTid.remove(tid);
        return of == null ? List.of() : of;
    }

    /** A thread exited without an entry. */
    void forget(int tid) {
        byTid.remove(tid);
    }
}
