package dev.hindsight.cli;

import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.compare.TalliedFigures;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.replay.FinishedRun;
import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.queries.replay.PolicyRuns;
import dev.hindsight.replay.engine.ReplayTotals;
import dev.hindsight.replay.guest.GuestFile;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.timeline.MarkerRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A recording replayed under policies, as a dataset with all runs: kept where the user wants it, else temporary. */
final class ReplayedData {

    private final Path data;
    private final List<MarkerRule> markers;
    private final List<GuestFile> guests;
    private final ReadOptions read;
    private final List<PlannedRun> plans;
    private final Path output;
    private final PolicyRuns policies;
    private PolicyRuns.Replayed replayed;

    /**
     * @param output where the dataset is kept, null for a temporary one
     * @param rows whether the rows of the runs are wanted in the dataset, where it is temporary
     * @param sloNs longest good response, null for none
     */
    ReplayedData(
            Path data,
            List<MarkerRule> markers,
            List<GuestFile> guests,
            ReadOptions read,
            List<PlannedRun> plans,
            Path output,
            boolean rows,
            Long sloNs) {
        this.data = data;
        this.markers = markers;
        this.guests = guests;
        this.read = read;
        this.plans = plans;
        this.output = output;
        this.policies = new PolicyRuns(Runtime.getRuntime().availableProcessors(), rows || output != null, sloNs);
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
        if (OpenedData.isDataset(data)) {
            if (!markers.isEmpty()) {
                throw new WrongUse(data + " is a dataset: its markers were chosen by 'hindsight ingest --marker'; give"
                        + " --marker there, or replay the recording itself");
            }
            if (to.toAbsolutePath().normalize().equals(data.toAbsolutePath().normalize())) {
                throw new WrongUse("-o " + to + " is the dataset that is replayed: name another directory");
            }
            replayed = policies.writeFromDataset(data, plans, to);
            return;
        }
        try (IngestProgress progress = new IngestProgress(1 + guests.size())) {
            IngestOptions ingest = IngestOptions.DEFAULT
                    .withMarkers(markers)
                    .withGuests(guests)
                    .withRead(read)
                    .withProgress(progress);
            replayed = policies.write(data, ingest, plans, to);
        }
    }

    /** The recording and its replays, in order, with their figures; after {@link #open}. */
    List<ReplayedRun> runs() {
        List<ReplayedRun> runs = new ArrayList<>();
        runs.add(new ReplayedRun(
                Policy.RECORDED,
                "",
                ReplayedRun.Kind.RECORDED,
                TalliedFigures.of(Policy.RECORDED, 0, replayed.recorded()),
                null));
        for (FinishedRun run : replayed.runs()) {
            Policy policy = run.plan().policy();
            runs.add(new ReplayedRun(
                    run.plan().name(),
                    policy == null ? "" : policy.text(),
                    policy == null ? ReplayedRun.Kind.FLOOR : ReplayedRun.Kind.POLICY,
                    TalliedFigures.of(run.plan().name(), 0, run.tally()),
                    truncated(run.totals())));
        }
        return runs;
    }

    /** vCPUs whose recorded interrupts no entry into the guest shows; after {@link #open}. */
    int unansweredVcpus() {
        int most = 0;
        for (FinishedRun run : replayed.runs()) {
            most = Math.max(most, run.totals().unansweredVcpus());
        }
        return most;
    }

    private static ReplayedRun.Truncated truncated(ReplayTotals totals) {
        return new ReplayedRun.Truncated(totals.truncatedNs(), totals.truncatedThreads(), totals.truncatedDeliveries());
    }
}
