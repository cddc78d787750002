package dev.hindsight.cli;

import dev.hindsight.analyses.Figures;
import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.compare.RunFigures;
import dev.hindsight.analyses.compare.RunFiguresReader;
import dev.hindsight.analyses.compare.RunSamples;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.replay.FinishedRun;
import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.queries.replay.PolicyRuns;
import dev.hindsight.replay.engine.ReplayTotals;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.timeline.MarkerRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A recording replayed under policies, as a dataset with all runs: kept where the user wants it, else temporary. */
final class ReplayedData {

    private final Path data;
    private final List<MarkerRule> markers;
    private final ReadOptions read;
    private final List<PlannedRun> plans;
    private final Path output;
    private List<FinishedRun> finished;

    /** @param output where the dataset is kept, null for a temporary one */
    ReplayedData(Path data, List<MarkerRule> markers, ReadOptions read, List<PlannedRun> plans, Path output) {
        this.data = data;
        this.markers = markers;
        this.read = read;
        this.plans = plans;
        this.output = output;
    }

    /** Replays, and opens the dataset of all runs. */
    Dataset open() {
        if (output == null) {
            return Dataset.made(this::write, SqlAccess.CONFINED);
        }
        write(output);
        return Dataset.open(output);
    }

    private void write(Path to) {
        int threads = Runtime.getRuntime().availableProcessors();
        if (Files.isDirectory(data) || Dataset.isDataset(data)) {
            if (!markers.isEmpty()) {
                throw new WrongUse(data + " is a dataset: its markers were chosen by 'hindsight ingest --marker'; give"
                        + " --marker there, or replay the recording itself");
            }
            if (to.toAbsolutePath().normalize().equals(data.toAbsolutePath().normalize())) {
                throw new WrongUse("-o " + to + " is the dataset that is replayed: name another directory");
            }
            finished = PolicyRuns.writeFromDataset(data, plans, to, threads);
            return;
        }
        try (IngestProgress progress = new IngestProgress(List.of(data))) {
            IngestOptions ingest = IngestOptions.DEFAULT
                    .withMarkers(markers)
                    .withRead(read)
                    .withProgress(progress);
            finished = PolicyRuns.write(data, ingest, plans, to, threads);
        }
    }

    /** What was run; after {@link #open}. */
    List<FinishedRun> finished() {
        return finished;
    }

    /** The recording and its replays, in order, with the figures of all of them. */
    static List<ReplayedRun> runs(List<FinishedRun> finished, Figures figures) {
        Map<String, RunFigures> byRun = new HashMap<>();
        for (RunFigures run : RunFiguresReader.read(figures, false)) {
            byRun.put(run.run(), run);
        }
        List<ReplayedRun> runs = new ArrayList<>();
        runs.add(new ReplayedRun(
                Policy.RECORDED, "", ReplayedRun.Kind.RECORDED, figures(byRun, Policy.RECORDED), null));
        for (FinishedRun run : finished) {
            Policy policy = run.plan().policy();
            runs.add(new ReplayedRun(
                    run.plan().name(),
                    policy == null ? "" : policy.text(),
                    policy == null ? ReplayedRun.Kind.FLOOR : ReplayedRun.Kind.POLICY,
                    figures(byRun, run.plan().name()),
                    truncated(run.totals())));
        }
        return runs;
    }

    /** A run in which nothing happened has no figures. */
    private static RunFigures figures(Map<String, RunFigures> byRun, String run) {
        RunFigures figures = byRun.get(run);
        return figures == null ? new RunFigures(run, 0, 0, 0, Map.of(), RunSamples.NONE) : figures;
    }

    private static ReplayedRun.Truncated truncated(ReplayTotals totals) {
        return new ReplayedRun.Truncated(
                totals.truncatedNs(), totals.truncatedThreads(), totals.truncatedDeliveries());
    }
}
