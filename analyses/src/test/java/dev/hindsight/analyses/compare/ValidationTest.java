package dev.hindsight.analyses.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hindsight.analyses.compare.ReplayedRun.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValidationTest {

    private static final Subject LINE = new Subject(Section.IRQ_LATENCY, Map.of("vm", "g"));
    private static final Subject WASTE = new Subject(Section.CPU_WASTE, Map.of());

    private static RunFigures run(String name, Long p90Ns, Double spinPct) {
        Map<Subject, SubjectFigures> figures = new LinkedHashMap<>();
        if (p90Ns != null) {
            figures.put(LINE, new SubjectFigures(LINE, Map.of("p90_ns", p90Ns, "count", 5)));
        }
        if (spinPct != null) {
            figures.put(WASTE, new SubjectFigures(WASTE, Map.of("spin_pct", spinPct)));
        }
        return new RunFigures(name, 0, 1, 2, figures, RunSamples.NONE);
    }

    @Test
    void errors_are_relative_to_what_was_measured_and_noise_to_what_was_repeated() {
        RunFigures a = run("recorded", 4_000L, 20.0);
        List<ValidatedFigure> figures = Validation.of(
                        a,
                        run("modelled", 4_400L, 21.0),
                        run("p", 330L, 30.0),
                        run("recorded", 300L, 24.0),
                        a,
                        run("recorded", 4_200L, 22.0),
                        HostSpeed.Ratio.UNKNOWN,
                        null)
                .figures();
        assertThat(figures).extracting(ValidatedFigure::measure).containsExactly("p90_ns", "spin_pct");
        ValidatedFigure p90 = figures.get(0);
        assertThat(p90.error()).isCloseTo(10, within(1e-9));
        assertThat(p90.noise()).isCloseTo(5, within(1e-9));
        assertThat(p90.beyondNoise()).isCloseTo(5, within(1e-9));
        assertThat(p90.modelError()).isCloseTo(10, within(1e-9));
        assertThat(p90.misses()).isFalse();
        ValidatedFigure spin = figures.get(1);
        assertThat(spin.inPoints()).isTrue();
        assertThat(spin.error()).isCloseTo(6, within(1e-9));
        assertThat(spin.beyondNoise()).isCloseTo(4, within(1e-9));
        assertThat(spin.misses()).isTrue();
    }

    @Test
    void without_a_repeat_the_whole_error_counts_and_without_a_prediction_none() {
        ValidatedFigure alone = new ValidatedFigure(LINE, "p99_ns", 100.0, 100.0, 150.0, 120.0, null, null);
        assertThat(alone.noise()).isNull();
        assertThat(alone.beyondNoise()).isCloseTo(25, within(1e-9));
        assertThat(alone.misses()).isTrue();
        ValidatedFigure missing = new ValidatedFigure(LINE, "p99_ns", 100.0, null, null, 120.0, null, null);
        assertThat(missing.error()).isNull();
        assertThat(missing.beyondNoise()).isNull();
        assertThat(missing.misses()).isFalse();
        ValidatedFigure zero = new ValidatedFigure(LINE, "p99_ns", 1.0, 1.0, 1.0, 0.0, null, null);
        assertThat(zero.error()).as("nothing is a percentage of 0").isNull();
    }

    @Test
    void a_background_of_next_to_nothing_is_not_missed_by_percents_of_it() {
        Subject background = new Subject(Section.BACKGROUND, Map.of());
        ValidatedFigure little = new ValidatedFigure(background, "per_s", 0.001, 0.001, 0.003, 0.001, 0.001, 0.001);
        assertThat(little.error()).isCloseTo(4, within(1e-9));
        assertThat(little.misses()).isFalse();
        ValidatedFigure much = new ValidatedFigure(background, "per_s", 1.5, 1.5, 1.2, 1.0, 1.5, 1.5);
        assertThat(much.error()).isCloseTo(20, within(1e-9));
        assertThat(much.misses()).isTrue();
    }

    @Test
    void policies_rank_as_measured_where_the_difference_is_beyond_noise() {
        List<RankingCheck.Ranked> policies = List.of(
                new RankingCheck.Ranked("base", 4_000, 4_200),
                new RankingCheck.Ranked("prio", 300, 310),
                new RankingCheck.Ranked("shield", 320, 250),
                new RankingCheck.Ranked("again", 4_500, 4_100));
        RankingCheck check = RankingCheck.of(policies, 0.05, true);
        assertThat(check.pairs()).as("all but base and again").isEqualTo(5);
        assertThat(check.wrong()).containsExactly("shield < prio");
        assertThat(RankingCheck.of(policies, 0.5, true).wrong()).isEmpty();
        assertThat(RankingCheck.of(policies, 5_000, false).pairs()).isZero();
    }

    @Test
    void a_change_counts_only_beyond_what_the_model_is_off_by() {
        ReplayReport report = new ReplayReport(List.of(
                new ReplayedRun("recorded", "", Kind.RECORDED, run("recorded", 4_000L, 20.0), null),
                new ReplayedRun("modelled", "", Kind.FLOOR, run("modelled", 3_500L, 20.0), null),
                new ReplayedRun("small", "--prio x", Kind.POLICY, run("small", 3_200L, 26.0), null)));
        List<ReplayReport.Change> changes = report.changes(report.runs().get(2));
        assertThat(changes).hasSize(2);
        assertThat(changes.get(0).change()).isEqualTo(-300);
        assertThat(changes.get(0).modelError()).isEqualTo(500);
        assertThat(changes.get(0).isBeyondModelError()).isFalse();
        assertThat(changes.get(1).isBeyondModelError()).isTrue();
        assertThat(report.toJson().toString())
                .contains("policy=small", "floor=true", "beyond_model_error=false", "irq_latency", "cpu_waste");
    }

    @Test
    void a_report_begins_with_the_recording_and_its_model() {
        ReplayedRun recorded = new ReplayedRun("recorded", "", Kind.RECORDED, run("recorded", 1L, 1.0), null);
        assertThatThrownBy(() -> new ReplayReport(List.of(recorded))).hasMessageContaining("its model");
    }
}
