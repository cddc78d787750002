package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.print.PrintOptions;

/** The report as people see it. */
final class ReportInChromiumTest {

    private static final String POLICIES = """
        - name: shield
          shield: {1: vcpu@rtvmm}
        - name: prioall
          prio: {vcpu@rtvmm: fifo:80, kvm-pit: fifo:85}
        """;

    /** Of each canvas that is shown, whether it has more than one colour. */
    private static final String BLANK_CANVASES = """
        return [...document.querySelectorAll('main canvas')].filter((c) => {
          if (!c.clientWidth) return false;
          const p = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
          return p.every((v) => v === p[0]);
        }).map((c) => c.id);\
        """;

    @TempDir
    static Path temp;

    private static Path report;
    private static Chromium chromium;

    @BeforeAll
    static void write_a_report() throws IOException {
        chromium = Chromium.start();
        Path policies = Files.writeString(temp.resolve("policies.yaml"), POLICIES);
        report = temp.resolve("report.html");
        CommandRun run = CommandRun.of(
                "report",
                SampleTraces.trace("bonnie-pitspin-base").toString(),
                "--marker",
                "job=pio:0x510",
                "--slo",
                "1ms",
                "--extend",
                "-p",
                policies.toString(),
                "-o",
                report.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"375, false", "375, true", "900, false", "900, true", "1600, false", "1600, true"})
    void charts_are_drawn_at_every_width_in_both_themes(int width, boolean dark) throws IOException {
        chromium.window(width, 900, dark).open(report);
        assertThat(chromium.complaints()).isEmpty();
        assertThat(chromium.number("return document.querySelectorAll('main figure canvas').length"))
                .isEqualTo(10);
        assertThat((List<?>) chromium.run(BLANK_CANVASES)).isEmpty();
        assertThat(chromium.number("return document.documentElement.scrollWidth"))
                .as("nothing makes the page scroll sideways")
                .isLessThanOrEqualTo(width);
        chromium.picture("page-" + width + (dark ? "-dark" : "-light"), "html", 20_000);
    }

    @Test
    void each_chart_has_words_for_those_who_do_not_see_it_its_numbers_and_its_sql() {
        chromium.window(1200, 900, false).open(report);
        List<?> nameless = (List<?>) chromium.run("return [...document.querySelectorAll('main figure canvas')]"
                + ".filter((c) => (c.getAttribute('aria-label') || '').length < 20).map((c) => c.id)");
        assertThat(nameless).isEmpty();
        List<?> bare = (List<?>) chromium.run("return [...document.querySelectorAll('main figure')].filter((f) => {"
                + "for (let e = f.nextElementSibling; e; e = e.nextElementSibling)"
                + "  if (e.classList.contains('beside') && e.querySelectorAll('details').length === 2) return false;"
                + "return true; }).map((f) => f.innerText)");
        assertThat(bare).isEmpty();
        chromium.run("document.querySelectorAll('main .beside details').forEach((d) => (d.open = true))");
        chromium.run("return new Promise((done) => setTimeout(done, 50))");
        assertThat(chromium.number("return document.querySelectorAll('main .beside details table tbody tr').length"))
                .isGreaterThan(100);
        assertThat((List<?>) chromium.run("return [...document.querySelectorAll('main .beside details')]"
                        + ".filter((d) => !d.querySelector('table, pre')).map((d) => d.innerText)"))
                .isEmpty();
        assertThat((List<?>) chromium.run("return [...document.querySelectorAll('main table')]"
                        + ".filter((t) => !t.querySelector('th[scope=col]')).map((t) => t.innerText)"))
                .isEmpty();
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void the_timeline_zooms_and_pans_by_keys_wheel_mouse_and_buttons() throws IOException {
        chromium.window(1200, 900, false).open(report);
        chromium.picture("report-delivery", "#worst", 1150);
        WebElement canvas = chromium.driver().findElement(By.id("zoom-worst"));
        JavascriptExecutor script = chromium.driver();
        script.executeScript("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", canvas);
        String whole = picture(canvas);
        new Actions(chromium.driver()).moveToElement(canvas).click().perform();
        assertThat(chromium.driver().switchTo().activeElement()).isEqualTo(canvas);
        canvas.sendKeys("+");
        String near = picture(canvas);
        assertThat(near).isNotEqualTo(whole);
        assertThat(said()).startsWith("shows ");
        canvas.sendKeys(Keys.ARROW_RIGHT);
        String later = picture(canvas);
        assertThat(later).isNotEqualTo(near);
        canvas.sendKeys("n");
        assertThat(said()).startsWith("stage device: from ");
        canvas.sendKeys(Keys.HOME);
        new Actions(chromium.driver())
                .scrollFromOrigin(org.openqa.selenium.interactions.WheelInput.ScrollOrigin.fromElement(canvas), 0, -300)
                .perform();
        String wheeled = picture(canvas);
        new Actions(chromium.driver())
                .moveToElement(canvas)
                .clickAndHold()
                .moveByOffset(-150, 0)
                .release()
                .perform();
        assertThat(picture(canvas)).isNotEqualTo(wheeled);
        WebElement section = chromium.driver().findElement(By.id("worst"));
        section.findElement(By.cssSelector("button[aria-label='Zoom in']")).click();
        assertThat(said()).startsWith("shows ");
        section.findElement(By.cssSelector("button[aria-label='Show the whole']"))
                .click();
        section.findElement(By.id("worst-next")).click();
        assertThat(said()).contains("number 2");
        assertThat(chromium.complaints()).isEmpty();
    }

    private static String said() {
        return chromium.driver().findElement(By.id("live")).getAttribute("textContent");
    }

    private static String picture(WebElement canvas) {
        return (String) chromium.run("return arguments[0].toDataURL()", canvas);
    }

    @Test
    void a_run_is_hidden_and_shown_by_its_button_and_the_table_goes_with_it() {
        chromium.window(1200, 900, false).open(report);
        String rows = "return document.querySelectorAll('#response .body > div table tbody tr').length";
        long before = chromium.number(rows);
        WebElement button = chromium.driver().findElement(By.cssSelector("#response .runs button[data-run='1']"));
        button.click();
        assertThat(chromium.number(rows)).isEqualTo(before - 1);
        WebElement again = chromium.driver().findElement(By.cssSelector("#exceedance .runs button[data-run='1']"));
        assertThat(again.getAttribute("aria-pressed")).isEqualTo("false");
        again.sendKeys(Keys.SPACE);
        assertThat(chromium.number(rows)).isEqualTo(before);
    }

    @Test
    void the_theme_button_turns_page_and_charts_dark_and_back() throws IOException {
        chromium.window(1040, 900, false).open(report);
        chromium.picture("report-overview", "body", 1780);
        WebElement canvas = chromium.driver().findElement(By.id("chart-response"));
        String light = picture(canvas);
        WebElement button = chromium.driver().findElement(By.id("theme"));
        button.click();
        assertThat(picture(canvas)).isNotEqualTo(light);
        assertThat(chromium.run("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(17, 21, 26)");
        button.click();
        assertThat(picture(canvas)).isEqualTo(light);
    }

    @Test
    void it_prints_on_a_few_pages() throws IOException {
        chromium.window(1200, 900, true).open(report);
        byte[] pdf = Base64.getDecoder()
                .decode(chromium.driver().print(new PrintOptions()).getContent());
        String text = new String(pdf, StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("%PDF-");
        assertThat(text.split("/Type /Page\\b").length - 1).isBetween(4, 16);
        assertThat((List<?>) chromium.run(BLANK_CANVASES)).isEmpty();
        assertThat(chromium.run("return getComputedStyle(document.body).backgroundColor"))
                .as("dark again on the screen")
                .isEqualTo("rgb(17, 21, 26)");
        String folder = System.getProperty("hindsight.pictures");
        if (folder != null) {
            Files.createDirectories(Path.of(folder));
            Files.write(Path.of(folder, "print.pdf"), pdf);
        }
    }

    @Test
    void the_network_is_forbidden() {
        chromium.window(1200, 900, false).open(report);
        Object fetched = ((JavascriptExecutor) chromium.driver())
                .executeAsyncScript("const done = arguments[arguments.length - 1];"
                        + "fetch('http://127.0.0.1:9/').then(() => done('fetched'), (e) => done('refused'));");
        assertThat(fetched).isEqualTo("refused");
        assertThat(String.join("\n", chromium.complaints())).contains("Content Security Policy");
    }

    @Test
    void names_cannot_bring_script_into_the_page() throws IOException {
        Path hostile = temp.resolve("<img src=x onerror=document.title='owned'>.dat");
        Files.copy(SampleTraces.trace("v7-zlib"), hostile);
        Path page = temp.resolve("hostile.html");
        CommandRun run = CommandRun.of("report", hostile.toString(), "-o", page.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        chromium.window(1200, 900, false).open(page);
        assertThat(chromium.driver().getTitle()).contains("<img src=x");
        assertThat(chromium.number("return document.images.length")).isZero();
        assertThat(chromium.driver().findElement(By.tagName("h1")).getText()).contains("<img src=x onerror=");
        assertThat(chromium.complaints()).isEmpty();
    }
}
