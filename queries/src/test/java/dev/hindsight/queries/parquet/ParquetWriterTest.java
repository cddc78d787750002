package dev.hindsight.queries.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TextData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written here, as DuckDB reads them. */
class ParquetWriterTest {

    private static final int[] ROWS = {1, 8, 9, 129, 5000};

    private static Connection duckdb;

    @TempDir
    Path directory;

    private int written;

    @BeforeAll
    static void open() throws Exception {
        duckdb = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterAll
    static void close() throws Exception {
        duckdb.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = ColumnType.class,
            names = {"BOOL", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"})
    void integers_of_every_width_and_pattern_come_back(ColumnType type) throws Exception {
        int bits = switch (type) {
            case BOOL -> 1;
            case INT8, UINT8 -> 8;
            case INT16, UINT16 -> 16;
            case INT32, UINT32 -> 32;
            default -> 64;
        };
        boolean signed = type.name().startsWith("INT");
        long seed = 41;
        Random random = new Random(seed);
        List<LongUnaryOperator> patterns = List.of(
                i -> 1,
                i -> i / 100,
                i -> i % 3,
                i -> random.nextLong(),
                i -> random.nextInt(20),
                i -> 1_000_000_007L * i + random.nextInt(1000),
                i -> i % 50 < 40 ? 0 : random.nextInt(),
                i -> i == 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE,
                i -> random.nextInt(4000) * 0x123456789L);
        for (int p = 0; p < patterns.size(); p++) {
            for (int rows : ROWS) {
                for (boolean nullable : new boolean[] {false, true}) {
                    Column column = nullable ? Column.nullable("c", type, "") : Column.of("c", type, "");
                    TableBlock block = block(column, rows);
                    List<Object> expected = new ArrayList<>();
                    for (int i = 0; i < rows; i++) {
                        long value = patterns.get(p).applyAsLong(i);
                        value = bits == 64
                                ? value
                                : signed ? value << 64 - bits >> 64 - bits : value & (1L << bits) - 1;
                        boolean isNull = nullable && (random.nextInt(5) == 0 || value == smallest(type));
                        block.column(0).setLong(i, isNull ? ColumnData.NULL : value);
                        expected.add(
                                isNull ? null : type == ColumnType.UINT64 ? Long.toUnsignedString(value) : "" + value);
                    }
                    assertThat(read(column, "CAST(c AS " + (type == ColumnType.BOOL ? "INT" : "HUGEINT") + ")", block))
                            .as("seed %d, pattern %d, %d rows, %s", seed, p, rows, column)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** The value that stands for null in a nullable column. */
    private static long smallest(ColumnType type) {
        return switch (type) {
            case INT8 -> Byte.MIN_VALUE;
            case UINT8 -> 0x80;
            case INT16 -> Short.MIN_VALUE;
            case UINT16 -> 0x8000;
            case INT32 -> Integer.MIN_VALUE;
            case UINT32 -> 0x80000000L;
            default -> Long.MIN_VALUE;
        };
    }

    @Test
    void types_are_those_of_the_columns() throws Exception {
        List<Column> columns = new ArrayList<>();
        for (ColumnType type : ColumnType.values()) {
            columns.add(Column.of(type.name(), type, ""));
        }
        TableSchema schema = new TableSchema("t", "", columns);
        TableBlock block = new TableBlock(schema);
        block.addRow();
        for (int i = 0; i < columns.size(); i++) {
            switch (columns.get(i).type()) {
                case TEXT, SYMBOL -> block.column(i).setText(0, "x");
                case BINARY -> ((BinaryData) block.column(i)).run().append(new byte[1], 0, 1);
                case INT64_LIST -> ((LongListData) block.column(i)).endRow();
                default -> block.column(i).setLong(0, 1);
            }
        }
        assertThat(write(schema, List.of(block), "SELECT column_type FROM (DESCRIBE FROM %s)", r -> r.getString(1)))
                .containsExactly(
                        "BOOLEAN",
                        "TINYINT",
                        "SMALLINT",
                        "INTEGER",
                        "BIGINT",
                        "UTINYINT",
                        "USMALLINT",
                        "UINTEGER",
                        "UBIGINT",
                        "DOUBLE",
                        "VARCHAR",
                        "VARCHAR",
                        "BLOB",
                        "BIGINT[]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void texts_come_back_whether_few_or_many_are_distinct(boolean nullable) throws Exception {
        List<IntFunction<String>> patterns = List.of(
                i -> "same",
                i -> "name" + i % 7,
                i -> "distinct " + i * 31,
                i -> "",
                i -> "größer " + i % 3,
                i -> "\0a");
        for (ColumnType type : new ColumnType[] {ColumnType.TEXT, ColumnType.SYMBOL}) {
            for (IntFunction<String> pattern : patterns) {
                for (int rows : ROWS) {
                    Column column = nullable ? Column.nullable("c", type, "") : Column.of("c", type, "");
                    TableBlock block = block(column, rows);
                    List<Object> expected = new ArrayList<>();
                    for (int i = 0; i < rows; i++) {
                        String text = nullable && i % 4 == 1 ? null : pattern.apply(i);
                        block.column(0).setText(i, text);
                        expected.add(text);
                    }
                    assertThat(read(column, "c", block)).as(column + " " + rows).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void bytes_that_are_no_utf8_become_replacement_characters() throws Exception {
        Column column = Column.of("c", ColumnType.TEXT, "");
        TableBlock block = block(column, 1);
        ((TextData) block.column(0)).append(new byte[] {'a', (byte) 0xFF, 'b'}, 0, 3);
        assertThat(read(column, "c", block)).containsExactly("a\uFFFDb");
    }

    @Test
    void numbers_bytes_and_lists_come_back() throws Exception {
        TableSchema schema = new TableSchema(
                "t",
                "",
                List.of(
                        Column.nullable("d", ColumnType.FLOAT64, ""),
                        Column.of("b", ColumnType.BINARY, ""),
                        Column.of("l", ColumnType.INT64_LIST, "")));
        for (int rows : ROWS) {
            TableBlock block = new TableBlock(schema);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                block.addRow();
                ((DoubleData) block.column(0)).values()[i] = i % 3 == 0 ? Double.NaN : i / 8.0;
                byte[] bytes = ("\u0001" + i).getBytes(StandardCharsets.ISO_8859_1);
                ((BinaryData) block.column(1)).run().append(bytes, 0, bytes.length);
                List<Long> items = new ArrayList<>();
                for (int k = 0; k < i % 4; k++) {
                    items.add(-1L * i * k);
                    ((LongListData) block.column(2)).add(-1L * i * k);
                }
                ((LongListData) block.column(2)).endRow();
                expected.add((i % 3 == 0 ? null : i / 8.0) + " " + Arrays.toString(bytes) + " " + items);
            }
            assertThat(write(schema, List.of(block), "SELECT d, b, l FROM %s", r -> {
                        Blob blob = r.getBlob(2);
                        return r.getObject(1)
                                + " "
                                + Arrays.toString(blob.getBytes(1, (int) blob.length()))
                                + " "
                                + Arrays.toString((Object[]) r.getArray(3).getArray());
                    }))
                    .isEqualTo(expected);
        }
    }

    @Test
    void several_blocks_are_row_groups_with_statistics_that_select() throws Exception {
        TableSchema schema = new TableSchema("t", "", List.of(Column.of("n", ColumnType.UINT64, "")));
        List<TableBlock> blocks = new ArrayList<>();
        for (int b = 0; b < 3; b++) {
            TableBlock block = new TableBlock(schema);
            for (int i = 0; i < TableBlock.ROWS; i++) {
                block.column(0).setLong(block.addRow(), (b - 1L) * TableBlock.ROWS + i);
            }
            blocks.add(block);
        }
        assertThat(write(schema, blocks, "SELECT count(*) FROM %s WHERE n < 1000", r -> r.getLong(1)))
                .containsExactly(1000L);
        assertThat(write(
                        schema,
                        blocks,
                        "SELECT stats_min_value || ' ' || stats_max_value FROM parquet_metadata('FILE')",
                        r -> r.getString(1)))
                .containsExactly(
                        "18446744073709428736 18446744073709551615",
                        "0 " + (TableBlock.ROWS - 1),
                        TableBlock.ROWS + " " + (2 * TableBlock.ROWS - 1));
    }

    private static TableBlock block(Column column, int rows) {
        TableBlock block = new TableBlock(new TableSchema("t", "", List.of(column)));
        for (int i = 0; i < rows; i++) {
            block.addRow();
        }
        return block;
    }

    private interface Row {
        Object of(ResultSet rows) throws Exception;
    }

    private List<Object> read(Column column, String expression, TableBlock block) throws Exception {
        TableSchema schema = new TableSchema("t", "", List.of(column));
        return write(schema, List.of(block), "SELECT " + expression + " FROM %s", r -> r.getString(1));
    }

    private List<Object> write(TableSchema schema, List<TableBlock> blocks, String sql, Row row) throws Exception {
        Path file = directory.resolve("written" + written++ + ".parquet");
        try (ParquetWriter writer = new ParquetWriter()) {
            writer.write(file, schema, blocks);
        }
        List<Object> read = new ArrayList<>();
        String query = sql.replace("%s", "read_parquet('" + file + "')").replace("FILE", file.toString());
        try (Statement statement = duckdb.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                read.add(row.of(rows));
            }
        }
        return read;
    }
}
