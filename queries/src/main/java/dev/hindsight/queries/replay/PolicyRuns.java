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
import dev.hindsight.queries.profile.OwnWork;
import dev.hindsight.queries.tally.RunCounter;
import dev.hindsight.queries.tally.RunTally;
import dev.hindsight.replay.Replay;
import dev.hindsight.replay.engine.ReplayTotals;
import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.policy.PolicyException;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.WorkloadBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * Replays a recording under several policies at once and writes all runs, the recorded one among them, to one dataset,
 * where every figure is one query over all of them. The figures that runs are compared by are counted at once.
 *
 * <p>The recording is read once. In memory are the recording's own timeline and those of the runs that are under way.
 */
public final class PolicyRuns {

    private final int threads;
    private final boolean keepRows;
    private final Long sloNs;

    /**
     * How policies are replayed.
     *
     * @param threads runs at a time
     * @param keepRows whether the rows of the runs go to the dataset too, and not their figures alone
     * @param sloNs longest good response, null for none
     */
    public PolicyRuns(int threads, boolean keepRows, Long sloNs) {
        this.threads = threads;
        this.keepRows = keepRows;
        this.sloNs = sloNs;
    }

    /**
     * What was replayed.
     *
     * @param recorded figures of the recording
     * @param runs in the order of the plans
     */
    public record Replayed(RunTally recorded, List<FinishedRun> runs) {

        public Replayed {
            runs = List.copyOf(runs);
        }
    }

    /**
     * Replays a recording.
     *
     * @param trace the recording
     * @param ingest how it is read; without raw events
     * @param plans the runs, with names of their own
     * @param dataset where the runs go; an old one there is replaced when the new one is whole
     * @throws dev.hindsight.replay.policy.PolicyException where a policy does not fit the recording; nothing has run then
     */
    public Replayed write(Path trace, IngestOptions ingest, List<PlannedRun> plans, Path dataset) {
        try (DatasetWriter writer = DatasetWriter.create(dataset)) {
            TimelineStore store = new TimelineStore(tables());
            Manifest.Trace entry = Ingest.add(trace, 0, writer, ingest.timelineOnly(), store);
            Replayed replayed = replay(store, entry, plans, writer);
            writer.commit(Ingest.flags(ingest.markers()));
            return replayed;
        }
    }

    /**
     * Replays the first recording of a dataset; otherwise as {@link #write}.
     *
     * @param data the dataset of the recording; not {@code dataset}
     */
    public Replayed writeFromDataset(Path data, List<PlannedRun> plans, Path dataset) {
        try (Dataset stored = Dataset.open(data);
                DatasetWriter writer = DatasetWriter.create(dataset)) {
            Manifest.Trace trace = stored.manifest().traces().get(0);
            TimelineStore store = new TimelineStore(tables());
            TableSinks copy = writer.tables(trace.number(), Policy.RECORDED);
            StoredTimelines.read(stored, trace.number(), Policy.RECORDED, both(copy, store));
            writer.addTrace(trace);
            Replayed replayed = replay(store, trace, plans, writer);
            writer.commit(stored.manifest().markers());
            return replayed;
        }
    }

    private static Set<String> tables() {
        Set<String> tables = new HashSet<>(WorkloadBuilder.TABLES);
        tables.addAll(RunCounter.TABLES);
        return tables;
    }

    private static TableSinks both(TableSinks a, TableSinks b) {
        return schema -> {
            BlockSink toA = a.open(schema);
            BlockSink toB = b.open(schema);
            return block -> {
                toA.accept(block);
                toB.accept(block);
            };
        };
    }

    private Replayed replay(TimelineStore store, Manifest.Trace trace, List<PlannedRun> plans, DatasetWriter writer) {
        if (trace.firstNs() == null) {
            throw new DatasetException(trace.info().file() + ": has no events: there is nothing to replay");
        }
        if (trace.eventTypes().stream().noneMatch(type -> type.name().equals("sched_switch"))) {
            throw new DatasetException(
                    trace.info().file() + ": shows no sched_switch, without which no thread is seen running"
                            + " and nothing can be replayed; 'hindsight record --print' tells which events are needed");
        }
        String kernel = trace.info().kernel();
        MachineFacts facts = new MachineFacts(
                kernel.isEmpty() ? null : kernel, trace.info().cpus(), trace.firstNs(), trace.lastNs());
        Replay replay;
        try (ScopeLog work = OwnWork.begin("extract workload")) {
            replay = Replay.of(store, facts);
        }
        List<Decisions> decisions = decisions(replay, plans);
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
            return new Replayed(RunCounter.count(store, sloNs), finished);
        } finally {
            workers.shutdownNow();
        }
    }

    private static List<Decisions> decisions(Replay replay, List<PlannedRun> plans) {
        boolean several = plans.stream().filter(plan -> plan.policy() != null).count() > 1;
        List<Decisions> decisions = new ArrayList<>();
        for (PlannedRun plan : plans) {
            try {
                decisions.add(plan.policy() == null ? replay.recorded() : replay.resolve(plan.policy()));
            } catch (PolicyException e) {
                throw several ? e.in(plan.policy().name()) : e;
            }
        }
        return decisions;
    }

    private FinishedRun run(Replay replay, Decisions decisions, PlannedRun plan, int trace, DatasetWriter writer) {
        TimelineStore rows = new TimelineStore(RunCounter.TABLES);
        TableSinks sinks = keepRows ? both(writer.tables(trace, plan.name()), rows) : rows;
        ReplayTotals totals;
        try (ScopeLog work = OwnWork.begin("replay", "run", plan.name())) {
            totals = replay.run(decisions, plan.options(), sinks);
        }
        FinishedRun run;
        try (ScopeLog work = OwnWork.begin("count figures", "run", plan.name())) {
            run = new FinishedRun(plan, totals, RunCounter.count(rows, sloNs));
        }
        if (keepRows) {
            ReplayedRunTable.write(run, writer.tables(trace, plan.name()));
        }
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
