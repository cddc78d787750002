package dev.hindsight.analyses.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether predictions order policies as measurements do, wherever these differ by more than noise.
 *
 * @param pairs of policies whose measured difference is beyond noise
 * @param wrong those of them that are predicted the other way round, or alike, each as {@code a < b}
 */
public record RankingCheck(int pairs, List<String> wrong) {

    public RankingCheck {
        wrong = List.copyOf(wrong);
    }

    /** A policy's value, as predicted and as measured. */
    public record Ranked(String policy, double predicted, double measured) {}

    /**
     * Compares every pair.
     *
     * @param noise of the figure: relative where {@code relative}, else absolute
     */
    public static RankingCheck of(List<Ranked> policies, double noise, boolean relative) {
        int pairs = 0;
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            for (int k = i + 1; k < policies.size(); k++) {
                Ranked a = policies.get(i);
                Ranked b = policies.get(k);
                double apart = Math.abs(a.measured() - b.measured());
                double limit = relative ? noise * Math.max(Math.abs(a.measured()), Math.abs(b.measured())) : noise;
                if (apart > limit) {
                    pairs++;
                    if (Math.signum(a.measured() - b.measured()) != Math.signum(a.predicted() - b.predicted())) {
                        wrong.add(
                                a.measured() < b.measured()
                                        ? a.policy() + " < " + b.policy()
                                        : b.policy() + " < " + a.policy());
                    }
                }
            }
        }
        return new RankingCheck(pairs, wrong);
    }
}
