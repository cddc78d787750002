package dev.hindsight.cli;

import dev.hindsight.analyses.compare.Validation;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.policy.PolicyException;
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
 * @param refused policies that do not fit the recording which they were to be applied to
 */
record ValidatedGroup(RecordedGroup group, Map<String, ChosenRun> runs, List<Pair> pairs, List<Refused> refused) {

    /** A prediction of one recording from another. */
    record Pair(String from, String to, Policy policy, Validation validation) {}

    /** A prediction that was not made: no thread or CPU of the recording is what the policy names. */
    record Refused(String from, String to, String reason) {}

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
        List<Refused> refused = new ArrayList<>();
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
                Prediction prediction = predict.apply(recorded);
                predicted(prediction, from, targets, again == null ? null : base, again, pairs, refused);
            }
        });
        return new ValidatedGroup(group, runs, pairs, refused);
    }

    /** All in one replay; where a policy does not fit, which is told before anything runs, each by itself. */
    private static void predicted(
            Prediction prediction,
            String from,
            List<Prediction.Target> targets,
            ChosenRun base,
            ChosenRun again,
            List<Pair> pairs,
            List<Refused> refused) {
        try {
            List<Validation> validations = prediction.validate(targets, base, again);
            for (int i = 0; i < targets.size(); i++) {
                pairs.add(new Pair(from, targets.get(i).name(), targets.get(i).policy(), validations.get(i)));
            }
        } catch (PolicyException e) {
            if (targets.size() == 1) {
                refused.add(new Refused(from, targets.get(0).name(), e.getMessage()));
                return;
            }
            for (Prediction.Target target : targets) {
                predicted(prediction, from, List.of(target), base, again, pairs, refused);
            }
        }
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
