package dev.hindsight.replay.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rung L0: recorded decisions executed again give the recorded times; and what is extracted adds up. */
class ForcedReplayTest {

    static Stream<String> samples() {
        return SampleTraces.all().stream().map(SampleTraces.Sample::name);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void every_recorded_time_comes_out_and_demand_adds_up(String sample) {
        walk(SampleTraces.trace(sample), sample);
    }

    private static void walk(Path file, String name) {
        PlayedWorkload played = PlayedWorkload.of(file);
        ForcedReplay replay = new ForcedReplay(played.tables(), played.workload());
        replay.threads();
        replay.guests();
        assertThat(replay.misses).as(name).isEmpty();
        assertThat(replay.demandNs + replay.stolenNs + replay.overheadNs)
                .as("demand, stolen time and cost of switches of " + name)
                .isEqualTo(replay.runningNs);
        assertThat(replay.blurred).as("steps met but for a switch's cost").isLessThanOrEqualTo(2 + replay.steps / 50);
    }

    @Test
    @Tag("slow")
    void the_same_holds_in_every_recording_given(@TempDir Path scratch) throws IOException {
        List<Path> recordings = GivenRecordings.all();
        assumeTrue(!recordings.isEmpty(), GivenRecordings.HOW);
        List<String> failures = new ArrayList<>();
        for (Path file : recordings) {
            try {
                walk(GivenRecordings.plain(file, scratch), file.toString());
            } catch (AssertionError e) {
                String text = e.getMessage();
                failures.add(file + ": " + text.substring(0, Math.min(2000, text.length())));
            }
        }
        assertThat(failures).isEmpty();
    }
}
