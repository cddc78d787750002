package dev.hindsight.analyses.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.report.Verdict.Effect;
import dev.hindsight.analyses.report.Verdict.Standing;
import dev.hindsight.queries.result.ResultColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** No gain smaller than the model's error is called one. */
class PolicyJudgeTest {

    private static final RecordingFacts FACTS = ReportFiguresTest.facts();

    private final List<ReportRun> runs = new ArrayList<>();
    private final List<List<Object>> rows = new ArrayList<>();

    /** A run with 1000 responses of one line, some of them over the SLO. */
    private PolicyJudgeTest run(String name, ReplayedRun.Kind kind, long over, long p99Ns) {
        long id = runs.size();
        runs.add(new ReportRun((int) id, name, FACTS, name, kind, "", 1, false, null));
        rows.add(Arrays.asList(id, "vm", 0L, "pit", 0L, "response", 1000L, 0L, 0L, p99Ns, 2 * p99Ns, over));
        return this;
    }

    private PolicyJudge judge(OptionalLong sloNs) {
        List<ResultColumn> columns = new ArrayList<>();
        for (String name : List.of(
                "run",
                "vm",
                "vcpu",
                "source",
                "irq",
                "stage",
                "count",
                "lost",
                "unhandled",
                "p99_ns",
                "max_ns",
                "over_slo")) {
            columns.add(new ResultColumn(name, "BIGINT", "", ""));
        }
        return new PolicyJudge(sloNs, runs, new ReportTable("irq_latency", columns, rows), Map.of());
    }

    @Test
    void changes_are_judged_by_the_error_of_the_model() {
        run("recorded", ReplayedRun.Kind.RECORDED, 200, 10_000_000)
                .run("modelled", ReplayedRun.Kind.FLOOR, 230, 11_000_000)
                .run("within", ReplayedRun.Kind.POLICY, 200, 1_000_000)
                .run("worse", ReplayedRun.Kind.POLICY, 261, 1_000_000)
                .run("better", ReplayedRun.Kind.POLICY, 100, 1_000_000)
                .run("also better", ReplayedRun.Kind.POLICY, 120, 1_000_000)
                .run("nearly", ReplayedRun.Kind.POLICY, 30, 1_000_000)
                .run("meets", ReplayedRun.Kind.POLICY, 0, 900_000);
        PolicyJudge judge = judge(OptionalLong.of(1_000_000));
        List<Verdict.OfPolicy> policies = judge.policies(runs.get(0), "vm", null);
        assertThat(policies)
                .extracting(p -> runs.get(p.run()).run() + " " + p.effect())
                .containsExactly(
                        "meets " + Effect.MEETS,
                        "nearly " + Effect.NEARLY_MEETS,
                        "better " + Effect.BETTER,
                        "also better " + Effect.BETTER,
                        "within " + Effect.WITHIN_ERROR,
                        "worse " + Effect.WORSE);
        assertThat(policies).allSatisfy(p -> assertThat(p.modelError()).isEqualTo(3.0));
        assertThat(judge.words(policies, Standing.MISSES))
                .containsExactly(
                        "By its prediction meets would meet the SLO (the model's error is 3.00 points).",
                        "The best of the others is nearly: 3.00 % over the SLO instead of 23.0 % (the model's error is"
                                + " 3.00 points), which is within that error of meeting it.",
                        "Within the model's error, so no change can be claimed: within.",
                        "Worse: worse.");
    }

    @Test
    void policies_that_the_model_cannot_tell_apart_are_named_together() {
        run("recorded", ReplayedRun.Kind.RECORDED, 200, 10_000_000)
                .run("modelled", ReplayedRun.Kind.FLOOR, 230, 11_000_000)
                .run("a", ReplayedRun.Kind.POLICY, 100, 1_000_000)
                .run("b", ReplayedRun.Kind.POLICY, 130, 1_000_000)
                .run("c", ReplayedRun.Kind.POLICY, 131, 1_000_000);
        PolicyJudge judge = judge(OptionalLong.of(1_000_000));
        assertThat(judge.words(judge.policies(runs.get(0), "vm", null), Standing.MISSES))
                .containsExactly(
                        "By the predictions, none of the 3 given policies would meet the SLO.",
                        "The best is a: 10.0 % over the SLO instead of 23.0 % (the model's error is 3.00 points)."
                                + " Not to be told apart from it by the model: b.");
    }

    @Test
    void one_policy_alone_is_not_called_the_best() {
        run("recorded", ReplayedRun.Kind.RECORDED, 200, 10_000_000)
                .run("modelled", ReplayedRun.Kind.FLOOR, 230, 11_000_000)
                .run("a", ReplayedRun.Kind.POLICY, 100, 1_000_000);
        PolicyJudge judge = judge(OptionalLong.of(1_000_000));
        assertThat(judge.words(judge.policies(runs.get(0), "vm", null), Standing.MISSES))
                .containsExactly(
                        "By its prediction the given policy would not meet the SLO.",
                        "a: 10.0 % over the SLO instead of 23.0 % (the model's error is 3.00 points).");
    }

    @Test
    void without_a_slo_the_slow_line_s_p99_counts() {
        run("recorded", ReplayedRun.Kind.RECORDED, 0, 10_000_000)
                .run("modelled", ReplayedRun.Kind.FLOOR, 0, 11_000_000)
                .run("same", ReplayedRun.Kind.POLICY, 0, 10_500_000)
                .run("better", ReplayedRun.Kind.POLICY, 0, 2_000_000);
        PolicyJudge judge = judge(OptionalLong.empty());
        List<Verdict.OfPolicy> policies = judge.policies(runs.get(0), "vm", "vCPU 0 pit 0");
        assertThat(policies).extracting(Verdict.OfPolicy::effect).containsExactly(Effect.BETTER, Effect.WITHIN_ERROR);
        assertThat(judge.words(policies, Standing.NO_SLO).get(0))
                .isEqualTo("The best is better: a p99 of 2.00 ms instead of 11.0 ms (the model's error is 1.00 ms).");
    }

    @Test
    void without_a_model_nothing_is_claimed() {
        run("recorded", ReplayedRun.Kind.RECORDED, 200, 10_000_000).run("a", ReplayedRun.Kind.POLICY, 0, 1_000_000);
        PolicyJudge judge = judge(OptionalLong.of(1_000_000));
        List<Verdict.OfPolicy> policies = judge.policies(runs.get(0), "vm", null);
        assertThat(policies).extracting(Verdict.OfPolicy::effect).containsExactly(Effect.UNKNOWN);
        assertThat(judge.words(policies, Standing.MISSES))
                .containsExactly("Without a model of the recorded policy there is no error to measure against: a.");
    }
}
