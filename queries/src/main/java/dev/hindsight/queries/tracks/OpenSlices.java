package dev.hindsight.queries.tracks;

import java.io.IOException;
import java.util.Arrays;

/** Ends the slices of a track in time, where a format wants ends of their own, each before what begins after it. */
final class OpenSlices {

    /** Takes ends. */
    @FunctionalInterface
    interface End {
        void end(int track, long atNs) throws IOException;
    }

    private final End to;
    private long[] endNs = new long[16];
    private int depth;
    private int track;

    OpenSlices(End to) {
        this.to = to;
    }

    /** A slice begins: what ended before it is ended, and all of another track. */
    void begin(int onTrack, long startNs, long untilNs) throws IOException {
        if (onTrack != track) {
            endAll();
            track = onTrack;
        }
        while (depth > 0 && endNs[depth - 1] <= startNs) {
            to.end(track, endNs[--depth]);
        }
        if (depth == endNs.length) {
            endNs = Arrays.copyOf(endNs, 2 * depth);
        }
        endNs[depth++] = untilNs;
    }

    /** Ends all that are open. */
    void endAll() throws IOException {
        while (depth > 0) {
            to.end(track, endNs[--depth]);
        }
    }
}
