package dev.hindsight.parsers.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.table.ColumnType;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EventFormatTest {

    private static final String COMMON = "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
            + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
            + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
            + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

    private static String format(String... fields) {
        StringBuilder text = new StringBuilder("name: probe\nID: 321\nformat:\n").append(COMMON);
        for (String f : fields) {
            text.append("\tfield:").append(f).append('\n');
        }
        return text.append("\nprint fmt: \"x=%d\", REC->x\n").toString();
    }

    private static EventField only(String field) throws FormatException {
        return EventFormat.parse("s", format(field), 8).fields().get(0);
    }

    @Test
    void name_id_common_fields_and_print_text_are_read() throws FormatException {
        EventFormat f = EventFormat.parse("kvm", format("int x;\toffset:8;\tsize:4;\tsigned:1;"), 8);
        assertThat(f.id()).isEqualTo(321);
        assertThat(f.name()).isEqualTo("probe");
        assertThat(f.common())
                .extracting(EventField::name)
                .containsExactly("common_type", "common_flags", "common_preempt_count", "common_pid");
        assertThat(f.field("common_pid").offset()).isEqualTo(4);
        assertThat(f.print()).isEqualTo("\"x=%d\", REC->x");
        assertThat(f.table().name()).isEqualTo("ev_kvm_probe");
    }

    @Test
    void integers_keep_width_and_sign() throws FormatException {
        assertThat(only("long x;\toffset:8;\tsize:4;\tsigned:1;").columnType()).isEqualTo(ColumnType.INT32);
        assertThat(only("u8 x;\toffset:8;\tsize:1;\tsigned:0;").columnType()).isEqualTo(ColumnType.UINT8);
        assertThat(only("umode_t x;\toffset:8;\tsize:2;\tsigned:0;").columnType())
                .isEqualTo(ColumnType.UINT16);
        assertThat(only("s64 x;\toffset:8;\tsize:8;\tsigned:1;").columnType()).isEqualTo(ColumnType.INT64);
        assertThat(only("bool x;\toffset:8;\tsize:1;\tsigned:0;").columnType()).isEqualTo(ColumnType.BOOL);
    }

    @Test
    void pointers_are_unsigned_and_told_from_integers() throws FormatException {
        EventField p = only("const char *const * argv;\toffset:16;\tsize:8;\tsigned:0;");
        assertThat(p.name()).isEqualTo("argv");
        assertThat(p.kind()).isEqualTo(FieldKind.POINTER);
        assertThat(p.columnType()).isEqualTo(ColumnType.UINT64);
        EventField f = only("int (*fn)(void *, long);\toffset:16;\tsize:4;\tsigned:1;");
        assertThat(f.name()).isEqualTo("fn");
        assertThat(f.columnType()).isEqualTo(ColumnType.UINT32);
    }

    @Test
    void char_arrays_are_text_and_byte_arrays_are_bytes() throws FormatException {
        EventField comm = only("char comm[16];\toffset:8;\tsize:16;\tsigned:0;");
        assertThat(comm.kind()).isEqualTo(FieldKind.STRING);
        assertThat(comm.columnType()).isEqualTo(ColumnType.SYMBOL);
        EventField name = only("__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:1;");
        assertThat(name.place()).isEqualTo(FieldPlace.DATA_LOC);
        assertThat(name.columnType()).isEqualTo(ColumnType.TEXT);
        EventField insn = only("__u8 insn[15];\toffset:21;\tsize:15;\tsigned:0;");
        assertThat(insn.kind()).isEqualTo(FieldKind.BYTES);
        assertThat(insn.columnType()).isEqualTo(ColumnType.BINARY);
        EventField buf = only("char buf[];\toffset:16;\tsize:0;\tsigned:0;");
        assertThat(buf.place()).isEqualTo(FieldPlace.TO_END);
        assertThat(buf.columnType()).isEqualTo(ColumnType.TEXT);
    }

    @Test
    void arrays_of_integers_know_the_size_of_an_element() throws FormatException {
        assertThat(only("unsigned long caller[8];\toffset:16;\tsize:32;\tsigned:0;")
                        .elementBytes())
                .isEqualTo(4);
        EventField cpus = only("__rel_loc cpumask_t[] cpus;\toffset:8;\tsize:4;\tsigned:0;");
        assertThat(cpus.place()).isEqualTo(FieldPlace.REL_LOC);
        assertThat(cpus.kind()).isEqualTo(FieldKind.INTEGERS);
        assertThat(cpus.elementBytes()).isEqualTo(8);
        EventField matrix = only("short m[2][3];\toffset:8;\tsize:12;\tsigned:1;");
        assertThat(matrix.elementBytes()).isEqualTo(2);
        assertThat(matrix.signed()).isTrue();
        assertThat(only("struct thing t[4];\toffset:8;\tsize:48;\tsigned:0;").kind())
                .isEqualTo(FieldKind.BYTES);
        assertThat(only("char comm[TASK_COMM_LEN];\toffset:8;\tsize:16;\tsigned:0;")
                        .size())
                .isEqualTo(16);
    }

    @Test
    void a_field_keeps_its_name_unless_a_common_column_or_another_field_has_it() throws FormatException {
        EventFormat f = EventFormat.parse(
                "s",
                format(
                        "int cpu;\toffset:8;\tsize:4;\tsigned:1;",
                        "u32 Flags;\toffset:12;\tsize:4;\tsigned:0;",
                        "u32 flags_;\toffset:16;\tsize:4;\tsigned:0;",
                        "u32 pid;\toffset:20;\tsize:4;\tsigned:0;"),
                8);
        assertThat(f.fields()).extracting(EventField::column).containsExactly("cpu_", "Flags_", "flags__", "pid");
        assertThat(f.fields()).extracting(EventField::name).containsExactly("cpu", "Flags", "flags_", "pid");
        assertThat(f.table().columns()).hasSize(10);
    }

    @Test
    void common_fields_that_only_some_kernels_have_come_last() throws FormatException {
        EventFormat f = EventFormat.parse(
                "s",
                format(
                        "unsigned char common_preempt_lazy_count;\toffset:8;\tsize:1;\tsigned:0;",
                        "int x;\toffset:12;\tsize:4;\tsigned:1;"),
                8);
        assertThat(f.fields()).extracting(EventField::name).containsExactly("x", "common_preempt_lazy_count");
    }

    @Test
    void formats_without_sign_or_with_attributes_and_bit_widths_are_read() throws FormatException {
        assertThat(only("int x;\toffset:8;\tsize:4;").columnType()).isEqualTo(ColumnType.UINT32);
        EventField user =
                only("const char __attribute__((btf_type_tag(\"user\"))) * path;\toffset:8;\tsize:8;\tsigned:0;");
        assertThat(user.name()).isEqualTo("path");
        assertThat(user.kind()).isEqualTo(FieldKind.POINTER);
        assertThat(only("unsigned int f:4;\toffset:8;\tsize:4;\tsigned:0;").name())
                .isEqualTo("f");
        assertThat(only("struct pair p;\toffset:8;\tsize:16;\tsigned:0;").kind())
                .isEqualTo(FieldKind.BYTES);
    }

    @Test
    void garbage_is_refused_with_what_was_expected() {
        assertThatThrownBy(() -> EventFormat.parse("s", "ID: 3\n", 8)).hasMessageContaining("name: EVENT");
        assertThatThrownBy(() -> EventFormat.parse("s", "name: x\n", 8)).hasMessageContaining("ID: NUMBER");
        assertThatThrownBy(() -> EventFormat.parse("s", "name: x\nID: 70000\n", 8))
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> only("int x;\toffset:99999999999;\tsize:4;\tsigned:1;"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("offset:");
        assertThatThrownBy(() -> only("int x;\tsize:4;\tsigned:1;")).hasMessageContaining("offset and size");
        assertThatThrownBy(() -> only("x;\toffset:1;\tsize:4;\tsigned:1;")).hasMessageContaining("TYPE NAME");
        assertThatThrownBy(() -> only("int x[3]]];\toffset:1;\tsize:4;\tsigned:1;"))
                .isInstanceOf(FormatException.class);
    }

    @Test
    void bytes_flipped_anywhere_give_a_format_or_a_format_exception() {
        String good = format(
                "__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:1;",
                "unsigned long caller[8];\toffset:16;\tsize:64;\tsigned:0;");
        long seed = 20131;
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = good.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                EventFormat f = EventFormat.parse("s", bytes, 8);
                assertThat(f.table().columns())
                        .as("seed %d round %d", seed, round)
                        .hasSizeGreaterThanOrEqualTo(6);
            } catch (FormatException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 4900);
    }

    @Test
    void the_header_page_tells_word_and_page_size() throws FormatException {
        HeaderPage page = HeaderPage.parse("\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
                + "\tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;\n"
                + "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
                + "\tfield: char data;\toffset:12;\tsize:65524;\tsigned:0;\n");
        assertThat(page).isEqualTo(new HeaderPage(0, 8, 8, 4, 8, 12, 65524));
        assertThat(page.pageSize()).isEqualTo(65536);
        assertThat(HeaderPage.ofWord(8)).isEqualTo(new HeaderPage(0, 8, 8, 8, 8, 16, 4080));
        assertThatThrownBy(() -> HeaderPage.parse("\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"))
                .hasMessageContaining("commit");
        assertThatThrownBy(() -> HeaderPage.parse("field: u64 timestamp; offset:0; size:8;\n"
                        + "field: local_t commit; offset:8; size:8;\nfield: char data; offset:12; size:99;"))
                .hasMessageContaining("before the data");
    }
}
