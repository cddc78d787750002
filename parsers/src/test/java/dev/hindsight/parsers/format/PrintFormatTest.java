package dev.hindsight.parsers.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PrintFormatTest {

    private static final String FIELDS = "\tfield:int i;\toffset:8;\tsize:4;\tsigned:1;\n"
            + "\tfield:u64 q;\toffset:16;\tsize:8;\tsigned:0;\n"
            + "\tfield:void * p;\toffset:24;\tsize:8;\tsigned:0;\n"
            + "\tfield:char comm[16];\toffset:32;\tsize:16;\tsigned:0;\n"
            + "\tfield:__data_loc unsigned long[] mask;\toffset:48;\tsize:4;\tsigned:0;\n"
            + "\tfield:u8 raw[16];\toffset:52;\tsize:16;\tsigned:0;\n";

    private static PrintFormat parse(String print) throws FormatException {
        return PrintFormat.parse(
                EventFormat.parse("s", "name: e\nID: 7\nformat:\n" + FIELDS + "\nprint fmt: " + print + "\n", 8));
    }

    /** The text of an event with these values, no names known but the function at 0x1000. */
    private static String text(String print, int i, long q, String comm, byte[] raw, long... mask)
            throws FormatException {
        PrintFormat parsed = parse(print);
        assertThat(parsed.problem()).isEmpty();
        return rendered(parsed, i, q, comm, raw, mask);
    }

    private static String rendered(PrintFormat parsed, int i, long q, String comm, byte[] raw, long... mask) {
        TableBlock block = new TableBlock(parsed.event().table());
        int row = block.addRow();
        for (int c = 0; c < 6; c++) {
            block.column(c).setLong(row, c == 2 ? 42 : 0);
        }
        block.column(6).setLong(row, i);
        block.column(7).setLong(row, q);
        block.column(8).setLong(row, q);
        block.column(9).setText(row, comm);
        LongListData list = (LongListData) block.column(10);
        for (long m : mask) {
            list.add(m);
        }
        list.endRow();
        ((BinaryData) block.column(11)).run().append(raw, 0, raw.length);
        StringBuilder text = new StringBuilder();
        KernelSymbols symbols = KernelSymbols.of(
                "1000 T first\n2000 t second [mod]\n3000 T third\n".getBytes(StandardCharsets.UTF_8),
                "0x500 : \"Rescheduling\"\n".getBytes(StandardCharsets.UTF_8));
        new FormatEventText(symbols, false).append(parsed, block, row, text);
        return text.toString();
    }

    private static String text(String print, int i, long q) throws FormatException {
        return text(print, i, q, "sh", new byte[16]);
    }

    @Test
    void conversions_print_as_in_c() throws FormatException {
        assertThat(text(
                        "\"%d|%5d|%-5d|%05d|%+d|%x|%#x|%c|%%\", REC->i, REC->i, REC->i, REC->i, REC->i, REC->i, REC->i,"
                                + " 65",
                        -7, 0))
                .isEqualTo("-7|   -7|-7   |-0007|-7|fffffff9|0xfffffff9|A|%");
        assertThat(text("\"%llu %#018llx %016lx %zu\", REC->q, REC->q, REC->q, REC->q", 0, -1L))
                .isEqualTo("18446744073709551615 0xffffffffffffffff ffffffffffffffff 18446744073709551615");
        assertThat(text("\"%s|%6s|%-6s|%.1s|\", REC->comm, REC->comm, REC->comm, REC->comm", 0, 0))
                .isEqualTo("sh|    sh|sh    |s|");
        assertThat(text("\"%*d|%-*s|\", 5, REC->i, 4, REC->comm", 3, 0)).isEqualTo("    3|sh  |");
        assertThat(text("\"%08.3d|\", REC->i", 7, 0)).isEqualTo("     007|");
    }

    @Test
    void comparisons_and_shifts_keep_the_sign_of_their_type() throws FormatException {
        assertThat(text("\"%s\", REC->i < 0 ? \"negative\" : \"positive\"", -4, 0))
                .isEqualTo("negative");
        assertThat(text("\"%d %u\", REC->i >> 1, (u32)REC->i >> 28", -4, 0)).isEqualTo("-2 15");
        assertThat(text("\"%d\", REC->q > -1", 0, 5)).isEqualTo("0");
        assertThat(text("\"%d %d\", REC->q / 0, REC->i % 0", 1, 5)).isEqualTo("0 0");
    }

    @Test
    void precedence_is_that_of_c() throws FormatException {
        assertThat(text("\"%d\", 1 + 2 * 3 << 1 | 1 & 3 == 3", 0, 0)).isEqualTo("15");
        assertThat(text("\"%d\", (int)8 * 2 - 1 - 1", 0, 0)).isEqualTo("14");
        assertThat(text("\"%d\", REC->i ? : 9", 0, 0)).isEqualTo("9");
        assertThat(text("\"%d\", !REC->i && ~0 == -1 ? sizeof(u16) : 0", 0, 0)).isEqualTo("2");
    }

    @Test
    void values_have_names_and_others_are_numbers() throws FormatException {
        String names = "\"%s\", __print_symbolic(REC->i, { 0, \"HI\" }, { 1, \"TI\" \"MER\" }, { -1, \"none\" })";
        assertThat(text(names, 1, 0)).isEqualTo("TIMER");
        assertThat(text(names, -1, 0)).isEqualTo("none");
        assertThat(text(names, 9, 0)).isEqualTo("0x9");
        String flags = "\"[%s]\", __print_flags(REC->i, \"|\", { 0x3, \"AB\" }, { 0x1, \"A\" }, { 1 << 4, \"E\" })";
        assertThat(text(flags, 0x13, 0)).isEqualTo("[AB|E]");
        assertThat(text(flags, 0x109, 0)).isEqualTo("[A|0x108]");
        assertThat(text(flags, 0, 0)).isEqualTo("[]");
    }

    @Test
    void addresses_read_as_the_symbol_that_they_lie_in() throws FormatException {
        assertThat(text("\"%ps %pS\", REC->p, (void *)REC->q", 0, 0x2010)).isEqualTo("second second+0x10");
        assertThat(text("\"%ps\", REC->p", 0, 0x999)).isEqualTo("0x999");
        assertThat(text("\"%ps\", REC->p", 0, 0x3001))
                .as("past the last symbol's start")
                .isEqualTo("0x3001");
        assertThat(text("\"%p %p\", REC->p, NULL", 0, 0x10)).isEqualTo("0x10 (nil)");
        assertThat(text("\"(%s)\", REC->p", 0, 0x500)).isEqualTo("(Rescheduling)");
        assertThat(text("\"%lx\", (unsigned long)(first) + 1", 0, 0)).isEqualTo("1001");
    }

    @Test
    void arrays_masks_and_network_addresses_read_as_in_the_kernel() throws FormatException {
        byte[] raw = {0x20, 1, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        assertThat(text("\"%pI6c %pI6\", REC->raw, REC->raw", 0, 0, "", raw))
                .isEqualTo("2001:db8::1 2001:0db8:0000:0000:0000:0000:0000:0001");
        assertThat(text("\"%pU\", REC->raw", 0, 0, "", raw)).isEqualTo("20010db8-0000-0000-0000-000000000001");
        assertThat(text(
                        "\"%s|%s|%d\", __print_hex(REC->raw, 3), __print_hex_str(REC->raw, 4), REC->raw[3]",
                        0, 0, "", raw))
                .isEqualTo("20 01 0d|20010db8|184");
        assertThat(text("\"%s %s\", __get_bitmask(mask), __get_cpumask(mask)", 0, 0, "", raw, 0x8000000000000107L))
                .isEqualTo("80000000,00000107 0-2,8,63");
        assertThat(text(
                        "\"%s %d\", __print_array(__get_dynamic_array(mask), __get_dynamic_array_len(mask) / 8, 8),"
                                + " (int)__get_dynamic_array_len(mask)",
                        0, 0, "", raw, 1, -1))
                .isEqualTo("{0x1,0xffffffffffffffff} 16");
        byte[] socket = {2, 0, 0x1f, (byte) 0x90, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        assertThat(text("\"%pISpc\", REC->raw", 0, 0, "", socket)).isEqualTo("10.0.0.1:8080");
    }

    @Test
    void common_fields_are_read_from_the_common_columns() throws FormatException {
        PrintFormat parsed = PrintFormat.parse(EventFormat.parse(
                "s",
                "name: e\nID: 7\nformat:\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n" + FIELDS
                        + "\nprint fmt: \"%d\", REC->common_pid\n",
                8));
        assertThat(rendered(parsed, 0, 0, "", new byte[16])).isEqualTo("42");
    }

    @Test
    void a_text_ends_before_its_last_newline() throws FormatException {
        assertThat(text("\"a\\tb\\n%s\\n\", \"c\\n\"", 0, 0)).isEqualTo("a\tb\nc");
    }

    @Test
    void what_is_not_understood_reads_as_fields_and_says_why() throws FormatException {
        PrintFormat statement = parse("\"%s\", ({ int x = REC->i; x; })");
        assertThat(statement.problem()).contains("expected a value").contains("{ int x");
        assertThat(rendered(statement, -3, 16, "sh", new byte[] {1, 2}, 5))
                .isEqualTo("i=-3 q=16 p=0x10 comm=sh mask={0x5} raw=ARRAY[01, 02]");
        assertThat(parse("\"%d\", driver_text(REC->i)").problem()).contains("driver_text()");
        assertThat(parse("\"%d %d\", REC->i").problem()).contains("argument for each conversion");
        assertThat(parse("\"%d\", REC->missing").problem()).contains("missing");
        assertThat(parse("\"%y\", REC->i").problem()).contains("printf conversion");
    }

    @Test
    void hostile_nesting_and_widths_end_in_a_problem_or_a_short_text() throws FormatException {
        assertThat(parse("\"%d\", " + "(".repeat(100_000)).problem()).contains("nested");
        assertThat(parse("\"%d\", " + "~".repeat(100_000) + "1").problem()).contains("nested");
        assertThat(parse("\"%d\", 1" + " + REC->i".repeat(100_000)).problem()).contains("in a row");
        assertThat(text("\"%999999999d\", REC->i", 1, 0)).hasSize(PrintSpec.MAX_WIDTH);
    }

    @Test
    void any_bytes_flipped_in_a_print_format_still_render() throws FormatException {
        String good = "\"%s %-8s %d %llx %pS\", REC->i < 0 ? \"a\" : __print_symbolic(REC->i, { 1, \"x\" }), REC->comm,"
                + " (REC->raw[2] << 3) + sizeof(int), REC->q & 0xffULL, (void *)REC->p";
        long seed = 1109;
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            char[] print = good.toCharArray();
            for (int n = random.nextInt(3); n >= 0; n--) {
                print[random.nextInt(print.length)] = (char) (32 + random.nextInt(95));
            }
            PrintFormat parsed = parse(new String(print));
            assertThat(rendered(parsed, random.nextInt(), random.nextLong(), "c", new byte[16], random.nextLong()))
                    .as("seed %d round %d: %s", seed, round, new String(print))
                    .isNotNull();
        }
    }
}
