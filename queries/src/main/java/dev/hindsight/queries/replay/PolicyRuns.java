package dev.hindsight.queries.replay;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.DatasetException;
import dev.hindsight.queries.dataset.DatasetWriter;
import dev.hindsight.queries.dataset.Ingest;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.dataset.StoredTimelines;
import dev.hindsight.replay.Replay;
import dev.hindsight.replay.engine.ReplayTotals;
import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.WorkloadBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Replays a recording under several policies at once and writes all runs, the recorded one among them, to one dataset,
 * where every figure is one query over all of them.
 *
 * <p>The recording is read once. A run's rows go to the dataset as they come; what stays in memory is the recording's own
 * timeline, and a run's state for each thread that runs one.
 */
public final class PolicyRuns {

    private PolicyRuns() {}

    /**
     * Replays a recording.
     *
     * @param trace the recording
     * @param ingest how it is read; without raw events
     * @param plans the runs, with names of their own
     * @param dataset where the runs go; an old one there is replaced when the new one is whole
     * @param threads runs at a time
     * @return the runs in the order of the plans
     * @throws dev.hindsight.replay.policy.PolicyException where a policy does not fit the recording; nothing has run then
     */
    public static List<FinishedRun> write(
            Path trace, IngestOptions ingest, List<PlannedRun> plans, Path dataset, int threads) {
        try (DatasetWriter writer = DatasetWriter.create(dataset)) {
            TimelineStore store = new TimelineStore(WorkloadBuilder.TABLES);
            Manifest.Trace entry = Ingest.add(trace, 0, writer, ingest.timelineOnly(), store);
            List<FinishedRun> finished = replay(store, entry, plans, writer, threads);
            writer.commit(Ingest.flags(ingest.markers()));
            return finished;
        }
    }

    /**
     * Replays the first recording of a dataset; otherwise as {@link #write}.
     *
     * @param data the dataset of the recording; not {@code dataset}
     */
    public static List<FinishedRun> writeFromDataset(Path data, List<PlannedRun> plans, Path dataset, int threads) {
        try (Dataset stored = Dataset.open(data);
                DatasetWriter writer = DatasetWriter.create(dataset)) {
            Manifest.Trace trace = stored.manifest().traces().get(0);
            TimelineStore store = new TimelineStore(WorkloadBuilder.TABLES);
            TableSinks copy = writer.tables(trace.number(), Policy.RECORDED);
            StoredTimelines.read(stored, trace.number(), Policy.RECORDED, schema -> {
                BlockSink toCopy = copy.open(schema);
                BlockSink toStore = store.open(schema);
                return block -> {
                    toCopy.accept(block);
                    toStore.accept(block);
                };
            });
            writer.addTrace(trace);
            List<FinishedRun> finished = replay(store, trace, plans, writer, threads);
            writer.commit(stored.manifest().markers());
            return finished;
        }
    }

    private static List<FinishedRun> replay(
            TimelineStore store, Manifest.Trace trace, List<PlannedRun> plans, DatasetWriter writer, int threads) {
        if (trace.firstNs() == null) {
            throw new DatasetException(trace.info().file() + ": has no events: there is nothing to replay");
        }
        String kernel = trace.info().kernel();
        Replay replay = Replay.of(
                store,
                new MachineFacts(
                        kernel.isEmpty() ? null : kernel, trace.info().cpus(), trace.firstNs(), trace.lastNs()));
        List<Decisions> decisions = new ArrayList<>();
        for (PlannedRun plan : plans) {
            decisions.add(plan.policy() == null ? replay.recorded() : replay.resolve(plan.policy()));
        }
        ExecutorService workers = Executors.newFixedThreadPool(Math.max(1, Math.min(threads, plans.size())));
        try {
            List<Future<FinishedRun>> running = new ArrayList<>();
            for (int i = 0; i < plans.size(); i++) {
                PlannedRun plan = plans.get(i);
                Decisions decided = decisions.get(i);
                running.add(workers.submit(() -> run(replay, decided, plan, trace.number(), writer)));
            }
            List<FinishedRun> finished = new ArrayList<>();
            for (Future<FinishedRun> run : running) {
                finished.add(join(run));
            }
            return finished;
        } finally {
            workers.shutdownNow();
        }
    }

    private static FinishedRun run(
            Replay replay, Decisions decisions, PlannedRun plan, int trace, DatasetWriter writer) {
        ReplayTotals totals = replay.run(decisions, plan.options(), writer.tables(trace, plan.name()));
        FinishedRun run = new FinishedRun(plan, totals);
        ReplayedRunTable.write(run, writer.tables(trace, plan.name()));
        return run;
    }

    private static FinishedRun join(Future<FinishedRun> run) {
        try {
            return run.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            } else if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while policies were replayed", e);
        }
    }
}
