package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real recordings with pieces of a CPU's events cut out: what is said of the rest must be true of the whole. */
class LossesTest {

    private static final String SAMPLE = "bonnie-pitspin-base";

    private static RecordingInfo info;
    private static final Tape TAPE = new Tape();

    /** Events kept to be played again. */
    private static final class Tape implements RecordingSink {
        private final List<EventType> types = new ArrayList<>();
        private final List<EventSlice> slices = new ArrayList<>();

        @Override
        public void type(EventType type) {
            types.add(type);
        }

        @Override
        public void slice(EventSlice slice) {
            EventSlice kept = new EventSlice();
            kept.size = slice.size;
            kept.tsNs = slice.tsNs.clone();
            kept.cpu = slice.cpu.clone();
            kept.type = slice.type.clone();
            kept.row = slice.row.clone();
            kept.blocks = slice.blocks.clone();
            slices.add(kept);
        }

        @Override
        public void lost(int cpu, int instance, long startNs, long endNs, long events) {
            throw new AssertionError("the sample has losses of its own");
        }
    }

    /** Events of {@code cpu} between those at {@code startNs} and {@code endNs} are lost. */
    private record Cut(int cpu, long startNs, long endNs) {

        boolean takes(EventSlice slice, int i) {
            return slice.cpu[i] == cpu && slice.tsNs[i] > startNs && slice.tsNs[i] < endNs;
        }
    }

    @BeforeAll
    static void read() throws IOException {
        try (Recording recording = Recordings.open(SampleTraces.trace(SAMPLE), ReadOptions.DEFAULT)) {
            info = recording.info();
            recording.read(schema -> block -> {}, TAPE);
        }
    }

    private static Tables play(Cut cut) {
        Tables tables = new Tables();
        TimelineBuilder builder = new TimelineBuilder(info, List.of(), tables, SchedulerParts.ALL);
        for (EventType type : TAPE.types) {
            builder.type(type);
        }
        boolean told = cut == null;
        for (EventSlice slice : TAPE.slices) {
            if (!told && slice.tsNs[slice.size - 1] >= cut.endNs()) {
                builder.lost(cut.cpu(), 0, cut.startNs(), cut.endNs(), -1);
                told = true;
            }
            builder.slice(cut == null ? slice : without(cut, slice));
        }
        builder.end();
        return tables;
    }

    private static EventSlice without(Cut cut, EventSlice slice) {
        EventSlice rest = new EventSlice();
        rest.tsNs = new long[slice.size];
        rest.cpu = new int[slice.size];
        rest.type = new int[slice.size];
        rest.row = new int[slice.size];
        rest.blocks = slice.blocks.clone();
        for (int i = 0; i < slice.size; i++) {
            if (!cut.takes(slice, i)) {
                rest.tsNs[rest.size] = slice.tsNs[i];
                rest.cpu[rest.size] = slice.cpu[i];
                rest.type[rest.size] = slice.type[i];
                rest.row[rest.size++] = slice.row[i];
            }
        }
        return rest;
    }

    private static Cut randomCut(Random random) {
        EventSlice slice = TAPE.slices.get(random.nextInt(TAPE.slices.size()));
        int at = random.nextInt(slice.size);
        int cpu = slice.cpu[at];
        long startNs = slice.tsNs[at];
        long atLeast = startNs + (long) Math.pow(10, 4 + 4 * random.nextDouble());
        for (EventSlice later : TAPE.slices) {
            for (int i = 0; i < later.size; i++) {
                if (later.cpu[i] == cpu && later.tsNs[i] >= atLeast) {
                    return new Cut(cpu, startNs, later.tsNs[i]);
                }
            }
        }
        return new Cut(cpu, TAPE.slices.get(0).tsNs[0] - 1, startNs);
    }

    @Test
    void what_a_loss_leaves_of_running_and_of_interrupts_is_part_of_the_truth() {
        long seed = 20_130_101;
        Random random = new Random(seed);
        Tables whole = play(null);
        Map<String, TreeMap<Long, Long>> running = byWhom(whole, TimelineTables.THREAD_SPAN, "tid", "cpu", "state");
        Map<String, TreeMap<Long, Long>> irqs = byWhom(whole, TimelineTables.IRQ_SPAN, "cpu", "kind", "irq");
        for (int round = 0; round < 12; round++) {
            Cut cut = randomCut(random);
            Tables left = play(cut);
            String when = "seed " + seed + ", round " + round + ", " + cut;
            for (Map<String, Object> span : left.rows(TimelineTables.THREAD_SPAN)) {
                long startNs = (Long) span.get("start_ns");
                long endNs = (Long) span.get("end_ns");
                // A thread that waited for this CPU may show up on another one before the loss is over: that ends its
                // wait.
                boolean seenElsewhere = span.get("state").toString().startsWith("runnable") && endNs < cut.endNs();
                if (Long.valueOf(cut.cpu()).equals(span.get("cpu"))
                        && !span.get("state").equals("sleeping")
                        && !seenElsewhere) {
                    assertThat(endNs <= cut.startNs() || startNs >= cut.startNs())
                            .as("%s: %s crosses", when, span)
                            .isTrue();
                }
                if (span.get("state").equals("running")) {
                    assertPartOf(running.get(key(span, "tid", "cpu", "state")), startNs, endNs, when + ": " + span);
                }
            }
            for (Map<String, Object> span : left.rows(TimelineTables.IRQ_SPAN)) {
                assertPartOf(
                        irqs.get(key(span, "cpu", "kind", "irq")),
                        (Long) span.get("start_ns"),
                        (Long) span.get("end_ns"),
                        when + ": " + span);
            }
            assertThat(left.rows(TimelineTables.LOST_SPAN)).hasSize(1);
        }
    }

    private static Map<String, TreeMap<Long, Long>> byWhom(Tables tables, TableSchema schema, String... by) {
        Map<String, TreeMap<Long, Long>> ends = new HashMap<>();
        for (Map<String, Object> span : tables.rows(schema)) {
            ends.computeIfAbsent(key(span, by), k -> new TreeMap<>())
                    .put((Long) span.get("start_ns"), (Long) span.get("end_ns"));
        }
        return ends;
    }

    private static String key(Map<String, Object> span, String... by) {
        StringBuilder key = new StringBuilder();
        for (String column : by) {
            key.append(span.get(column)).append(' ');
        }
        return key.toString();
    }

    private static void assertPartOf(TreeMap<Long, Long> truth, long startNs, long endNs, String what) {
        assertThat(truth).as("%s", what).isNotNull();
        Map.Entry<Long, Long> around = truth.floorEntry(startNs);
        assertThat(around).as("%s", what).isNotNull();
        assertThat(around.getValue()).as("%s", what).isGreaterThanOrEqualTo(endNs);
    }
}
