package dev.hindsight.parsers.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.sampletraces.synthetic.LttngKernelTrace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams are merged on a thread ahead of the one that reads: it shows nowhere. */
final class MergedAheadTest {

    private static final int EVENTS = 900_000;

    @TempDir
    Path scratch;

    @BeforeEach
    void write() throws IOException {
        LttngKernelTrace.write(scratch.resolve("kernel"), 3, EVENTS, 5);
    }

    @Test
    void every_event_of_a_slice_is_the_row_that_it_names_also_where_blocks_fill_in_between() throws IOException {
        Slices slices = new Slices(Integer.MAX_VALUE);
        Map<String, Long> handedOver = new HashMap<>();
        try (Recording recording = Recordings.open(scratch, ReadOptions.DEFAULT)) {
            recording.read(schema -> block -> handedOver.merge(schema.name(), (long) block.rows(), Long::sum), slices);
        }
        assertThat(slices.events).isEqualTo(EVENTS);
        assertThat(handedOver.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(EVENTS);
        assertThat(handedOver.values()).anyMatch(rows -> rows > TableBlock.ROWS);
    }

    @Test
    void a_sink_that_throws_ends_the_reading_and_the_merging() throws IOException {
        try (Recording recording = Recordings.open(scratch, ReadOptions.DEFAULT)) {
            assertThatThrownBy(() -> recording.read(schema -> block -> {}, new Slices(2)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("enough");
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("ctf-merge");
    }

    private static final class Slices implements RecordingSink {

        private final int most;
        private int slices;
        private long events;
        private long lastNs = Long.MIN_VALUE;

        Slices(int most) {
            this.most = most;
        }

        @Override
        public void type(EventType type) {
            // counted where they are handed over
        }

        @Override
        public void slice(EventSlice slice) {
            if (slices++ == most) {
                throw new IllegalStateException("enough");
            }
            for (int i = 0; i < slice.size; i++) {
                TableBlock block = slice.blocks[slice.type[i]];
                assertThat(slice.tsNs[i]).isGreaterThanOrEqualTo(lastNs);
                lastNs = slice.tsNs[i];
                if (block.get(EventTables.TS_NS, slice.row[i]) != lastNs
                        || block.get(EventTables.CPU, slice.row[i]) != slice.cpu[i]) {
                    throw new AssertionError("row " + slice.row[i] + " is of another event than number " + events);
                }
                events++;
            }
        }

        @Override
        public void lost(int cpu, int instance, long startNs, long endNs, long count) {
            throw new AssertionError("nothing was lost");
        }
    }
}
