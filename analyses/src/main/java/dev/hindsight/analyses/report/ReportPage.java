package dev.hindsight.analyses.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a report as one HTML file that needs nothing else: script, style and data stand in it. Its content security policy
 * allows these, told by their digests, and forbids the rest, the network above all.
 */
public final class ReportPage {

    private static final String FOLDER = "dev/hindsight/analyses/report/";

    /** In the order in which they use each other; the last one draws the page. */
    private static final List<String> SCRIPTS = List.of(
            "charts.js",
            "timeline.js",
            "delivery.js",
            "strip.js",
            "tables.js",
            "verdict.js",
            "distributions.js",
            "stages.js",
            "cpu.js",
            "overview.js",
            "page.js");

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

    private ReportPage() {}

    /** Writes it as UTF-8 text. */
    public static void write(Report report, Writer to) throws IOException {
        ClassLoader loader = ReportPage.class.getClassLoader();
        ChartLibrary library = ChartLibrary.load();
        String style = ChartLibrary.text(loader, FOLDER + "report.css");
        StringBuilder scripts = new StringBuilder();
        for (String name : SCRIPTS) {
            scripts.append(ChartLibrary.text(loader, FOLDER + name));
        }
        String script = scripts.toString();
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("title", escaped(report.title()));
        parts.put(
                "csp",
                "default-src 'none'; script-src " + digest(library.script()) + " " + digest(script) + "; style-src "
                        + digest(style) + "; img-src data:; base-uri 'none'; form-action 'none'");
        parts.put("style", style);
        parts.put("data", EmbeddedJson.of(report.toJson()));
        parts.put("library", library.script());
        parts.put("libraryversion", escaped(library.version()));
        parts.put("licence", escaped(library.licence()));
        parts.put("script", script);
        parts.put("tool", escaped(report.tool()));
        StringBuilder verdict = new StringBuilder();
        report.verdict()
                .sentences()
                .forEach(s -> verdict.append("<p>").append(escaped(s)).append("</p>\n"));
        parts.put("verdict", verdict.toString());
        String template = ChartLibrary.text(loader, FOLDER + "report.html");
        Matcher place = PLACE.matcher(template);
        int at = 0;
        while (place.find()) {
            String part = parts.get(place.group(1));
            if (part == null) {
                throw new IllegalStateException("the template wants " + place.group(1));
            }
            to.append(template, at, place.start()).append(part);
            at = place.end();
        }
        to.append(template, at, template.length());
    }

    /** As the policy names an element of exactly this text. */
    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String escaped(String text) {
        StringBuilder html = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '&' -> html.append("&amp;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(c);
            }
        }
        return html.toString();
    }
}
