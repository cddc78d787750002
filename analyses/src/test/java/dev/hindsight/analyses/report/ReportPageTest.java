package dev.hindsight.analyses.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.FigureWarning;
import dev.hindsight.analyses.compare.ReplayedRun;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page holds together whatever names a recording has in it. */
class ReportPageTest {

    private static Report named(String name) {
        RecordingFacts facts = new RecordingFacts(name, name, name, name, name, name, 1, 1, name, false);
        ReportRun run = new ReportRun(0, name, facts, name, ReplayedRun.Kind.RECORDED, name, 1, false, null);
        DeliveryTimeline delivery = new DeliveryTimeline(
                0,
                1,
                5,
                Map.of("vm", name, "asserted_ns", Long.MAX_VALUE),
                List.of(Map.of("comm", name)),
                List.of(new DeliveryTimeline.Lane(
                        "cpu", null, 0, List.of(new DeliveryTimeline.Span(0, 5, "thread", name, name, 1)))));
        return new Report(
                "hindsight " + name,
                OptionalLong.empty(),
                List.of(run),
                new Verdict(List.of(), List.of(name)),
                Map.of(),
                List.of(delivery),
                List.of(),
                Map.of(0, List.of(new FigureWarning(name, 0, "code", name, List.of(name), 1))));
    }

    private static String page(Report report) throws IOException {
        StringWriter html = new StringWriter();
        ReportPage.write(report, html);
        return html.toString();
    }

    private static String data(String html) {
        Matcher data = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
                .matcher(html);
        assertThat(data.find()).isTrue();
        return data.group(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "</script><img src=x onerror=alert(1)>",
                "<!--<script>",
                "\u2028\u2029'\"&amp;",
                "{{data}}{{script}}$0\\1",
                "]]>\u0000\u0007 \uD800 end"
            })
    void a_name_stays_a_name(String name) throws IOException {
        String harmless = page(named("a"));
        String html = page(named(name));
        assertThat(count(html, "<script")).isEqualTo(count(harmless, "<script"));
        assertThat(count(html, "</script")).isEqualTo(count(harmless, "</script"));
        assertThat(html).doesNotContain("<img").doesNotContain("<!--<");
        String data = data(html);
        assertThat(data).doesNotContain("<").doesNotContain(">").doesNotContain("\u2028");
        JsonNode json = new ObjectMapper().readTree(data);
        assertThat(json.path("runs").get(0).path("label").asText()).isEqualTo(name);
        assertThat(json.path("warnings").get(0).path("message").asText()).isEqualTo(name);
        assertThat(json.path("deliveries").get(0).path("texts").get(2).asText()).isEqualTo(name);
    }

    private static int count(String text, String of) {
        return text.split(Pattern.quote(of), -1).length - 1;
    }

    @Test
    void numbers_that_javascript_would_round_are_text() throws IOException {
        JsonNode json = new ObjectMapper().readTree(data(page(named("a"))));
        assertThat(json.path("deliveries")
                        .get(0)
                        .path("points")
                        .path("asserted_ns")
                        .isTextual())
                .isTrue();
        assertThat(ReportTable.plain((1L << 53) - 1)).isEqualTo((1L << 53) - 1);
        assertThat(ReportTable.plain(1L << 53)).isEqualTo("9007199254740992");
        assertThat(ReportTable.plain(Double.NaN)).isNull();
    }

    @Test
    void the_policy_names_exactly_the_scripts_and_the_style_of_the_page_and_no_source_of_anything() throws IOException {
        String html = page(named("a"));
        Matcher csp = Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"")
                .matcher(html);
        assertThat(csp.find()).isTrue();
        assertThat(csp.group(1))
                .startsWith("default-src 'none';")
                .doesNotContain("unsafe")
                .doesNotContain("http");
        Matcher code =
                Pattern.compile("<(script|style)>(.*?)</\\1>", Pattern.DOTALL).matcher(html);
        int found = 0;
        while (code.find()) {
            assertThat(csp.group(1)).contains("'sha256-" + digest(code.group(2)) + "'");
            found++;
        }
        assertThat(found).isEqualTo(3);
        assertThat(html).doesNotContainPattern("(src|href)=\"(?!#)").doesNotContain("sourceMappingURL");
    }

    private static String digest(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void the_library_comes_with_its_licence() throws IOException {
        assertThat(page(named("a"))).contains("The MIT License (MIT)").contains("Chart.js Contributors");
    }

    @Test
    void a_report_of_nothing_is_a_page_too() throws IOException {
        Report nothing = new ReportBuilder("hindsight", AnalysisOptions.DEFAULT).build();
        assertThat(page(nothing)).contains("Nothing was given to report.");
    }
}
