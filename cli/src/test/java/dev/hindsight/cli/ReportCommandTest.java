package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportCommandTest {

    @TempDir
    Path temp;

    private static String sample(String name) {
        return SampleTraces.trace(name).toString();
    }

    @Test
    void a_report_says_its_verdict_and_where_it_is() throws IOException {
        Path page = temp.resolve("page.html");
        CommandRun run = CommandRun.of("report", sample("v6-lost"), "--slo", "500us", "-o", page.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("misses the SLO of 500 µs: ")
                .contains("no figure is computed across a loss")
                .contains(page + ": ")
                .contains("open it in a browser");
        String html = Files.readString(page);
        assertThat(html)
                .startsWith("<!DOCTYPE html>")
                .contains("misses the SLO of 500 µs")
                .endsWith("</html>\n");
        assertThat(Files.size(page)).isLessThan(1_500_000);
        assertThat(temp.toFile().list()).containsExactly("page.html");
    }

    @Test
    void a_guest_is_called_the_same_in_verdict_and_warnings_as_in_every_table() throws IOException {
        Path pair = SampleTraces.recordings().resolve("pair");
        Path page = temp.resolve("page.html");
        String[] options = {
            pair.resolve("fifo-idle.dat").toString(),
            "--guest",
            pair.resolve("fifo-idle-rtguest.dat").toString(),
            "--slo",
            "1ms"
        };
        CommandRun report = run("report", options, "-o", page.toString());
        assertThat(report.out()).contains("vm-3 misses the SLO of 1 ms: ").doesNotContain("VM 3", "vm-128");
        assertThat(Files.readString(page)).contains("vm-3").doesNotContain("VM 3", "vm-128");
        String analyzed = run("analyze", options).out();
        assertThat(analyzed).contains("vm-3").doesNotContain("vm-128");
        assertThat(run("replay", options, "--prio", "vcpu@vm-3=fifo:80").out())
                .contains("Interrupt response of vm-3 vCPU 0")
                .doesNotContain("vm-128");
    }

    private static CommandRun run(String command, String[] options, String... more) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(options));
        words.addAll(List.of(more));
        CommandRun run = CommandRun.of(words.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    @Test
    void the_same_input_gives_the_same_bytes() throws IOException {
        Path a = temp.resolve("a.html");
        Path b = temp.resolve("b.html");
        for (Path page : List.of(a, b)) {
            CommandRun run = CommandRun.of(
                    "report", sample("v7-zlib"), "--slo", "1ms", "--prio", "vcpu=fifo:80", "-o", page.toString());
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        assertThat(a).hasSameBinaryContentAs(b);
    }

    @Test
    void without_a_slo_nothing_is_called_good_or_bad() {
        Path page = temp.resolve("page.html");
        CommandRun run = CommandRun.of("report", sample("arm64-load-other"), "-o", page.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("No SLO was given, so nothing is called good or bad");
    }

    @Test
    void what_cannot_be_is_refused_before_the_work_with_what_to_do() {
        String trace = sample("v7-zlib");
        CommandRun folder = CommandRun.of("report", trace, "-o", temp.toString());
        assertThat(folder.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(folder.err()).contains("is a directory: name a file in it, for instance");
        CommandRun nowhere = CommandRun.of(
                "report", trace, "-o", temp.resolve("no/page.html").toString());
        assertThat(nowhere.exitCode()).isEqualTo(ExitCode.UNWRITABLE);
        assertThat(nowhere.err()).contains("make it first");
        CommandRun itself = CommandRun.of("report", trace, "-o", trace);
        assertThat(itself.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(itself.err()).contains("is one of the recordings");
        CommandRun many = CommandRun.of(
                "report", trace, "--worst", "21", "-o", temp.resolve("p.html").toString());
        assertThat(many.exitCode()).isEqualTo(ExitCode.USAGE);
        CommandRun missing = CommandRun.of(
                "report",
                temp.resolve("none.dat").toString(),
                "-o",
                temp.resolve("p.html").toString());
        assertThat(missing.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void damaged_recordings_have_a_report_of_what_could_be_read() throws IOException {
        byte[] whole = Files.readAllBytes(SampleTraces.trace("v6-lost"));
        Path cut = Files.write(temp.resolve("cut.dat"), Arrays.copyOf(whole, whole.length * 97 / 100));
        Path page = temp.resolve("page.html");
        CommandRun partial = CommandRun.of("report", cut.toString(), "-o", page.toString());
        assertThat(partial.exitCode()).as(partial.err()).isEqualTo(ExitCode.PARTIAL);
        assertThat(partial.out()).contains("cut is damaged: everything here covers what could be read of it.");
        byte[] base = Files.readAllBytes(SampleTraces.trace("bonnie-pitspin-base"));
        Path headless = Files.write(temp.resolve("headless.dat"), Arrays.copyOf(base, 1_400_000));
        CommandRun none = CommandRun.of("report", headless.toString(), "-o", page.toString());
        assertThat(none.exitCode()).as(none.err()).isEqualTo(ExitCode.PARTIAL);
        assertThat(none.out()).contains("headless has no events that could be read, for it is damaged");
        assertThat(Files.readString(page)).contains("headless has no events");
    }

    @Test
    void runs_of_a_dataset_are_shown_beside_a_recording() throws IOException {
        Path dataset = temp.resolve("what-if");
        CommandRun replay = CommandRun.of(
                "replay", sample("compute-exthlt-base"), "--prio", "vcpu@rtvmm=fifo:80", "-o", dataset.toString());
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        Path page = temp.resolve("page.html");
        CommandRun run = CommandRun.of(
                "report",
                dataset.toString(),
                sample("compute-exthlt-coschedboost"),
                "--slo",
                "1ms",
                "-o",
                page.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("4 runs")
                .contains("rtvmm in what-if")
                .contains("rtvmm in compute-exthlt-coschedboost");
        assertThat(Files.readString(page)).contains("\"label\":\"what-if · what-if\"");
        CommandRun some = CommandRun.of("report", dataset.toString(), "--run", "recorded,nope", "-o", page.toString());
        assertThat(some.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(some.err()).contains("has no run 'nope'; it has recorded");
    }
}
