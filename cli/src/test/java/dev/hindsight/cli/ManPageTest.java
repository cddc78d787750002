package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The AsciiDoc that the build makes man pages of. */
final class ManPageTest {

    private static final Path SOURCES = Path.of("target", "man-sources");

    /** Bold or emphasised, as AsciiDoc sees it: what is between the marks neither begins nor ends with a blank. */
    private static final Pattern MARKED =
            Pattern.compile("\\*([^*\\s]|[^*\\s][^*]*[^*\\s])\\*|_([^_\\s]|[^_\\s][^_]*[^_\\s])_");

    @Test
    void every_mark_in_a_synopsis_and_before_an_option_begins_or_ends_a_word() throws IOException {
        for (String command : commands()) {
            for (String line : marked(Files.readAllLines(SOURCES.resolve(command + ".adoc")))) {
                Matcher words = MARKED.matcher(line);
                assertThat(words.replaceAll("")).as(command + ": " + line).doesNotContain("*", "_");
                // Brackets before a mark are a role to AsciiDoc: they vanish, and marks meet others than theirs.
                words.reset()
                        .results()
                        .forEach(word -> assertThat(word.group())
                                .as(command + ": " + line)
                                .doesNotContain("["));
            }
        }
    }

    private static List<String> commands() {
        List<String> all = new ArrayList<>(List.of("hindsight"));
        Hindsight.commandLine().getSubcommands().keySet().forEach(name -> all.add("hindsight-" + name));
        assertThat(all).hasSizeGreaterThan(10);
        return all;
    }

    /** The lines of the synopsis, and those that name an option. */
    private static List<String> marked(List<String> page) {
        List<String> lines = new ArrayList<>();
        boolean synopsis = false;
        for (String line : page) {
            synopsis = line.equals("== Synopsis") || synopsis && !line.startsWith("//");
            if (synopsis || line.endsWith("::")) {
                lines.add(line);
            }
        }
        return lines;
    }
}
