package dev.hindsight.queries.dataset;

import java.nio.file.Path;

/**
 * What an ingest made.
 *
 * @param dataset where
 * @param manifest what is in it, with the warnings of each trace
 */
public record IngestResult(Path dataset, Manifest manifest) {

    /** Events read of all traces. */
    public long events() {
        long sum = 0;
        for (Manifest.Trace trace : manifest.traces()) {
            sum += trace.events();
        }
        return sum;
    }

    /** Whether events of any trace were lost to damage of its file. */
    public boolean damaged() {
        for (Manifest.Trace trace : manifest.traces()) {
            if (trace.damaged()) {
                return true;
            }
        }
        return false;
    }
}
