package dev.hindsight.queries.tracks;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/**
 * Takes tracks and what happens on them. Slices of a track come one after another in order of begin, an outer one before
 * those within it, all of one track before the next track's. Implementations: {@link PerfettoTrace},
 * {@link ChromeTrace}.
 */
interface TrackSink extends Closeable {

    /** No flow begins or ends here. */
    long NO_FLOW = 0;

    /** A process, under which tracks stand; they are shown in the order in which they are made. */
    int process(String name) throws IOException;

    /** A track of a process. */
    int track(int process, String name) throws IOException;

    /**
     * Something that lasts.
     *
     * @param details shown with the slice: names and numbers or texts, nulls left out
     * @param flow an arrow that this slice is on, or {@link #NO_FLOW}
     */
    void slice(int track, long startNs, long endNs, String name, String category, Map<String, ?> details, long flow)
            throws IOException;

    /** Something that happens at once, on a flow that begins, goes on or ends here. */
    void instant(int track, long atNs, String name, String category, long flow, FlowStep step) throws IOException;

    /** What an instant is to its flow. */
    enum FlowStep {
        BEGIN,
        END
    }
}
