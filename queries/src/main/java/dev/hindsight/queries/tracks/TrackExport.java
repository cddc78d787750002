package dev.hindsight.queries.tracks;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.sql.NamedQueries;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes runs of a dataset for trace viewers: a process for each run, in it tracks of the CPUs (threads, interrupts), the
 * virtual CPUs (states, exits, jobs), the interrupts on their way to the guests with their stages, and the threads; an
 * arrow goes from where an interrupt was raised over its way to where the guest handled it.
 */
public final class TrackExport {

    private static final NamedQueries QUERIES =
            NamedQueries.onClasspath(TrackExport.class.getClassLoader(), "dev/hindsight/queries/tracks");

    /** Queries whose rows are slices, in the order of their tracks. */
    private static final List<String> SLICES = List.of(
            "slices_of_cpus",
            "slices_of_interrupts",
            "slices_of_vcpus",
            "slices_of_guests",
            "slices_of_exits",
            "slices_of_jobs",
            "slices_of_threads",
            "slices_of_losses");

    private final Dataset dataset;
    private final TrackSink to;
    private final Map<String, Integer> tracks = new HashMap<>();
    private long flows;
    private long slices;

    private TrackExport(Dataset dataset, TrackSink to) {
        this.dataset = dataset;
        this.to = to;
    }

    /**
     * Writes a trace of Perfetto.
     *
     * @param runs names of the runs, in the order of their processes
     * @param to is closed
     * @return slices written, those of no length among them
     */
    public static long perfetto(Dataset dataset, List<String> runs, OutputStream to) throws IOException {
        try (TrackSink sink = new PerfettoTrace(to)) {
            return new TrackExport(dataset, sink).write(runs);
        }
    }

    /** As {@link #perfetto}, as JSON of Chrome's tracing page. */
    public static long chromeJson(Dataset dataset, List<String> runs, OutputStream to) throws IOException {
        try (TrackSink sink = new ChromeTrace(to)) {
            return new TrackExport(dataset, sink).write(runs);
        }
    }

    private long write(List<String> runs) throws IOException {
        boolean several = dataset.manifest().traces().size() > 1;
        for (Manifest.Trace trace : dataset.manifest().traces()) {
            for (String run : runs) {
                String name = several
                        ? run + " (trace " + trace.number() + ": "
                                + trace.info().file() + ")"
                        : run;
                int process = to.process(name);
                tracks.clear();
                write(process, trace.number(), run);
            }
        }
        return slices;
    }

    private void write(int process, int trace, String run) throws IOException {
        Map<String, Object> which = Map.of("in_run", run, "in_trace", (long) trace);
        for (String query : SLICES) {
            try (QueryResult rows = dataset.run(QUERIES, query, which)) {
                while (rows.next()) {
                    int track = track(process, (String) rows.value("track"));
                    slice(
                            track,
                            (Long) rows.value("start_ns"),
                            (Long) rows.value("end_ns"),
                            (String) rows.value("name"),
                            (String) rows.value("category"),
                            details(rows.value("details")),
                            TrackSink.NO_FLOW);
                }
            }
        }
        try (QueryResult rows = dataset.run(QUERIES, "interrupt_ways", which)) {
            new InterruptWays(this, process).write(rows);
        }
    }

    @SuppressWarnings("unchecked") // of a column that is a struct
    static Map<String, Object> details(Object struct) {
        return struct == null ? Map.of() : (Map<String, Object>) struct;
    }

    /** The track of this name, made where there is none yet. */
    int track(int process, String name) throws IOException {
        Integer known = tracks.get(name);
        if (known == null) {
            known = to.track(process, name);
            tracks.put(name, known);
        }
        return known;
    }

    void slice(int track, long startNs, long endNs, String name, String category, Map<String, ?> details, long flow)
            throws IOException {
        to.slice(track, startNs, endNs, name, category, details, flow);
        slices++;
    }

    void instant(int track, long atNs, String name, long flow, TrackSink.FlowStep step) throws IOException {
        to.instant(track, atNs, name, "interrupt", flow, step);
        slices++;
    }

    long nextFlow() {
        return ++flows;
    }
}
