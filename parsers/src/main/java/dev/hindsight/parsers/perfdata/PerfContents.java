package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.tracedat.TracingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a perf.data says of itself, in its head and features or in a pipe's records; filled while these are read. */
final class PerfContents {

    final List<PerfEvent> events = new ArrayList<>();
    final EventIdTable ids = new EventIdTable();
    TracingData tracingData;

    String hostname = "";
    String osRelease = "";
    String arch = "";
    int cpus;
    int highestCpu = -1;

    /** Names of tasks as records tell them, by tid: those that ran when the recording began, and later ones where no event
     * tells them. */
    final Map<Integer, String> commByTid = new TreeMap<>();

    /** Adds an event with its ids. */
    void add(PerfEvent event, long[] eventIds) {
        for (long id : eventIds) {
            ids.put(id, events.size());
        }
        events.add(event);
    }
}
