package dev.hindsight.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelineInvariants;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.WorkloadBuilder;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds in any recorded timeline holds in those that the engine makes of recordings. */
class ReplayInvariantsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bonnie-pitspin-base",
                "bonnie-pitspin-cosched",
                "bonnie-pitspin-shieldprio",
                "compute-exthlt-coschedboost",
                "compute-pithlt-base",
                "arm64-load-other"
            })
    void the_modelled_recording_is_a_timeline_like_a_recorded_one(String sample) throws IOException {
        TimelineStore recorded = new TimelineStore(WorkloadBuilder.TABLES);
        MachineFacts facts;
        try (Recording recording = Recordings.open(SampleTraces.trace(sample), ReadOptions.DEFAULT)) {
            TimelineBuilder timeline =
                    Timelines.recorded(recording.info(), List.of(MarkerRule.parse("job=pio:0x510")), recorded);
            recording.read(schema -> block -> {}, timeline);
            timeline.end();
            long firstNs = Long.MAX_VALUE;
            long lastNs = Long.MIN_VALUE;
            for (TableBlock block : recorded.table(TimelineTables.CPU)) {
                for (int row = 0; row < block.rows(); row++) {
                    firstNs = Math.min(firstNs, block.get(1, row));
                    lastNs = Math.max(lastNs, block.get(2, row));
                }
            }
            facts = new MachineFacts(recording.info().kernel(), recording.info().cpus(), firstNs, lastNs);
        }
        Replay replay = Replay.of(recorded, facts);
        Tables tables = new Tables();
        replay.run(replay.recorded(), ReplayOptions.DEFAULT, tables);
        TimelineInvariants.holdInReplay(tables);
        assertThat(tables.rows(TimelineTables.VCPU_SPAN)).isNotEmpty();
    }
}
