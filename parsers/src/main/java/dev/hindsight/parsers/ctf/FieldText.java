package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventText;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import java.util.List;

/** An event's fields as {@code name=value} pairs; CTF does not tell how its author wants to see them. */
final class FieldText implements EventText {

    @Override
    public void append(EventType type, TableBlock block, int row, StringBuilder to) {
        List<Column> columns = type.table().columns();
        String before = "";
        for (int i = EventTables.FIRST_FIELD; i < columns.size(); i++) {
            to.append(before).append(columns.get(i).name()).append('=');
            value(block.column(i), columns.get(i).type(), row, to);
            before = " ";
        }
    }

    private static void value(ColumnData data, ColumnType type, int row, StringBuilder to) {
        switch (type) {
            case TEXT, SYMBOL -> to.append(data.getText(row));
            case FLOAT64 -> to.append(((DoubleData) data).values()[row]);
            case INT64_LIST -> {
                LongListData list = (LongListData) data;
                to.append('[');
                for (int i = list.ends()[row]; i < list.ends()[row + 1]; i++) {
                    to.append(i == list.ends()[row] ? "" : ", ").append(list.items()[i]);
                }
                to.append(']');
            }
            default -> {
                long value = data.getLong(row);
                if (value == ColumnData.NULL && data.column().nullable()) {
                    to.append("null");
                } else {
                    to.append(type == ColumnType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value));
                }
            }
        }
    }
}
