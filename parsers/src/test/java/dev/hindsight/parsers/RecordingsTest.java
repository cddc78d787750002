package dev.hindsight.parsers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.recording.ReadOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no recording is told by its content, with what to do. */
class RecordingsTest {

    @TempDir
    Path scratch;

    static Stream<Arguments> kinds() {
        return Stream.of(
                arguments("28b52ffd", "zstd -d"),
                arguments("1f8b08", "gunzip"),
                arguments("fd377a585a00", "unxz"),
                arguments(hex("BZh91AY"), "bunzip2"),
                arguments("04224d18", "unlz4"),
                arguments(hex("PK") + "0304", "unpack it"),
                arguments(hex("capturing trace... done\nTRACE:\n") + "789c", "record without -z"),
                arguments("fffe2300", "UTF-16"),
                arguments("feff0023", "UTF-16"),
                arguments("c1fc1fc1", "name its directory"),
                arguments(hex("FLR") + "00", "a JDK flight recording"),
                arguments(hex("version = 7\n"), "a file of no format that is known here"),
                arguments(hex("hello"), "a file of no format that is known here"));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_file_of_another_kind_is_refused_by_name(String start, String words) throws IOException {
        Path file = scratch.resolve("trace");
        Files.write(file, HexFormat.of().parseHex(start + hex("and more")));
        assertThatThrownBy(() -> Recordings.open(file, ReadOptions.DEFAULT))
                .isInstanceOf(UnsupportedTraceException.class)
                .hasMessageContaining(words);
    }
}
