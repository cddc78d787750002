package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.WorkloadBuilder;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTimelinesTest {

    private static final List<MarkerRule> MARKERS = List.of(MarkerRule.parse("job=pio:0x510"));

    @TempDir
    Path temp;

    private static List<String> rows(TimelineStore store, TableSchema schema) {
        List<String> rows = new ArrayList<>();
        for (TableBlock block : store.table(schema)) {
            for (int row = 0; row < block.rows(); row++) {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < schema.columns().size(); i++) {
                    ColumnType type = schema.columns().get(i).type();
                    boolean isText = type == ColumnType.TEXT || type == ColumnType.SYMBOL;
                    text.append(isText ? block.column(i).getText(row) : block.get(i, row))
                            .append(' ');
                }
                rows.add(text.toString());
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"compute-exthlt-base", "arm64-load-other", "v6-lost"})
    void a_stored_timeline_is_read_back_as_it_was_built(String sample) throws IOException {
        Path trace = SampleTraces.trace(sample);
        TimelineStore built = new TimelineStore(WorkloadBuilder.TABLES);
        try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT)) {
            TimelineBuilder timeline = Timelines.recorded(recording.info(), MARKERS, built);
            recording.read(schema -> block -> {}, timeline);
            timeline.end();
        }
        Path dir = temp.resolve("made");
        Ingest.run(List.of(trace), dir, IngestOptions.DEFAULT.timelineOnly().withMarkers(MARKERS));
        try (Dataset dataset = Dataset.open(dir)) {
            TimelineStore read = StoredTimelines.read(dataset, 0, "recorded", WorkloadBuilder.TABLES);
            for (TableSchema schema : TimelineTables.ALL) {
                assertThat(rows(read, schema)).as(schema.name()).isEqualTo(rows(built, schema));
            }
        }
    }

    @Test
    void addresses_above_half_of_the_range_and_quotes_in_names_are_kept() {
        TimelineStore store = new TimelineStore(Set.of("irq_span", "vm_exit"));
        Path dir = temp.resolve("made");
        try (DatasetWriter writer = DatasetWriter.create(dir)) {
            TableAppender irqs = new TableAppender(TimelineTables.IRQ_SPAN, writer.tables(0, "recorded"));
            irqs.addRow();
            for (int i = 0; i < TimelineTables.IRQ_SPAN.columns().size(); i++) {
                irqs.set(i, i);
            }
            irqs.setText(3, "hardirq");
            irqs.setText(5, "the 'disk', and\nmore");
            irqs.flush();
            TableAppender exits = new TableAppender(TimelineTables.VM_EXIT, writer.tables(0, "recorded"));
            exits.addRow();
            for (int i = 0; i < TimelineTables.VM_EXIT.columns().size(); i++) {
                exits.set(i, i);
            }
            for (int i : new int[] {0, 6, 8, 9}) {
                exits.setText(i, "x");
            }
            exits.set(10, 0xffff_ffff_8100_0000L);
            exits.flush();
            writer.addTrace(HandMade.trace(0));
            writer.commit(List.of());
        }
        try (Dataset dataset = Dataset.open(dir)) {
            StoredTimelines.read(dataset, 0, "recorded", store);
        }
        assertThat(rows(store, TimelineTables.IRQ_SPAN))
                .containsExactly("0 1 2 hardirq 4 the 'disk', and\nmore 6 7 8 9 ");
        assertThat(store.table(TimelineTables.VM_EXIT).get(0).get(10, 0)).isEqualTo(0xffff_ffff_8100_0000L);
    }

    @Test
    void a_run_that_is_not_there_is_told() {
        Path dir = temp.resolve("made");
        try (DatasetWriter writer = DatasetWriter.create(dir)) {
            writer.addTrace(HandMade.trace(0));
            writer.commit(List.of());
        }
        try (Dataset dataset = Dataset.open(dir)) {
            assertThatThrownBy(() -> StoredTimelines.read(dataset, 0, "fifo", Set.of("thread")))
                    .isInstanceOf(AbsentRunException.class)
                    .hasMessageContaining("no run 'fifo'");
        }
    }
}
