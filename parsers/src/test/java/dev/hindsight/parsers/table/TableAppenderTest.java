package dev.hindsight.parsers.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableAppenderTest {

    private static final TableSchema SCHEMA = new TableSchema(
            "t",
            "",
            List.of(
                    Column.of("a", ColumnType.INT64, ""),
                    Column.nullable("b", ColumnType.INT32, ""),
                    Column.nullable("c", ColumnType.SYMBOL, ""),
                    Column.nullable("d", ColumnType.TEXT, ""),
                    Column.nullable("e", ColumnType.UINT8, ""),
                    Column.nullable("f", ColumnType.FLOAT64, "")));

    private final List<TableBlock> blocks = new ArrayList<>();
    private final TableAppender rows = new TableAppender(SCHEMA, schema -> blocks::add);

    @Test
    void rows_come_back_as_they_were_set_over_several_blocks() {
        int count = 2 * TableBlock.ROWS + 1000;
        for (int i = 0; i < count; i++) {
            rows.addRow();
            rows.set(0, -i);
            rows.set(1, i % 3 == 0 ? ColumnData.NULL : i);
            rows.setText(2, i % 5 == 0 ? null : "s" + i % 200);
            rows.setText(3, i % 7 == 0 ? null : "text " + i);
            rows.set(4, i % 11 == 0 ? ColumnData.NULL : i % 100);
            rows.set(5, i % 13 == 0 ? ColumnData.NULL : i);
        }
        assertThat(rows.total()).isEqualTo(count);
        rows.flush();
        assertThat(rows.total()).isEqualTo(count);
        assertThat(blocks).extracting(TableBlock::rows).containsExactly(TableBlock.ROWS, TableBlock.ROWS, 1000);
        int i = 0;
        for (TableBlock block : blocks) {
            for (int row = 0; row < block.rows(); row++, i++) {
                assertThat(block.get(0, row)).isEqualTo(-i);
                assertThat(block.get(1, row)).isEqualTo(i % 3 == 0 ? ColumnData.NULL : i);
                assertThat(block.column(2).getText(row)).isEqualTo(i % 5 == 0 ? null : "s" + i % 200);
                assertThat(block.column(3).getText(row)).isEqualTo(i % 7 == 0 ? null : "text " + i);
                assertThat(block.get(4, row)).isEqualTo(i % 11 == 0 ? ColumnData.NULL : i % 100);
                Double f = ((DoubleData) block.column(5)).values()[row];
                assertThat(f).isEqualTo(Double.valueOf(i % 13 == 0 ? Double.NaN : i));
            }
        }
    }

    @Test
    void flushing_hands_over_what_there_is_and_nothing_twice() {
        rows.flush();
        assertThat(blocks).isEmpty();
        for (int i = 0; i < 3; i++) {
            rows.addRow();
            rows.set(0, i);
            rows.setText(2, "x");
            rows.setText(3, "text");
        }
        rows.flush();
        rows.flush();
        assertThat(blocks).extracting(TableBlock::rows).containsExactly(3);
    }
}
