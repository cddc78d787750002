package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small datasets and tables for tests. */
final class HandMade {

    static final RecordingInfo INFO = new RecordingInfo(
            "made.dat",
            "trace.dat",
            "7",
            "x86_64",
            "little",
            8,
            "6.1.0",
            "Linux",
            "mono",
            1,
            2,
            List.of(""),
            Map.of(),
            0,
            List.of());

    static final TableSchema NUMBERS = new TableSchema(
            "numbers",
            "Numbers.",
            List.of(Column.of("n", ColumnType.INT64, "number"), Column.of("word", ColumnType.SYMBOL, "its word")));

    private HandMade() {}

    static Manifest.Trace trace(int number) {
        return new Manifest.Trace(number, INFO, 100, "00", null, null, 0, 0, 0, false, List.of(), List.of());
    }

    /** Numbers from {@code from} to {@code to}, the latter exclusive. */
    static TableBlock numbers(long from, long to) {
        TableBlock block = new TableBlock(NUMBERS);
        for (long n = from; n < to; n++) {
            int row = block.addRow();
            block.column(0).setLong(row, n);
            block.column(1).setText(row, "word " + n % 7);
        }
        return block;
    }

    /** All values of a column, in the order of the rows. */
    static List<Object> values(Dataset dataset, String sql) {
        try (var result = dataset.query(sql)) {
            List<Object> values = new ArrayList<>();
            while (result.next()) {
                values.add(result.value(0));
            }
            return values;
        }
    }
}
