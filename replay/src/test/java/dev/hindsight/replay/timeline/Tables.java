package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Keeps the blocks of all tables in memory, and reads them as rows. */
public final class Tables implements TableSinks {

    private final Map<String, List<TableBlock>> blocks = new LinkedHashMap<>();

    @Override
    public BlockSink open(TableSchema schema) {
        if (blocks.put(schema.name(), new ArrayList<>()) != null) {
            throw new IllegalStateException("table " + schema.name() + " opened twice");
        }
        return block -> blocks.get(schema.name()).add(block);
    }

    /** The rows of a table in the order written: column name to Long, String or null; empty where it was not opened. */
    public List<Map<String, Object>> rows(TableSchema schema) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (TableBlock block : blocks.getOrDefault(schema.name(), List.of())) {
            for (int row = 0; row < block.rows(); row++) {
                Map<String, Object> values = new LinkedHashMap<>();
                for (int c = 0; c < schema.columns().size(); c++) {
                    values.put(schema.columns().get(c).name(), value(block.column(c), row));
                }
                rows.add(values);
            }
        }
        return rows;
    }

    /** Some columns of a table, a line a row, values apart by one space, sorted by the text. */
    public List<String> lines(TableSchema schema, String... columns) {
        return rows(schema).stream()
                .map(row -> {
                    StringJoiner line = new StringJoiner(" ");
                    for (String column : columns) {
                        if (!row.containsKey(column)) {
                            throw new IllegalArgumentException("no column " + column);
                        }
                        line.add(String.valueOf(row.get(column)));
                    }
                    return line.toString();
                })
                .sorted()
                .toList();
    }

    private static Object value(ColumnData data, int row) {
        Column column = data.column();
        if (column.type() == ColumnType.TEXT || column.type() == ColumnType.SYMBOL) {
            return data.getText(row);
        }
        long value = data.getLong(row);
        return column.nullable() && value == ColumnData.NULL ? null : value;
    }
}
