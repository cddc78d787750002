package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures of a text are those of the recording it was made from: counts the same, times within their rounding. */
class TextFiguresTest {

    /** What the kernel's rounding to microseconds can do to a duration, and to a sum of many. */
    private static final double NS = 2_000;

    private static final double SHARE = 0.01;
    private static final double PERCENT = 0.5;

    @TempDir
    Path scratch;

    private Path sample(String name) throws IOException {
        Path to = scratch.resolve(name + ".txt");
        try (InputStream packed = new ZstdInputStream(Files.newInputStream(
                SampleTraces.recordings().resolve("ftrace-text").resolve(name + ".txt.zst")))) {
            Files.copy(packed, to);
        }
        return to;
    }

    private static JsonNode figures(Path recording) throws IOException {
        CommandRun run = CommandRun.of("analyze", recording.toString(), "--format", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void the_kernels_text_has_the_figures_of_its_ring_buffer() throws IOException {
        List<String> differences = new ArrayList<>();
        int compared =
                compare("", figures(sample("x86-pair.trace")), figures(sample("x86-pair.report-R")), differences);
        assertThat(differences).isEmpty();
        assertThat(compared).isGreaterThan(1_000);
    }

    @Test
    void a_report_without_the_columns_of_interrupts_has_the_same_figures() throws IOException {
        List<String> differences = new ArrayList<>();
        compare("", figures(sample("x86-pair.report")), figures(sample("x86-pair.tgid")), differences);
        assertThat(differences).isEmpty();
    }

    @Test
    void a_text_that_hides_its_timers_has_the_figures_of_its_ring_buffer() throws IOException {
        List<String> differences = new ArrayList<>();
        int compared = compare(
                "",
                figures(sample("ppc64be-pr-load-other.trace")),
                figures(SampleTraces.trace("ppc64be-pr-load-other")),
                differences);
        assertThat(differences).isEmpty();
        assertThat(compared).isGreaterThan(500);
    }

    @Test
    void given_texts_have_the_figures_of_their_recordings() throws IOException {
        int pairs = 0;
        for (Path recording : GivenRecordings.all()) {
            Path text = GivenRecordings.textOf(recording);
            if (text != null) {
                List<String> differences = new ArrayList<>();
                compare("", figures(text), figures(recording), differences);
                assertThat(differences).as(text.toString()).isEmpty();
                pairs++;
            }
        }
        assumeTrue(pairs > 0, GivenRecordings.HOW);
    }

    /** Compares all but names of files and what is said in words; tells how many values. */
    private static int compare(String at, JsonNode shown, JsonNode real, List<String> differences) {
        if (at.endsWith(".file") || at.startsWith(".warnings") || at.endsWith(".message")) {
            return 0;
        }
        int compared = 0;
        if (shown.isObject() && real.isObject()) {
            for (String field : (Iterable<String>) shown::fieldNames) {
                if (!real.has(field)) {
                    differences.add(at + "." + field + " is only in the text's");
                } else {
                    compared += compare(at + "." + field, shown.get(field), real.get(field), differences);
                }
            }
            return compared;
        }
        if (shown.isArray() && real.isArray()) {
            if (shown.size() != real.size()) {
                differences.add(at + " has " + shown.size() + " items, not " + real.size());
            }
            for (int i = 0; i < Math.min(shown.size(), real.size()); i++) {
                compared += compare(at + "[" + i + "]", shown.get(i), real.get(i), differences);
            }
            return compared;
        }
        if (!shown.equals(real) && !closeEnough(at, shown, real)) {
            differences.add(at + " is " + shown + ", not " + real);
        }
        return 1;
    }

    private static boolean closeEnough(String at, JsonNode shown, JsonNode real) {
        if (!shown.isNumber() || !real.isNumber()) {
            return false;
        }
        double apart = Math.abs(shown.asDouble() - real.asDouble());
        String field = at.substring(at.lastIndexOf('.') + 1);
        if (field.equals("threads")) {
            // The recording knows saved names of threads that are in none of its events.
            return shown.asInt() <= real.asInt();
        }
        if (field.endsWith("ns")) {
            return apart <= Math.max(NS, SHARE * Math.abs(real.asDouble()));
        }
        return field.contains("pct") ? apart <= PERCENT : field.endsWith("_s") && apart <= 0.001;
    }
}
