package dev.hindsight.queries.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultFormatTest {

    private static final List<ResultColumn> COLUMNS = List.of(
            new ResultColumn("vm", "VARCHAR", "", ""),
            new ResultColumn("p99_ns", "BIGINT", "ns", ""),
            new ResultColumn("share_pct", "DOUBLE", "%", ""));

    private static String write(ResultFormat format, QueryResult result) throws IOException {
        StringWriter text = new StringWriter();
        format.write(result, text);
        return text.toString();
    }

    @SafeVarargs
    private static QueryResult rows(List<ResultColumn> columns, List<Object>... rows) {
        return new ListedRows(columns, List.of(rows));
    }

    private static List<Object> row(Object... values) {
        return Arrays.asList(values);
    }

    @Test
    void a_table_shows_durations_in_the_unit_that_fits_and_lines_up_numbers() throws IOException {
        String text = write(
                ResultFormat.TABLE,
                rows(COLUMNS, row("vxworks", 1_234_567L, 12.5), row("b", 999L, null), row(null, -2_000L, 0.0)));
        assertThat(text).isEqualTo("""
                        vm             p99  share_pct [%]
                        -------  ---------  -------------
                        vxworks   1.235 ms         12.500
                        b           999 ns              -
                        -        -2.000 us          0.000
                        """);
    }

    @Test
    void a_table_keeps_points_in_time_in_ns() throws IOException {
        List<ResultColumn> columns = List.of(new ResultColumn("start_ns", "BIGINT", "ns", ""));
        assertThat(write(ResultFormat.TABLE, rows(columns, row(12_132_233_250L))))
                .endsWith("12132233250\n");
    }

    @Test
    void json_keeps_every_digit_of_64_bit_numbers_and_writes_what_is_no_number_as_null() throws IOException {
        List<ResultColumn> columns = List.of(
                new ResultColumn("u", "UBIGINT", "", ""),
                new ResultColumn("d", "DOUBLE", "", ""),
                new ResultColumn("b", "BLOB", "", ""),
                new ResultColumn("l", "BIGINT[]", "", ""),
                new ResultColumn("s", "STRUCT(a BIGINT)", "", ""),
                new ResultColumn("t", "BOOLEAN", "", ""));
        String text = write(
                ResultFormat.JSON,
                rows(
                        columns,
                        row(
                                new BigInteger("18446744073709551615"),
                                Double.NaN,
                                new byte[] {0, (byte) 0xff},
                                List.of(1L, Long.MIN_VALUE),
                                Map.of("a", 1L),
                                true)));
        assertThat(text.replaceAll("\\s", ""))
                .isEqualTo("[{\"u\":18446744073709551615,\"d\":null,\"b\":\"00ff\",\"l\":[1,-9223372036854775808],"
                        + "\"s\":{\"a\":1},\"t\":true}]");
    }

    @Test
    void json_of_no_rows_is_an_empty_array() throws IOException {
        assertThat(write(ResultFormat.JSON, rows(COLUMNS)).strip()).isEqualTo("[ ]");
    }

    @Test
    void csv_quotes_what_must_be_and_tells_null_from_the_empty_text() throws IOException {
        String text = write(
                ResultFormat.CSV,
                rows(COLUMNS, row("a,\"b\"\n", 1_000L, 0.5), row("", null, null), row(" plain ", -1L, 1e300)));
        assertThat(text)
                .isEqualTo("vm,p99_ns,share_pct\r\n\"a,\"\"b\"\"\n\",1000,0.5\r\n\"\",,\r\n plain ,-1,1.0E300\r\n");
    }
}
