package dev.hindsight.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.replay.bound.OutrankingWakeups;
import dev.hindsight.replay.bound.SchedulingLatencyBound;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.engine.ReplayTotals;
import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.policy.PolicyFlags;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineInvariants;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rungs L1, L3 and L4: recordings replayed under their own policy and under others. The engine's assertions are on. */
class RecordedReplayTest {

    private static final ReplayOptions EXTENDED = ReplayOptions.DEFAULT.withExtendHungry(true);
    private static final Map<String, RecordedRun> RUNS = new ConcurrentHashMap<>();

    static Stream<String> samples() {
        return SampleTraces.all().stream().map(SampleTraces.Sample::name);
    }

    private static RecordedRun sample(String name) {
        return RUNS.computeIfAbsent(name, sample -> RecordedRun.of(SampleTraces.trace(sample)));
    }

    private static RunFiguresByHand figures(RecordedRun run, String flags) {
        Replay replay = Replay.of(run.tables(), run.facts());
        Decisions decisions = flags.isEmpty() ? replay.recorded() : replay.resolve(PolicyFlags.parse("policy", flags));
        TimelineStore to = new TimelineStore(RecordedRun.ALL);
        replay.run(decisions, EXTENDED, to);
        return new RunFiguresByHand(to);
    }

    /**
     * The floor: how far the model of the recorded policy is from the recording itself. Of a guest that spins among
     * others, the 90 % quantile is where waits for one tick of the host end and those for two begin; that of 85 % tells
     * how long they wait.
     */
    @ParameterizedTest
    @CsvSource({
        "bonnie-pitspin-base, 0.35, 0.85, 0.40, 0.06",
        "bonnie-pitspin-shield, 0.35, 0.9, 0.35, 0.06",
        "bonnie-pitspin-prioall, 0.35, 0.9, 0.35, 0.06",
        "compute-pithlt-base, 0.15, 0.9, 0.20, 0.03",
        "compute-exthlt-base, 0.35, 0.9, 0.25, 0.03",
        "arm64-load-other, 0.20, 0.9, 0.50, 0.06",
    })
    void the_modelled_recording_is_near_to_the_recording(
            String name, double p50, double high, double ofHigh, double background) {
        RecordedRun run = sample(name);
        RunFiguresByHand recorded = new RunFiguresByHand(run.tables());
        RunFiguresByHand modelled = figures(run, "");
        assertThat(modelled.deliveries()).isCloseTo(recorded.deliveries(), within(recorded.deliveries() / 100 + 2));
        assertThat(modelled.jobs()).isCloseTo(recorded.jobs(), within(recorded.jobs() / 50 + 1));
        assertNear(modelled.responseNs(0.5), recorded.responseNs(0.5), p50);
        assertNear(modelled.responseNs(high), recorded.responseNs(high), ofHigh);
        assertNear(modelled.cpuNs("user"), recorded.cpuNs("user"), background);
    }

    private static void assertNear(long actual, long expected, double relative) {
        assertThat((double) actual).isCloseTo(expected, within(relative * expected));
    }

    @Test
    void a_spinning_guest_answers_in_a_third_of_a_millisecond_once_it_is_shielded_or_prioritized() {
        RecordedRun base = sample("bonnie-pitspin-base");
        assertThat(figures(base, "").responseNs(0.9)).isGreaterThan(3_500_000);
        for (String[] policy : new String[][] {
            {"bonnie-pitspin-shield", "--shield 1=vcpu@rtvmm"},
            {"bonnie-pitspin-prioall", "--prio vcpu@rtvmm=fifo:80 --prio kvm-pit=fifo:85"},
            {"bonnie-pitspin-shieldprio", "--shield 1=vcpu@rtvmm --prio vcpu@rtvmm=fifo:80 --prio kvm-pit=fifo:85"},
        }) {
            RecordedRun other = sample(policy[0]);
            RunFiguresByHand measured = new RunFiguresByHand(other.tables());
            RunFiguresByHand predicted = figures(base, policy[1]);
            assertThat(predicted.responseNs(0.9)).isLessThan(500_000);
            assertNear(predicted.responseNs(0.9), measured.responseNs(0.9), 0.4);
            double share = predicted.cpuNs("user") / (double) base.lengthNs();
            assertThat(share).isCloseTo(measured.cpuNs("user") / (double) other.lengthNs(), within(0.08 * share));
        }
    }

    @Test
    void a_real_time_guest_that_spins_is_throttled_for_fifty_milliseconds_as_measured() {
        RunFiguresByHand predicted =
                figures(sample("bonnie-pitspin-base"), "--prio vcpu@rtvmm=fifo:80 --prio kvm-pit=fifo:85");
        assertThat(predicted.responseNs(1)).isBetween(40_000_000L, 60_000_000L);
        assertThat(new RunFiguresByHand(sample("bonnie-pitspin-prioall").tables()).responseNs(1))
                .isBetween(40_000_000L, 60_000_000L);
    }

    @Test
    void from_the_shielded_recording_the_unshielded_response_is_predicted_too() {
        RunFiguresByHand predicted = figures(sample("bonnie-pitspin-shield"), "--pin user=0-1 --pin vcpu@rtvmm=0-1");
        assertThat(predicted.responseNs(0.9)).isBetween(3_000_000L, 12_000_000L);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_same_input_gives_the_same_rows_and_they_are_a_sound_timeline(String name) {
        RecordedRun run = sample(name);
        Replay replay = Replay.of(run.tables(), run.facts());
        Tables first = new Tables();
        ReplayTotals totals = replay.run(replay.recorded(), EXTENDED, first);
        Tables second = new Tables();
        assertThat(Replay.of(run.tables(), run.facts()).run(replay.recorded(), EXTENDED, second))
                .isEqualTo(totals);
        assertThat(second.rows(TimelineTables.THREAD_SPAN)).isEqualTo(first.rows(TimelineTables.THREAD_SPAN));
        assertThat(second.rows(TimelineTables.VIRQ)).isEqualTo(first.rows(TimelineTables.VIRQ));
        TimelineInvariants.holdInReplay(first);
    }

    @ParameterizedTest
    @CsvSource({
        "bonnie-pitspin-prioall, ''",
        "bonnie-pitspin-base, --prio vcpu@rtvmm=fifo:80 --prio kvm-pit=fifo:85",
        "compute-exthlt-base, --prio vcpu@rtvmm=fifo:80",
    })
    void no_predicted_wakeup_of_a_real_time_thread_exceeds_the_bound_that_the_recording_gives(
            String name, String flags) {
        RecordedRun run = sample(name);
        Replay replay = Replay.of(run.tables(), run.facts());
        TimelineStore to = new TimelineStore(RecordedRun.ALL);
        replay.run(
                flags.isEmpty() ? replay.recorded() : replay.resolve(PolicyFlags.parse("policy", flags)), EXTENDED, to);
        long boundNs = SchedulingLatencyBound.of(run.tables(), run.facts()).boundNs();
        OutrankingWakeups wakeups = OutrankingWakeups.of(to, run.facts().cpus());
        int seen = 0;
        for (int i = 0; i < wakeups.size(); i++) {
            if (wakeups.realTime(i)) {
                seen++;
                assertThat(wakeups.latencyNs(i)).isLessThanOrEqualTo(boundNs);
            }
        }
        assertThat(seen).isPositive();
    }

    @Test
    @Tag("slow")
    void every_recording_given_can_be_replayed(@TempDir Path scratch) throws IOException {
        List<Path> recordings = GivenRecordings.all();
        assumeTrue(!recordings.isEmpty(), GivenRecordings.HOW);
        List<String> failures = new ArrayList<>();
        for (Path file : recordings) {
            RecordedRun run = RecordedRun.of(GivenRecordings.plain(file, scratch));
            if (run.lengthNs() <= 0) {
                continue;
            }
            try {
                Replay replay = Replay.of(run.tables(), run.facts());
                Tables to = new Tables();
                replay.run(replay.recorded(), EXTENDED, to);
                TimelineInvariants.holdInReplay(to);
            } catch (AssertionError | RuntimeException e) {
                failures.add(file + ": " + e);
            }
        }
        assertThat(failures).isEmpty();
    }
}
