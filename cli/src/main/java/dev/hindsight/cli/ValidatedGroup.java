package dev.hindsight.cli;

import dev.hindsight.analyses.compare.Validation;
import dev.hindsight.replay.policy.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A group of recordings with all predictions among them that a policy is known for.
 *
 * @param group the recordings
 * @param runs figures of each, by policy
 * @param pairs predictions
 */
record ValidatedGroup(RecordedGroup group, Map<String, ChosenRun> runs, List<Pair> pairs) {

    /** A prediction of one recording from another. */
    record Pair(String from, String to, Policy policy, Validation validation) {}

    /**
     * Predicts all pairs of a group; each recording is replayed once, under all policies at a time.
     *
     * @param open reads a recording
     * @param predict makes predictions from one
     */
    static ValidatedGroup of(
            RecordedGroup group,
            List<Policy> policies,
            Function<Path, ChosenRun> open,
            Function<ChosenRun, Prediction> predict) {
        Map<String, ChosenRun> runs = new LinkedHashMap<>();
        group.byPolicy().forEach((policy, path) -> runs.put(policy, open.apply(path)));
        ChosenRun base = runs.get(RecordedGroup.BASE);
        ChosenRun again = runs.get(RecordedGroup.AGAIN);
        List<Pair> pairs = new ArrayList<>();
        runs.forEach((from, recorded) -> {
            List<Prediction.Target> targets = new ArrayList<>();
            runs.forEach((to, measured) -> {
                Policy policy = policy(group.guest(), from, to, policies);
                boolean repeat = from.equals(RecordedGroup.BASE) && to.equals(RecordedGroup.AGAIN);
                if (policy != null || repeat) {
                    targets.add(new Prediction.Target(to, policy, measured));
                }
            });
            if (!targets.isEmpty()) {
                List<Validation> validations =
                        predict.apply(recorded).validate(targets, again == null ? null : base, again);
                for (int i = 0; i < targets.size(); i++) {
                    pairs.add(
                            new Pair(from, targets.get(i).name(), targets.get(i).policy(), validations.get(i)));
                }
            }
        });
        return new ValidatedGroup(group, runs, pairs);
    }

    /** By the names that the command's help tells; the guest's own policy goes first. */
    private static Policy policy(String guest, String from, String to, List<Policy> policies) {
        if (from.equals(to)) {
            return null;
        }
        List<String> names = new ArrayList<>(List.of(guest + "-" + from + "-to-" + to, from + "-to-" + to));
        if (from.equals(RecordedGroup.BASE)) {
            names.addAll(List.of(guest + "-" + to, to));
        }
        for (String name : names) {
            for (Policy policy : policies) {
                if (policy.name().equals(name)) {
                    return policy;
                }
            }
        }
        return null;
    }
}
