package dev.hindsight.queries.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DuckDB reads from our Parquet must be what it reads from the same blocks through Arrow, row for row. */
class ParquetAndArrowTest {

    private static BufferAllocator allocator;
    private static DuckDBConnection database;

    @TempDir
    Path temp;

    private int files;

    @BeforeAll
    static void open() throws SQLException {
        allocator = new RootAllocator();
        database = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
        allocator.close();
    }

    private static void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private Path write(List<TableBlock> blocks) throws IOException {
        Path file = temp.resolve(files++ + ".parquet");
        try (ParquetWriter writer = new ParquetWriter()) {
            writer.write(file, blocks.get(0).schema(), blocks);
        }
        return file;
    }

    private Path assertSame(List<TableBlock> blocks) throws IOException, SQLException {
        Path file = write(blocks);
        try (BlockStream stream = new BlockStream(blocks.get(0).schema(), blocks, allocator);
                ArrowArrayStream exported = ArrowArrayStream.allocateNew(allocator)) {
            Data.exportArrayStream(allocator, stream, exported);
            database.registerArrowStream("stream", exported);
            execute("CREATE OR REPLACE TEMP TABLE expected AS FROM stream");
        }
        String ours = "read_parquet('" + file + "')";
        String numbered = "SELECT *, row_number() OVER () FROM ";
        assertThat(value("SELECT count(*) FROM expected")).isEqualTo(value("SELECT count(*) FROM " + ours));
        assertThat(value("SELECT count(*) FROM (" + numbered + "expected EXCEPT ALL " + numbered + ours + ")"))
                .isEqualTo("0");
        assertThat(value("SELECT string_agg(column_type, ' ') FROM (DESCRIBE FROM " + ours + ")"))
                .isEqualTo(value("SELECT string_agg(column_type, ' ') FROM (DESCRIBE expected)"));
        return file;
    }

    private static TableBlock integers(ColumnType type, boolean nullable, int rows, IntToLongFunction values) {
        Column column = new Column("v", type, nullable, "");
        TableBlock block = new TableBlock(new TableSchema("t", "", List.of(column)));
        for (int i = 0; i < rows; i++) {
            block.column(0).setLong(block.addRow(), values.applyAsLong(i));
        }
        return block;
    }

    private static String encodings(Path file) throws SQLException {
        return value("SELECT string_agg(encodings, ' ') FROM parquet_metadata('" + file + "')");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 31, 32, 33, 127, 128, 129, 130, 257, 1000, 122_880})
    void any_number_of_rows_is_written_whole(int rows) throws Exception {
        assertSame(List.of(integers(ColumnType.INT64, false, rows, i -> i * 1_000_003L)));
        assertSame(List.of(integers(ColumnType.INT32, false, rows, i -> i % 5)));
        assertSame(List.of(integers(ColumnType.INT64, true, rows, i -> i % 3 == 0 ? ColumnData.NULL : i)));
        assertSame(List.of(integers(ColumnType.BOOL, true, rows, i -> i % 3 == 0 ? ColumnData.NULL : i & 1)));
        assertSame(List.of(integers(ColumnType.UINT64, true, rows, i -> ColumnData.NULL)));
    }

    @Test
    void time_stamps_take_little_room_as_deltas_and_few_values_as_codes() throws Exception {
        Random random = new Random(1);
        long[] ns = {12_000_000_000L};
        Path times = assertSame(
                List.of(integers(ColumnType.INT64, false, TableBlock.ROWS, i -> ns[0] += random.nextInt(2000))));
        assertThat(encodings(times)).contains("DELTA_BINARY_PACKED");
        assertThat(java.nio.file.Files.size(times)).isLessThan(TableBlock.ROWS * 3L / 2);
        Path codes =
                assertSame(List.of(integers(ColumnType.UINT64, false, TableBlock.ROWS, i -> -1L - random.nextInt(4))));
        assertThat(encodings(codes)).contains("RLE_DICTIONARY");
        assertThat(java.nio.file.Files.size(codes)).isLessThan(TableBlock.ROWS / 3L);
        Path noise = assertSame(List.of(integers(ColumnType.INT64, false, TableBlock.ROWS, i -> random.nextLong())));
        assertThat(java.nio.file.Files.size(noise)).isLessThan(TableBlock.ROWS * 17L / 2);
    }

    @Test
    void differences_may_wrap_around() throws Exception {
        long[] steps = {Long.MAX_VALUE, Long.MIN_VALUE, -1, 0, 1, Long.MIN_VALUE + 1};
        assertSame(List.of(integers(ColumnType.INT64, false, 50_000, i -> steps[i % steps.length] ^ i)));
        assertSame(List.of(integers(ColumnType.INT64, false, 50_000, i -> (long) i << 40)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 255, 256, 257, 2048, 8191, 8192, 8193, 20_000})
    void any_number_of_distinct_values_and_any_lengths_of_runs_come_back(int distinct) throws Exception {
        long seed = 77L + distinct;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long[] now = new long[2];
        for (ColumnType type : List.of(ColumnType.INT32, ColumnType.INT64)) {
            assertSame(List.of(integers(type, false, 60_000, i -> {
                if (--now[1] <= 0) {
                    now[0] = random.nextInt(distinct) * 100_003L;
                    now[1] = random.nextInt(4) == 0 ? random.nextInt(200) : 1;
                }
                return type == ColumnType.INT32 ? (int) now[0] : now[0];
            })));
        }
    }

    @Test
    void random_tables_of_all_types_come_back() throws Exception {
        long seed = 4711;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 8; round++) {
            List<Column> columns = new ArrayList<>();
            for (ColumnType type : ColumnType.values()) {
                columns.add(Column.of("a_" + type, type, ""));
                if (type != ColumnType.INT64_LIST) {
                    columns.add(Column.nullable("b_" + type, type, ""));
                }
            }
            TableSchema schema = new TableSchema("t", "", columns);
            List<TableBlock> blocks = new ArrayList<>();
            for (int b = 0; b <= random.nextInt(3); b++) {
                blocks.add(random(schema, 1 + random.nextInt(6000), 1 << random.nextInt(20), random));
            }
            assertSame(blocks);
        }
    }

    private static TableBlock random(TableSchema schema, int rows, int distinct, Random random) {
        TableBlock block = new TableBlock(schema);
        for (int i = 0; i < rows; i++) {
            int row = block.addRow();
            for (int c = 0; c < schema.columns().size(); c++) {
                Column column = schema.columns().get(c);
                long value = random.nextInt(distinct) * 0x9E3779B97F4A7C15L;
                boolean isNull = column.nullable() && random.nextInt(5) == 0;
                ColumnData data = block.column(c);
                switch (column.type()) {
                    case TEXT, SYMBOL ->
                        data.setText(row, isNull ? null : "t" + Long.toHexString(value) + (value % 7 == 0 ? "é" : ""));
                    case BINARY -> {
                        byte[] bytes = Long.toString(value).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                        if (isNull) {
                            ((BinaryData) data).run().appendNull();
                        } else {
                            ((BinaryData) data).run().append(bytes, 0, random.nextInt(bytes.length));
                        }
                    }
                    case INT64_LIST -> {
                        for (int n = random.nextInt(4); n > 0; n--) {
                            ((LongListData) data).add(value + n);
                        }
                        ((LongListData) data).endRow();
                    }
                    case BOOL -> data.setLong(row, isNull ? ColumnData.NULL : value & 1);
                    case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT64 ->
                        data.setLong(row, isNull ? ColumnData.NULL : value);
                }
            }
        }
        return block;
    }

    @Test
    void the_range_of_a_row_group_lets_a_reader_pass_over_it() throws Exception {
        List<TableBlock> blocks = List.of(
                integers(ColumnType.UINT64, false, 1000, i -> i),
                integers(ColumnType.UINT64, false, 1000, i -> -1000L + i));
        Path file = assertSame(blocks);
        assertThat(value("SELECT string_agg(stats_min_value || '..' || stats_max_value, ' ' ORDER BY row_group_id) FROM"
                        + " parquet_metadata('" + file + "')"))
                .isEqualTo("0..999 18446744073709550616..18446744073709551615");
        assertThat(value("SELECT count(*) FROM read_parquet('" + file + "') WHERE v > 9223372036854775808"))
                .isEqualTo("1000");
    }

    @Test
    void long_lists_and_long_texts_come_back() throws Exception {
        TableSchema schema = new TableSchema(
                "t", "", List.of(Column.of("l", ColumnType.INT64_LIST, ""), Column.nullable("t", ColumnType.TEXT, "")));
        TableBlock block = new TableBlock(schema);
        for (int i = 0; i < 300; i++) {
            int row = block.addRow();
            LongListData list = (LongListData) block.column(0);
            for (int n = 0; n < i * 5; n++) {
                list.add(i ^ n);
            }
            list.endRow();
            block.column(1)
                    .setText(row, i % 10 == 0 ? null : Integer.toString(i).repeat(i * 10));
        }
        assertSame(List.of(block, block));
    }
}
