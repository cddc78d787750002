package dev.hindsight.parsers.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.ReadEvents.Event;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rows that a reading of chosen tables gives, held against a reading of all events. */
public final class ChosenRows implements ChosenTables {

    private final String table;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, EventType> types = new TreeMap<>();

    private ChosenRows(String table) {
        this.table = table;
    }

    /** The tables of a reading. */
    static List<String> tables(ReadEvents all) {
        TreeSet<String> names = new TreeSet<>();
        all.types.forEach(type -> names.add(type.table().name()));
        return List.copyOf(names);
    }

    /** A table's rows, the kinds of events and the warnings are those of a reading of all events. */
    static void assertAsAll(
            ReadOrRefused.Opener opener,
            Path file,
            ReadOptions options,
            ReadEvents all,
            List<Warning> told,
            String table)
            throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < all.events.size(); i++) {
            if (all.tables.get(i).equals(table)) {
                expected.add(all.events.get(i).line());
            }
        }
        ChosenRows rows = new ChosenRows(table);
        try (Recording recording = opener.open(file, options)) {
            recording.readChosen(rows);
            assertThat(rows.lines).as(table).isEqualTo(expected);
            assertThat(List.copyOf(rows.types.keySet())).as("kinds of events").isEqualTo(tables(all));
            assertThat(recording.warnings().all()).isEqualTo(told);
        }
    }

    @Override
    public void met(EventType type) {
        types.put(type.table().name(), type);
    }

    @Override
    public boolean chooses(TableSchema of) {
        return of.name().equals(table);
    }

    @Override
    public BlockSink open(TableSchema of) {
        assertThat(of.name()).isEqualTo(table);
        return this::take;
    }

    private void take(TableBlock block) {
        EventType type = types.get(block.schema().name());
        int fields = block.schema().columns().size() - EventTables.FIRST_FIELD;
        for (int row = 0; row < block.rows(); row++) {
            List<Object> values = new ArrayList<>(fields);
            for (int c = 0; c < fields; c++) {
                values.add(ReadEvents.value(block.column(EventTables.FIRST_FIELD + c), row));
            }
            lines.add(new Event(
                            type.system(),
                            type.name(),
                            block.get(EventTables.TS_NS, row),
                            (int) block.get(EventTables.CPU, row),
                            (int) block.get(EventTables.INSTANCE, row),
                            (int) block.get(EventTables.TID, row),
                            block.get(EventTables.FLAGS, row),
                            block.get(EventTables.PREEMPT_COUNT, row),
                            Map.of(),
                            values,
                            null)
                    .line());
        }
    }
}
