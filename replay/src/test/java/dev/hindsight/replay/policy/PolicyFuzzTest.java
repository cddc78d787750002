package dev.hindsight.replay.policy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hindsight.replay.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Policies from any text: nothing but a {@link PolicyException} may come out, and what is taken is read back from its own
 * flags. Without JAZZER_FUZZ=1 only the seeds in the resources run.
 */
class PolicyFuzzTest {

    private static final Workload TARGET = WorkloadByHand.target(true, true).build();

    @FuzzTest(maxDuration = "60s")
    void any_text_is_flags_or_refused(byte[] bytes) {
        try {
            check(PolicyFlags.parse("fuzz", new String(bytes, StandardCharsets.UTF_8)));
        } catch (PolicyException e) {
            requireReason(e);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void any_text_is_a_policy_file_or_refused(byte[] bytes) {
        List<Policy> policies;
        try {
            policies = PolicyFile.parse(new String(bytes, StandardCharsets.UTF_8), "fuzz");
        } catch (PolicyException e) {
            requireReason(e);
            return;
        }
        for (Policy policy : policies) {
            check(policy);
        }
    }

    private static void check(Policy policy) {
        Policy again = PolicyFlags.parse(policy.name(), policy.text());
        if (!again.equals(policy)) {
            throw new AssertionError("not the same: " + again + " and " + policy);
        }
        try {
            Decisions decisions = PolicyResolution.resolve(policy, TARGET);
            for (long mask : decisions.affinity()) {
                if (mask == 0 || (mask & ~3) != 0) {
                    throw new AssertionError("affinity " + mask);
                }
            }
        } catch (PolicyException e) {
            requireReason(e);
        }
    }

    private static void requireReason(PolicyException e) {
        if (e.getMessage() == null || e.getMessage().isBlank() || e.getMessage().contains("\n")) {
            throw new AssertionError("a refusal that does not tell in one line what is wrong", e);
        }
    }
}
