package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TextData;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.replay.timeline.TimelineTables;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetRoundTripTest {

    @TempDir
    Path temp;

    private Dataset written(TableBlock... blocks) {
        Path dir = temp.resolve("made");
        try (DatasetWriter writer = DatasetWriter.create(dir)) {
            BlockSink sink = writer.tables(0, "recorded").open(blocks[0].schema());
            for (TableBlock block : blocks) {
                sink.accept(block);
            }
            writer.addTrace(HandMade.trace(0));
            writer.commit(List.of());
        }
        return Dataset.open(dir);
    }

    private static TableSchema schema(Column... columns) {
        return new TableSchema("made", "Made by hand.", List.of(columns));
    }

    /** The values that a column of this type must hold, beginning with its extremes. */
    private static long[] extremes(ColumnType type) {
        return switch (type) {
            case BOOL -> new long[] {0, 1, 1, 0};
            case INT8 -> new long[] {Byte.MIN_VALUE, -1, 0, Byte.MAX_VALUE};
            case INT16 -> new long[] {Short.MIN_VALUE, -1, 0, Short.MAX_VALUE};
            case INT32 -> new long[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE};
            case INT64, UINT64 -> new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE};
            case UINT8 -> new long[] {0, 127, 128, 255};
            case UINT16 -> new long[] {0, 32767, 32768, 65535};
            case UINT32 -> new long[] {0, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL};
            case FLOAT64, TEXT, SYMBOL, BINARY, INT64_LIST -> new long[0];
        };
    }

    private static Object shown(ColumnType type, long value) {
        if (type == ColumnType.BOOL) {
            return value == 1;
        } else if (type == ColumnType.UINT64 && value < 0) {
            return new BigInteger(Long.toUnsignedString(value));
        }
        return value;
    }

    @ParameterizedTest
    @EnumSource(
            names = {"FLOAT64", "TEXT", "SYMBOL", "BINARY", "INT64_LIST"},
            mode = EnumSource.Mode.EXCLUDE)
    void integers_that_are_never_null_keep_the_whole_range_of_their_type(ColumnType type) {
        TableBlock block = new TableBlock(schema(Column.of("v", type, "")));
        List<Object> expected = new ArrayList<>();
        for (long value : extremes(type)) {
            block.column(0).setLong(block.addRow(), value);
            expected.add(shown(type, value));
        }
        try (Dataset dataset = written(block)) {
            assertThat(HandMade.values(dataset, "SELECT v FROM made")).isEqualTo(expected);
            assertThat(HandMade.values(dataset, "SELECT DISTINCT typeof(v) FROM made"))
                    .containsExactly(DatasetViews.sqlType(type));
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"FLOAT64", "TEXT", "SYMBOL", "BINARY", "INT64_LIST"},
            mode = EnumSource.Mode.EXCLUDE)
    void integers_may_be_null_in_any_row(ColumnType type) {
        TableBlock block = new TableBlock(schema(Column.nullable("v", type, "")));
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            boolean isNull = i % 3 == 0;
            long value = isNull ? ColumnData.NULL : type == ColumnType.BOOL ? i % 2 : i % 100;
            block.column(0).setLong(block.addRow(), value);
            expected.add(isNull ? null : shown(type, value));
        }
        try (Dataset dataset = written(block)) {
            assertThat(HandMade.values(dataset, "SELECT v FROM made")).isEqualTo(expected);
        }
    }

    @Test
    void doubles_texts_symbols_bytes_and_lists_come_back_as_they_were() {
        TableSchema schema = schema(
                Column.nullable("d", ColumnType.FLOAT64, ""),
                Column.nullable("t", ColumnType.TEXT, ""),
                Column.nullable("s", ColumnType.SYMBOL, ""),
                Column.of("b", ColumnType.BINARY, ""),
                Column.of("l", ColumnType.INT64_LIST, ""));
        TableBlock block = new TableBlock(schema);
        double[] doubles = {0.1, Double.NaN, -Double.MAX_VALUE, Double.MIN_VALUE};
        String[] texts = {"plain", null, "", "naïve € 𝄞 \0 end"};
        byte[][] bytes = {{}, {0, (byte) 0xff}, "x".repeat(5000).getBytes(StandardCharsets.UTF_8), {1}};
        long[][] lists = {{}, {1}, {Long.MIN_VALUE, -1, Long.MAX_VALUE}, {}};
        for (int i = 0; i < 4; i++) {
            int row = block.addRow();
            ((DoubleData) block.column(0)).values()[row] = doubles[i];
            block.column(1).setText(row, texts[i]);
            block.column(2).setText(row, texts[i]);
            ((BinaryData) block.column(3)).run().append(bytes[i], 0, bytes[i].length);
            LongListData list = (LongListData) block.column(4);
            for (long item : lists[i]) {
                list.add(item);
            }
            list.endRow();
        }
        try (Dataset dataset = written(block);
                QueryResult result = dataset.query("SELECT d, t, s, b, l FROM made")) {
            for (int i = 0; i < 4; i++) {
                assertThat(result.next()).isTrue();
                assertThat(result.value(0)).isEqualTo(Double.isNaN(doubles[i]) ? null : (Object) doubles[i]);
                assertThat(result.value(1)).isEqualTo(texts[i]);
                assertThat(result.value(2)).isEqualTo(texts[i]);
                assertThat((byte[]) result.value(3)).isEqualTo(bytes[i]);
                assertThat(result.value(4))
                        .isEqualTo(Arrays.stream(lists[i]).boxed().toList());
            }
            assertThat(result.next()).isFalse();
        }
    }

    @Test
    void binary_values_that_come_again_and_again_stay_as_they_are() {
        TableBlock block = new TableBlock(schema(Column.of("b", ColumnType.BINARY, "")));
        byte[][] values = {{0x0f, 0x30, (byte) 0x90, (byte) 0xcc}, {(byte) 0xf4, (byte) 0xc3}};
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            block.addRow();
            ((BinaryData) block.column(0)).run().append(values[i % 2], 0, values[i % 2].length);
            expected.add(i % 2 == 0 ? "0F3090CC" : "F4C3");
        }
        try (Dataset dataset = written(block)) {
            assertThat(HandMade.values(dataset, "SELECT hex(b) FROM made")).isEqualTo(expected);
        }
    }

    @Test
    void bytes_that_are_no_utf_8_become_replacement_characters_and_spoil_no_neighbour() {
        TableBlock block =
                new TableBlock(schema(Column.of("t", ColumnType.TEXT, ""), Column.of("s", ColumnType.SYMBOL, "")));
        byte[][] names = {{'o', 'k'}, {'a', (byte) 0xff, 'b'}, "é".getBytes(StandardCharsets.UTF_8), {(byte) 0xc3}};
        for (byte[] name : names) {
            int row = block.addRow();
            ((TextData) block.column(0)).append(name, 0, name.length);
            var symbols = (dev.hindsight.parsers.table.SymbolData) block.column(1);
            symbols.setLong(row, symbols.symbols().code(name, 0, name.length));
        }
        List<Object> expected = List.of("ok", "a\uFFFDb", "é", "\uFFFD");
        try (Dataset dataset = written(block)) {
            assertThat(HandMade.values(dataset, "SELECT t FROM made")).isEqualTo(expected);
            assertThat(HandMade.values(dataset, "SELECT s FROM made")).isEqualTo(expected);
        }
    }

    @Test
    void each_block_has_symbols_of_its_own() {
        TableSchema schema = schema(Column.of("n", ColumnType.INT32, ""), Column.of("s", ColumnType.SYMBOL, ""));
        TableBlock[] blocks = new TableBlock[20];
        int n = 0;
        for (int b = 0; b < blocks.length; b++) {
            blocks[b] = new TableBlock(schema);
            for (int i = 0; i < 3000; i++) {
                int row = blocks[b].addRow();
                blocks[b].column(0).setLong(row, n);
                blocks[b].column(1).setText(row, "task-" + (n % (5 + b)));
                n++;
            }
        }
        try (Dataset dataset = written(blocks)) {
            String wrong = "SELECT count(*) FROM made WHERE s <> 'task-' || (n % (5 + n // 3000))";
            assertThat(HandMade.values(dataset, wrong)).containsExactly(0L);
            assertThat(HandMade.values(dataset, "SELECT count(*) FROM made")).containsExactly((long) n);
        }
    }

    @Test
    void random_rows_of_many_blocks_come_back_in_order() {
        long seed = 20260101;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        TableSchema schema = schema(
                Column.of("ts_ns", ColumnType.INT64, ""),
                Column.nullable("u", ColumnType.UINT64, ""),
                Column.nullable("i", ColumnType.INT32, ""),
                Column.of("b", ColumnType.UINT8, ""),
                Column.nullable("t", ColumnType.TEXT, ""));
        int rows = TableBlock.ROWS + 1234;
        List<TableBlock> blocks = new ArrayList<>();
        blocks.add(new TableBlock(schema));
        long[] longs = new long[rows];
        long ts = 0;
        for (int k = 0; k < rows; k++) {
            TableBlock block = blocks.get(blocks.size() - 1);
            if (block.isFull()) {
                block = new TableBlock(schema);
                blocks.add(block);
            }
            int row = block.addRow();
            ts += random.nextInt(5000);
            longs[k] = random.nextInt(4) == 0 ? ColumnData.NULL : random.nextLong() | 1;
            block.column(0).setLong(row, ts);
            block.column(1).setLong(row, longs[k]);
            block.column(2).setLong(row, longs[k] == ColumnData.NULL ? longs[k] : (int) longs[k] | 1);
            block.column(3).setLong(row, longs[k] & 0xFF);
            block.column(4).setText(row, longs[k] == ColumnData.NULL ? null : Long.toHexString(longs[k]));
        }
        try (Dataset dataset = written(blocks.toArray(new TableBlock[0]));
                QueryResult result = dataset.query("SELECT u, i, b, t, ts_ns FROM made")) {
            long before = Long.MIN_VALUE;
            for (int k = 0; k < rows; k++) {
                assertThat(result.next()).isTrue();
                boolean isNull = longs[k] == ColumnData.NULL;
                assertThat(result.value(0)).isEqualTo(isNull ? null : shown(ColumnType.UINT64, longs[k]));
                assertThat(result.value(1)).isEqualTo(isNull ? null : (Object) (long) ((int) longs[k] | 1));
                assertThat(result.value(2)).isEqualTo(longs[k] & 0xFF);
                assertThat(result.value(3)).isEqualTo(isNull ? null : Long.toHexString(longs[k]));
                assertThat(result.longValue(4)).isGreaterThanOrEqualTo(before);
                before = result.longValue(4);
            }
            assertThat(result.next()).isFalse();
        }
    }

    @Test
    void a_table_whose_columns_differ_from_trace_to_trace_has_those_of_all() {
        TableSchema old = new TableSchema("differing", "", List.of(Column.of("a", ColumnType.INT32, "")));
        TableSchema now = new TableSchema(
                "differing", "", List.of(Column.of("a", ColumnType.INT64, ""), Column.of("b", ColumnType.INT32, "")));
        Path dir = temp.resolve("two");
        try (DatasetWriter writer = DatasetWriter.create(dir)) {
            TableBlock first = new TableBlock(old);
            first.column(0).setLong(first.addRow(), -1);
            writer.tables(0, "recorded").open(old).accept(first);
            TableBlock second = new TableBlock(now);
            int row = second.addRow();
            second.column(0).setLong(row, 1L << 40);
            second.column(1).setLong(row, 2);
            writer.tables(1, "recorded").open(now).accept(second);
            writer.addTrace(HandMade.trace(0));
            writer.addTrace(HandMade.trace(1));
            writer.commit(List.of());
        }
        try (Dataset dataset = Dataset.open(dir);
                QueryResult result = dataset.query("SELECT trace, a, b FROM differing ORDER BY trace")) {
            assertThat(result.next()).isTrue();
            assertThat(List.of(result.value(0), result.value(1))).isEqualTo(List.of(0L, -1L));
            assertThat(result.value(2)).isNull();
            assertThat(result.next()).isTrue();
            assertThat(List.of(result.value(0), result.value(1), result.value(2)))
                    .isEqualTo(List.of(1L, 1L << 40, 2L));
        }
    }

    @Test
    void tables_without_rows_are_there_with_their_columns() {
        try (Dataset dataset = written(HandMade.numbers(0, 1))) {
            for (TableSchema table : TimelineTables.ALL) {
                try (QueryResult result = dataset.query("FROM " + table.name())) {
                    List<String> names = new ArrayList<>();
                    table.columns().forEach(c -> names.add(c.name()));
                    names.add("trace");
                    names.add("run");
                    assertThat(result.columns()).extracting(c -> c.name()).isEqualTo(names);
                    assertThat(result.next()).isFalse();
                }
            }
            assertThat(HandMade.values(dataset, "SELECT args FROM events")).isEmpty();
        }
    }

    @Test
    void blocks_may_come_from_many_threads_with_little_room() {
        Path dir = temp.resolve("many");
        int threads = 4;
        int blocks = 12;
        try (DatasetWriter writer = DatasetWriter.create(dir, 2, 1 << 20)) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int trace = t;
                running.add(CompletableFuture.runAsync(() -> {
                    BlockSink sink = writer.tables(trace, "recorded").open(HandMade.NUMBERS);
                    for (int b = 0; b < blocks; b++) {
                        sink.accept(HandMade.numbers(b * 20_000L, (b + 1) * 20_000L));
                    }
                }));
            }
            running.forEach(CompletableFuture::join);
            for (int t = 0; t < threads; t++) {
                writer.addTrace(HandMade.trace(t));
            }
            Manifest manifest = writer.commit(List.of("job=pio:0x510"));
            assertThat(manifest.markers()).containsExactly("job=pio:0x510");
        }
        try (Dataset dataset = Dataset.open(dir)) {
            String sql = "SELECT count(DISTINCT n)::VARCHAR || ' ' || sum(n) || ' ' || count(*) FROM numbers GROUP BY"
                    + " trace ORDER BY trace";
            assertThat(HandMade.values(dataset, sql))
                    .containsOnly("240000 28799880000 240000")
                    .hasSize(threads);
            // Files are read in their order, so each trace's rows are in the order in which they came.
            String order = "SELECT count(*) FROM (SELECT trace, n, row_number() OVER () AS at FROM numbers) a JOIN"
                    + " (SELECT trace, n, row_number() OVER () AS at FROM numbers) b ON a.at + 1 = b.at AND a.trace ="
                    + " b.trace WHERE b.n <> a.n + 1";
            assertThat(HandMade.values(dataset, order)).containsExactly(0L);
        }
    }
}
