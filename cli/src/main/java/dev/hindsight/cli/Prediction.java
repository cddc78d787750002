package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.compare.HostSpeed;
import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.compare.Validation;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.replay.engine.PathFactors;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.timeline.MarkerRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Predictions of recordings from another one, at the speeds that their hosts had, held against them.
 *
 * @param from the recording that is replayed
 * @param options how replays are run; the scale is each host's
 */
record Prediction(
        ChosenRun from, List<MarkerRule> markers, ReadOptions read, ReplayOptions options, AnalysisOptions analysis) {

    /**
     * A recording that is predicted.
     *
     * @param name of the run
     * @param policy under which it was made; null for that of the recording which is replayed
     */
    record Target(String name, Policy policy, ChosenRun measured) {}

    /**
     * Exits and the guest's handlers by what the recordings show of them. Interrupts, wakeups and switches also depend on what a
     * policy makes of them (which CPU, idle or not): for them all paths together tell how fast the host was.
     */
    private static PathFactors factors(HostSpeed.Ratio speed) {
        return new PathFactors(
                speed.factor(HostSpeed.Kind.EXITS), speed.factor(), speed.factor(), speed.factor(HostSpeed.Kind.GUEST));
    }

    /**
     * Predicts them all, in one reading of the recording.
     *
     * @param base a recording that was repeated, null where none was
     * @param again its repeat
     */
    List<Validation> validate(List<Target> targets, ChosenRun base, ChosenRun again) {
        List<PlannedRun> plans = new ArrayList<>();
        plans.add(PlannedRun.modelled(options));
        List<HostSpeed.Ratio> speeds = new ArrayList<>();
        for (Target target : targets) {
            HostSpeed.Ratio speed = from.speed().to(target.measured().speed());
            speeds.add(speed);
            plans.add(new PlannedRun(target.name(), target.policy(), options.withFactors(factors(speed))));
        }
        List<MarkerRule> taken = Dataset.isDataset(from.path()) ? List.of() : markers;
        ReplayedData replayed = new ReplayedData(
                from.path(),
                taken,
                List.of(),
                read,
                plans,
                null,
                false,
                analysis.sloNs().isPresent() ? (Long) analysis.sloNs().getAsLong() : null);
        try (Dataset runs = replayed.open()) {
            List<ReplayedRun> all = replayed.runs();
            List<Validation> validations = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                ReplayedRun predicted = all.get(i + 2);
                validations.add(Validation.of(
                        all.get(0).figures(),
                        all.get(1).figures(),
                        predicted.figures(),
                        targets.get(i).measured().figures(),
                        base == null ? null : base.figures(),
                        again == null ? null : again.figures(),
                        speeds.get(i),
                        predicted.truncated()));
            }
            return validations;
        }
    }
}
