package dev.hindsight.parsers.ctf.tsdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.ctf.tsdl.FieldType.ArrayType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.EnumType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.FloatType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.Label;
import dev.hindsight.parsers.ctf.tsdl.FieldType.SequenceType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.VariantType;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.fault.Warnings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TsdlParserTest {

    private static final Path FILE = Path.of("metadata");
    private static final String TRACE = "trace { major = 1; minor = 8; byte_order = le; };\n";
    private static final String U8 = "typealias integer { size = 8; } := u8;\n";

    private final Warnings warnings = new Warnings();

    private TraceMetadata parse(String text) {
        return TsdlParser.parse(FILE, text.getBytes(StandardCharsets.UTF_8), warnings);
    }

    /** The type of the first field of an event with these fields. */
    private FieldType field(String declarations, String fields) {
        TraceMetadata metadata =
                parse(TRACE + declarations + "event { name = e; fields := struct { " + fields + " }; };");
        return metadata.events().get(0).fields().members().get(0).type();
    }

    @Test
    void an_integer_has_what_it_says_and_else_what_the_trace_says() {
        assertThat(field("", "integer { size = 12; } x;"))
                .isEqualTo(new IntegerType(12, 1, false, false, 10, false, null));
        assertThat(field("", "integer { size = 32; } x;"))
                .isEqualTo(new IntegerType(32, 8, false, false, 10, false, null));
        assertThat(field(
                        "clock { name = c; };",
                        "integer { size = 0x8; align = 040; signed = true; byte_order = be; base = x; encoding = UTF8;"
                                + " map = clock.c.value; } x;"))
                .isEqualTo(new IntegerType(8, 32, true, true, 16, true, "c"));
        assertThat(field("", "integer { size = 8; byte_order = network; } x;"))
                .isEqualTo(new IntegerType(8, 8, false, true, 10, false, null));
    }

    @Test
    void types_have_names_by_typealias_typedef_and_tag_in_nested_blocks() {
        IntegerType byteType = new IntegerType(8, 8, false, false, 10, false, null);
        assertThat(field(U8, "u8 x;")).isEqualTo(byteType);
        assertThat(field("typealias integer { size = 8; } := unsigned long int;", "unsigned long int x;"))
                .isEqualTo(byteType);
        assertThat(field("typealias integer { size = 8; } := const unsigned char *;", "const unsigned char *x;"))
                .isEqualTo(byteType);
        assertThat(field(U8 + "typedef u8 other, four[4];", "four x;")).isEqualTo(new ArrayType(byteType, 4));
        assertThat(field(U8 + "struct s { u8 a; } align(64);", "struct s x;"))
                .isEqualTo(new StructType(List.of(new FieldType.Member("a", byteType)), 64, 1));
        assertThat(field("", "typealias integer { size = 8; } := inner; inner x;"))
                .isEqualTo(byteType);
        assertThatThrownBy(() -> field("struct s { typedef string t; t a; };", "t x;"))
                .hasMessageContaining("a type that is declared");
        assertThatThrownBy(() -> parse(TRACE + U8 + U8)).hasMessageContaining("`u8` again in line 3");
    }

    @Test
    void arrays_and_sequences_read_from_the_left_and_have_any_dimensions() {
        IntegerType byteType = new IntegerType(8, 8, false, false, 10, false, null);
        assertThat(field(U8, "u8 x[2][3];")).isEqualTo(new ArrayType(new ArrayType(byteType, 3), 2));
        assertThat(field(U8, "u8 x[stream.packet.context.n][3];"))
                .isEqualTo(new SequenceType(new ArrayType(byteType, 3), List.of("stream", "packet", "context", "n")));
    }

    @Test
    void an_enumeration_counts_on_and_has_ranges_and_quoted_names() {
        EnumType type =
                (EnumType) field(U8, "enum : u8 { A, B, \"c d\" = 7, E, F = 10 ... 20, G, H = 'a', I = 0xFF } x;");
        assertThat(type.labels())
                .containsExactly(
                        new Label("A", 0, 0),
                        new Label("B", 1, 1),
                        new Label("c d", 7, 7),
                        new Label("E", 8, 8),
                        new Label("F", 10, 20),
                        new Label("G", 21, 21),
                        new Label("H", 97, 97),
                        new Label("I", 255, 255));
        assertThat(type.labelOf(15)).isEqualTo("F");
        assertThat(type.labelOf(2)).isNull();
        EnumType signed =
                (EnumType) field("typealias integer { size = 16; signed = 1; } := int;", "enum { M = -3, N } x;");
        assertThat(signed.labels()).containsExactly(new Label("M", -3, -3), new Label("N", -2, -2));
        assertThat(signed.container().size()).isEqualTo(16);
    }

    @Test
    void a_variant_has_its_tag_where_it_is_declared_or_where_it_is_used() {
        VariantType here = (VariantType) field(U8, "variant v <a.b> { u8 p; string q; } x;");
        VariantType there = (VariantType) field(U8 + "variant v { u8 p; string q; };", "variant v <a.b> x;");
        assertThat(here).isEqualTo(there);
        assertThat(here.tag()).containsExactly("a", "b");
    }

    @Test
    void floating_point_numbers_are_of_32_or_64_bits() {
        assertThat(field("", "floating_point { exp_dig = 8; mant_dig = 24; align = 32; byte_order = be; } x;"))
                .isEqualTo(new FloatType(32, 32, true));
        assertThat(field("", "floating_point { exp_dig = 11; mant_dig = 53; } x;"))
                .isEqualTo(new FloatType(64, 8, false));
        assertThatThrownBy(() -> field("", "floating_point { exp_dig = 5; mant_dig = 11; } x;"))
                .isInstanceOf(UnsupportedTraceException.class);
    }

    @Test
    void clocks_environment_streams_and_events_are_read_in_whatever_order_they_stand() {
        TraceMetadata metadata = parse("""
            event { name = "a b"; id = 7; stream_id = 3; loglevel = 13; fields := struct { u t; }; };
            stream { id = 3; event.header := struct { u timestamp; }; packet.context := struct { u n; };
                event.context := struct { u c; }; };
            env { host = "caf\\xc3\\xa9"; number = -12; path = "a" "b"; esc = "\\101\\x41\\u0041\\n\\"\\\\"; };
            typealias integer { size = 64; map = clock.k.value; } := u;
            clock { name = k; uuid = "f5ffb728-3cf2-4a52-9c49-127c636e98bc"; description = "d"; freq = 1000;
                precision = 10; offset_s = 5; offset = -6; absolute = TRUE; };
            callsite { name = "x"; func = "main"; file = "a.c"; line = 5; };
            trace { major = 1; minor = 8; uuid = "2a6422d0-6cee-11e0-8c08-cb07d7b3a564"; byte_order = be; };
            // to the end of the line
            """);
        assertThat(metadata.bigEndian()).isTrue();
        assertThat(metadata.uuid()).startsWith(0x2a, 0x64).hasSize(16);
        assertThat(metadata.env("host")).isEqualTo("café");
        assertThat(metadata.env("number")).isEqualTo("-12");
        assertThat(metadata.env("path")).isEqualTo("ab");
        assertThat(metadata.env("esc")).isEqualTo("AAA\n\"\\");
        assertThat(metadata.clocks().get("k"))
                .isEqualTo(new ClockDeclaration("k", "f5ffb728-3cf2-4a52-9c49-127c636e98bc", "d", 1000, 5, -6, true));
        assertThat(metadata.streams().get(3L).eventContext().members()).hasSize(1);
        EventDeclaration event = metadata.events().get(0);
        assertThat(event.name()).isEqualTo("a b");
        assertThat(event.id()).isEqualTo(7);
        assertThat(event.logLevel()).isEqualTo(13);
        assertThat(event.fields().members().get(0).type())
                .isEqualTo(new IntegerType(64, 8, false, true, 10, false, "k"));
        assertThat(warnings.all()).isEmpty();
    }

    @Test
    void attributes_that_mean_nothing_are_passed_over_and_told() {
        parse("trace { major = 1; minor = 8; byte_order = le; strange = 5; odd := struct { string s; }; };");
        assertThat(warnings.all()).hasSize(2);
        assertThat(warnings.all().get(0).message()).contains("strange").contains("line 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "typealias integer { size = 0; } := x;|bits of an integer from 1 to 64",
                "typealias integer { size = 65; } := x;|bits of an integer from 1 to 64",
                "typealias integer { align = 8; } := x;|an integer with its size",
                "typealias integer { size = 8; align = 3; } := x;|a power of two",
                "typealias integer { size = 8; align = 65536; } := x;|an alignment from 1 to 32768",
                "typealias integer { size = 8; ] := x;|the end of `{`",
                "typealias integer { size = 8; base = 7; } := x;|a base",
                "typealias integer { size = 8; map = clock.none.value; } := x;|of a clock that is declared",
                "typealias integer { size = 99999999999999999999; } := x;|an integer of 64 bits",
                "typealias unknown := x;|a type that is declared",
                "struct s { string a; string a; };|a new name",
                "variant v <t> { };|a variant with options",
                "typealias string := s; enum e : s { A };|an integer as container",
                "event { name = e; stream_id = 9; };|one of the streams",
                "event { name = e; }; event { name = f; };|each event id of a stream once",
                "stream { id = 1; }; stream { id = 1; };|each stream id once",
                "trace { major = 1; minor = 8; byte_order = le; };|one block `trace`",
                "env { a = 1; a = 2; };|each attribute once",
                "env { a = \"b|a literal that ends",
                "/* never|a comment that ends",
                "env { a = \"\\q\"; };|an escape sequence",
                "env { a = 1;|a declaration that ends",
                "#define x|a word, number, literal or sign",
                "struct s { string x[-1]; };|a length from 0",
                "typealias string := ;|the name of a type"
            })
    void what_is_wrong_is_refused_with_what_was_expected(String wrong, String expected) {
        assertThatThrownBy(() -> parse(TRACE + wrong))
                .isInstanceOf(DamagedTraceException.class)
                .hasMessageContaining("expected")
                .hasMessageContaining(expected)
                .hasMessageContaining("in line");
    }

    @Test
    void an_error_tells_offset_and_line() {
        assertThatThrownBy(() -> parse(TRACE + "\n\n  oops;"))
                .hasMessageContaining("in line 4")
                .satisfies(e -> assertThat(((TraceException) e).offset()).isEqualTo(TRACE.length() + 4L));
    }

    @Test
    void other_versions_are_refused_by_name() {
        assertThatThrownBy(() -> parse("trace { major = 1; minor = 9; byte_order = le; };"))
                .isInstanceOf(UnsupportedTraceException.class)
                .hasMessageContaining("version 1.9");
        assertThatThrownBy(() -> parse("\u001e{\"type\":\"preamble\",\"version\":2}"))
                .isInstanceOf(UnsupportedTraceException.class)
                .hasMessageContaining("CTF 2");
        assertThatThrownBy(() -> parse("")).isInstanceOf(DamagedTraceException.class);
    }

    @Test
    void types_that_are_nested_without_end_are_refused() {
        String deep = "struct { ".repeat(5_000) + "string x;" + " } y;".repeat(5_000);
        assertThatThrownBy(() -> field("", deep)).hasMessageContaining("nested at most");
        StringBuilder chain = new StringBuilder("struct s0 { string x; };\n");
        for (int i = 1; i < 5_000; i++) {
            chain.append("struct s" + i + " { struct s" + (i - 1) + " a; };\n");
        }
        assertThatThrownBy(() -> parse(TRACE + chain)).hasMessageContaining("nested at most");
        // as deep as may be, in no time
        field("", "struct { ".repeat(60) + "string x;" + " } y;".repeat(60));
    }

    private static byte[] packets(String text, ByteOrder order, int chunk) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int count = (bytes.length + chunk - 1) / chunk;
        int size = MetadataPacket.BYTES + chunk + 11;
        ByteBuffer out = ByteBuffer.allocate(count * size).order(order);
        for (int i = 0; i < count; i++) {
            byte[] part = Arrays.copyOfRange(bytes, i * chunk, Math.min(bytes.length, (i + 1) * chunk));
            out.position(i * size);
            out.putInt(0x75D11D57).put(new byte[16]).putInt(0);
            out.putInt(8 * (MetadataPacket.BYTES + part.length)).putInt(8 * size);
            out.put(new byte[3]).put((byte) 1).put((byte) 8).put(part);
        }
        return out.array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void metadata_in_packets_reads_as_plain_text_does(String name) {
        ByteOrder order = name.startsWith("L") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        String text = TRACE + U8 + "event { name = e; fields := struct { u8 x; }; };";
        TraceMetadata packed = TsdlParser.parse(FILE, packets(text, order, 20), warnings);
        assertThat(packed.events()).isEqualTo(parse(text).events());
        byte[] wrong = packets(TRACE + "oops;", order, 20);
        int place = TRACE.length();
        assertThatThrownBy(() -> TsdlParser.parse(FILE, wrong, warnings))
                .satisfies(e -> assertThat(((TraceException) e).offset())
                        .isEqualTo((place / 20 + 1L) * MetadataPacket.BYTES + place / 20 * 31L + place % 20));
    }

    @ParameterizedTest
    @CsvSource({
        "0, magic",
        "4, UUID",
        "20, checksum",
        "24, content",
        "28, packet",
        "32, compressed",
        "33, encrypted",
        "34, checksum",
        "35, CTF 1.8"
    })
    void each_field_of_a_metadata_packet_is_checked(int offset, String expected) {
        byte[] bytes = packets(TRACE + U8, ByteOrder.LITTLE_ENDIAN, 20);
        int second = MetadataPacket.BYTES + 31;
        bytes[second + offset] ^= 0x55;
        assertThatThrownBy(() -> TsdlParser.parse(FILE, bytes, warnings))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining(expected);
    }
}
