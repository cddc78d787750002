package dev.hindsight.cli;

import dev.hindsight.queries.dataset.IngestOptions;

/** Progress of an ingest of several recordings, each taken for an equal part of the work. */
final class IngestProgress implements IngestOptions.Progress, AutoCloseable {

    private final int traces;
    private final ProgressOnTerminal bar;
    private volatile double done;

    IngestProgress(int traces) {
        this.traces = traces;
        this.bar = new ProgressOnTerminal("reading", () -> done);
    }

    @Override
    public void read(int trace, double share) {
        done = (trace + share) / traces;
    }

    @Override
    public void close() {
        bar.close();
    }
}
