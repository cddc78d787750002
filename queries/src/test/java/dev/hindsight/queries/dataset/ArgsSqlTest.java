package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FormatEventText;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.tracedat.TraceDatRecording;
import dev.hindsight.sampletraces.SampleTraces;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SQL of a print format gives the text that the parser's own renderer gives, row by row. */
final class ArgsSqlTest {

    private static final int ROWS_PER_EVENT = 40;

    private final FormatEventText text = new FormatEventText(SymbolResolver.NONE, false);
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bonnie-pitspin-base", "arm64-load-other", "ppc32be-e500-load-other", "v7-buffers", "v6-dynamic"
            })
    void every_event_of_a_recording_reads_the_same_in_sql(String sample) throws SQLException {
        List<EventType> types = new ArrayList<>();
        List<List<String>> expected = new ArrayList<>();
        List<List<List<String>>> rows = new ArrayList<>();
        try (TraceDatRecording recording = TraceDatRecording.open(SampleTraces.trace(sample), ReadOptions.DEFAULT)) {
            recording.read(schema -> block -> {}, new RecordingSink() {
                @Override
                public void type(EventType type) {
                    types.add(type);
                    expected.add(new ArrayList<>());
                    rows.add(new ArrayList<>());
                }

                @Override
                public void slice(EventSlice slice) {
                    for (int i = 0; i < slice.size; i++) {
                        int type = slice.type[i];
                        if (rows.get(type).size() < ROWS_PER_EVENT) {
                            rows.get(type).add(values(slice.blocks[type], slice.row[i]));
                            StringBuilder args = new StringBuilder();
                            text.append(types.get(type).print(), slice.blocks[type], slice.row[i], args);
                            expected.get(type).add(args.toString());
                        }
                    }
                }

                @Override
                public void lost(int cpu, int instance, long startNs, long endNs, long events) {}
            });
        }
        assertThat(types).hasSizeGreaterThan(3);
        for (EventType type : types) {
            List<String> args = inSql(type.table(), type.print(), rows.get(type.index()));
            assertThat(args).as(type.name()).isEqualTo(expected.get(type.index()));
        }
    }

    @Test
    void all_kinds_of_fields_and_functions_read_the_same_in_sql_for_any_values() throws Exception {
        assertSame(
                "\"%d|%-6d|%+06d|%x|%#x|%08x|%llu|%lld|%#018llx|%X|%o|%hhu|%hd|%c|%3u|%.3d|\", REC->i, REC->i, REC->h,"
                        + " REC->u, REC->u, REC->i, REC->q, REC->s, REC->q, REC->b, REC->u, REC->i, REC->u,"
                        + " (REC->b & 31) + 64, REC->b, REC->h");
    }

    @Test
    void arithmetic_is_that_of_c_in_sql() throws Exception {
        assertSame("\"%d %u %lld %llu %d %d %d %d\", REC->i + REC->h * 3, REC->u - REC->i, REC->s * REC->s, REC->q *"
                + " REC->s, REC->i / (REC->h & 3), REC->i % 7, -REC->i, ~REC->i");
        assertSame(
                "\"%d %u %lld %llu %d %lx\", REC->i >> 3, REC->u >> (REC->b & 31), REC->s >> 7, REC->q >> 9, REC->i << 5,"
                        + " REC->q << (REC->b & 63)");
        assertSame("\"%d%d%d%d%d%d %d\", REC->i < 0, REC->i < REC->u, REC->s >= REC->h, REC->q == REC->s, !REC->b,"
                + " REC->t && REC->i > 5, (REC->i & 1) ? REC->h : REC->i");
        assertSame(
                "\"%u %d %lld %x %llx\", (u8)REC->i, (s8)REC->u, (long)REC->i, (unsigned short)REC->s, REC->i ^ REC->q");
        assertSame("\"%d %x\", REC->q / REC->s > 3 ? 1 : -1, (REC->u | 0xff00) & ~0xf0");
    }

    @Test
    void names_of_values_and_bits_are_the_same_in_sql() throws Exception {
        assertSame("\"%s %10s|%-5s|\", __print_symbolic(REC->b & 3, { 0, \"it's\" }, { 1, \"one\" }),"
                + " __print_symbolic(REC->h & 1, { 0, \"even\" }), REC->t ? \"yes\" : \"no\"");
        assertSame("\"%s\", __print_flags(REC->u & 0xff, \"|\", { 1, \"A\" }, { 2, \"B\" }, { 0x40, \"C\" })");
        assertSame("\"%s\", __print_flags(REC->b, \"+\", { 3, \"AB\" }, { 1, \"A\" }, { 6, \"BC\" }, { 2, \"B\" })");
        assertSame("\"%s\", __print_flags(REC->q, \"\", { 1ULL << 63, \"top\" }) ");
    }

    @Test
    void texts_arrays_and_addresses_are_the_same_in_sql() throws Exception {
        assertSame("\"%s|%-20s|%.3s|%s%%\\n\", REC->comm, __get_str(name), REC->comm, __get_str(name)");
        assertSame("\"%s %s %s\", __print_array(__get_dynamic_array(list), __get_dynamic_array_len(list) / 4, 4),"
                + " __print_hex(REC->mac, 4), __print_hex_str(REC->mac, 6)");
        assertSame("\"%d %d %u\", REC->words[1], REC->mac[2], __get_dynamic_array_len(list)");
        assertSame("\"%s %s\", __get_bitmask(mask), __get_cpumask(mask)");
        assertSame(
                "\"%p %20p %ps %pS %pM %pm %pMR\", REC->p, REC->p, REC->p, (void *)REC->q, REC->mac, REC->mac, REC->mac");
        assertSame("\"%pU %pUl %pUB %pI6 %pi6\", REC->uuid, REC->uuid, REC->uuid, REC->uuid, REC->uuid");
        assertSame("\"%pI4 %pi4\", REC->ip, REC->ip");
    }

    @Test
    void what_no_sql_can_say_reads_as_fields() throws Exception {
        assertSame("\"%s\", ({ int x = REC->i; x; })");
        String fields = ArgsSql.of(PrintFormat.parse(format("({ no text; })")));
        assertThat(ArgsSql.of(PrintFormat.parse(format("\"%pI6c\", REC->uuid"))))
                .isEqualTo(fields);
        assertThat(ArgsSql.of(PrintFormat.parse(format("\"no fields at all\\n\""))))
                .isEqualTo("'no fields at all'");
    }

    @Test
    void addresses_are_named_by_the_callers_expression() throws Exception {
        String sql = ArgsSql.of(
                PrintFormat.parse(format("\"%ps %pS\", REC->p, REC->p")),
                (address, withOffset) -> "name_of(" + address + ", " + withOffset + ")");
        assertThat(sql).contains("name_of((\"p\")::UBIGINT, false)", "name_of((\"p\")::UBIGINT, true)");
    }

    private static EventFormat format(String print) throws FormatException {
        String[] fields = {
            "int i;\toffset:8;\tsize:4;\tsigned:1;",
            "u32 u;\toffset:12;\tsize:4;\tsigned:0;",
            "short h;\toffset:16;\tsize:2;\tsigned:1;",
            "u8 b;\toffset:18;\tsize:1;\tsigned:0;",
            "bool t;\toffset:19;\tsize:1;\tsigned:0;",
            "u64 q;\toffset:24;\tsize:8;\tsigned:0;",
            "s64 s;\toffset:32;\tsize:8;\tsigned:1;",
            "void * p;\toffset:40;\tsize:8;\tsigned:0;",
            "unsigned long cpu;\toffset:48;\tsize:8;\tsigned:0;",
            "char comm[16];\toffset:56;\tsize:16;\tsigned:0;",
            "__data_loc char[] name;\toffset:72;\tsize:4;\tsigned:1;",
            "__data_loc u32[] list;\toffset:76;\tsize:4;\tsigned:0;",
            "__data_loc cpumask_t[] mask;\toffset:80;\tsize:4;\tsigned:0;",
            "u8 mac[6];\toffset:84;\tsize:6;\tsigned:0;",
            "u8 uuid[16];\toffset:92;\tsize:16;\tsigned:0;",
            "__u8 ip[4];\toffset:108;\tsize:4;\tsigned:0;",
            "int words[4];\toffset:112;\tsize:16;\tsigned:1;"
        };
        StringBuilder all = new StringBuilder("name: made\nID: 9\nformat:\n");
        for (String field : fields) {
            all.append("\tfield:").append(field).append('\n');
        }
        return EventFormat.parse("test", all + "\nprint fmt: " + print + "\n", 8);
    }

    private void assertSame(String print) throws Exception {
        long seed = 20130715L;
        Random random = new Random(seed);
        EventFormat format = format(print);
        PrintFormat parsed = PrintFormat.parse(format);
        TableBlock block = new TableBlock(format.table());
        List<List<String>> rows = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int row = 0; row < 60; row++) {
            fill(block, block.addRow(), format, random);
            rows.add(values(block, row));
            StringBuilder args = new StringBuilder();
            text.append(parsed, block, row, args);
            expected.add(args.toString());
        }
        assertThat(inSql(format.table(), parsed, rows))
                .as("%s, seed %d", print, seed)
                .isEqualTo(expected);
    }

    private static void fill(TableBlock block, int row, EventFormat format, Random random) {
        List<Column> columns = format.table().columns();
        for (int c = 0; c < columns.size(); c++) {
            ColumnData data = block.column(c);
            long bits = random.nextInt(4) == 0 ? random.nextInt(7) - 3 : random.nextLong();
            if (data instanceof LongListData list) {
                for (int n = random.nextInt(4); n > 0; n--) {
                    list.add(columns.get(c).name().equals("list") ? bits++ & 0xFFFFFFFFL : (int) bits++);
                }
                list.endRow();
            } else if (data instanceof BinaryData binary) {
                byte[] bytes = new byte[format.field(columns.get(c).name()).size()];
                random.nextBytes(bytes);
                binary.run().append(bytes, 0, bytes.length);
            } else if (columns.get(c).type() == ColumnType.TEXT
                    || columns.get(c).type() == ColumnType.SYMBOL) {
                data.setText(row, "swapper/%' \"é".substring(0, random.nextInt(12)));
            } else {
                data.setLong(row, columns.get(c).type() == ColumnType.BOOL ? bits & 1 : bits);
            }
        }
    }

    private List<String> inSql(TableSchema schema, PrintFormat print, List<List<String>> rows) throws SQLException {
        StringBuilder columns = new StringBuilder("CREATE OR REPLACE TABLE t (place INTEGER");
        for (Column column : schema.columns()) {
            columns.append(", ")
                    .append(SqlQuotes.quoted(column.name()))
                    .append(' ')
                    .append(DatasetViews.sqlType(column.type()));
        }
        List<String> args = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute(columns.append(')').toString());
            StringBuilder insert = new StringBuilder("INSERT INTO t VALUES ");
            for (int row = 0; row < rows.size(); row++) {
                insert.append(row > 0 ? ", (" : "(").append(row).append(", ");
                insert.append(String.join(", ", rows.get(row))).append(')');
            }
            statement.execute(insert.toString());
            try (ResultSet result = statement.executeQuery("SELECT " + ArgsSql.of(print) + " FROM t ORDER BY place")) {
                while (result.next()) {
                    args.add(result.getString(1));
                }
            }
        }
        return args;
    }

    private static List<String> values(TableBlock block, int row) {
        List<String> values = new ArrayList<>();
        List<Column> columns = block.schema().columns();
        for (int c = 0; c < columns.size(); c++) {
            ColumnData data = block.column(c);
            values.add(
                    switch (columns.get(c).type()) {
                        case BOOL -> data.getLong(row) == 0 ? "false" : "true";
                        case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> Long.toString(data.getLong(row));
                        case UINT64 -> Long.toUnsignedString(data.getLong(row));
                        case FLOAT64 -> throw new IllegalStateException("no event field is a double");
                        case TEXT, SYMBOL -> SqlQuotes.literal(data.getText(row));
                        case BINARY -> {
                            var run = ((BinaryData) data).run();
                            String hex = HexFormat.of()
                                    .formatHex(run.bytes(), run.start(row), run.start(row) + run.length(row));
                            yield "unhex('" + hex + "')";
                        }
                        case INT64_LIST -> {
                            LongListData list = (LongListData) data;
                            List<String> items = new ArrayList<>();
                            for (int i = list.ends()[row]; i < list.ends()[row + 1]; i++) {
                                items.add(Long.toString(list.items()[i]));
                            }
                            yield items + "::BIGINT[]";
                        }
                    });
        }
        return values;
    }
}
