package dev.hindsight.analyses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hindsight.analyses.compare.RunFigures;
import dev.hindsight.analyses.compare.RunFiguresReader;
import dev.hindsight.analyses.compare.Subject;
import dev.hindsight.analyses.compare.SubjectFigures;
import dev.hindsight.analyses.compare.TalliedFigures;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.replay.FinishedRun;
import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.queries.replay.PolicyRuns;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.policy.PolicyFlags;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.sampletraces.SampleTraces;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted while a replay runs is what the SQL of the figures says of the same rows. */
class TalliedRunsTest {

    @ParameterizedTest
    @CsvSource({
        "bonnie-pitspin-base, job=pio:0x510, --prio vcpu@rtvmm=fifo:80",
        "bonnie-pitspin-prioall, job=pio:0x510, --prio vcpu@rtvmm=other",
        "bonnie-pitspin-shieldprio, job=pio:0x510, --prio vcpu@rtvmm=other",
        "bonnie-pitspin-cosched, job=pio:0x511, --prio vcpu@rtvmm=fifo:10",
        "compute-pithlt-base, job=pio:0x510, --shield 1=vcpu@rtvmm",
        "compute-exthlt-coschedboost, job=pio:0x510, --prio vcpu@rtvmm=fifo:20",
        "arm64-load-other, job=mmio:0x0a000000, --prio vcpu@rtvmm=fifo:80",
        "v6-lost, job=pio:0x510, ''",
    })
    void figures_are_those_of_the_queries(String sample, String marker, String flags) throws SQLException {
        List<PlannedRun> plans = new ArrayList<>();
        if (!flags.isEmpty()) {
            plans.add(PlannedRun.modelled(ReplayOptions.DEFAULT));
            plans.add(PlannedRun.of(PolicyFlags.parse("p", flags), ReplayOptions.DEFAULT));
        }
        List<PolicyRuns.Replayed> replayed = new ArrayList<>();
        PolicyRuns runs = new PolicyRuns(2, true, 1_000_000L);
        IngestOptions ingest = IngestOptions.DEFAULT.withMarkers(List.of(MarkerRule.parse(marker)));
        try (Dataset dataset = Dataset.made(
                        to -> replayed.add(runs.write(SampleTraces.trace(sample), ingest, plans, to)),
                        SqlAccess.CONFINED);
                Connection connection = dataset.connect()) {
            List<RunFigures> counted = new ArrayList<>();
            counted.add(TalliedFigures.of("recorded", 0, replayed.get(0).recorded()));
            for (FinishedRun run : replayed.get(0).runs()) {
                counted.add(TalliedFigures.of(run.plan().name(), 0, run.tally()));
            }
            Figures figures = new Figures(connection, AnalysisOptions.DEFAULT.withSloNs(1_000_000));
            List<RunFigures> queried = RunFiguresReader.read(figures, false);
            assertThat(queried).hasSize(counted.size());
            for (RunFigures expected : queried) {
                RunFigures found = counted.stream()
                        .filter(run -> run.run().equals(expected.run()))
                        .findFirst()
                        .orElseThrow();
                assertEqual(found, expected);
            }
        }
    }

    private static void assertEqual(RunFigures found, RunFigures expected) {
        assertThat(found.durationS()).isEqualTo(expected.durationS());
        assertThat(found.cpus()).isEqualTo(expected.cpus());
        assertThat(found.figures().keySet())
                .as(expected.run())
                .isEqualTo(expected.figures().keySet());
        for (Map.Entry<Subject, SubjectFigures> of : expected.figures().entrySet()) {
            SubjectFigures counted = found.figures().get(of.getKey());
            assertThat(List.copyOf(counted.measures().keySet()))
                    .isEqualTo(List.copyOf(of.getValue().measures().keySet()));
            for (String measure : counted.measures().keySet()) {
                String what = expected.run() + " " + of.getKey() + " " + measure;
                Double value = of.getValue().value(measure);
                if (value == null) {
                    assertThat(counted.value(measure)).as(what).isNull();
                } else {
                    assertThat(counted.value(measure)).as(what).isCloseTo(value, within(1e-6));
                }
            }
        }
    }
}
