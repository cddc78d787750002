package dev.hindsight.sampletraces;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The lab's scripts are checked as far as that goes without booting it. */
class LabTest {

    private static final Path LAB = SampleTraces.root().resolve(Path.of("sample-traces", "lab", "x86"));

    @Test
    void every_script_is_accepted_by_the_shell_that_its_first_line_names() throws Exception {
        List<Path> scripts = scripts();
        assertThat(scripts).hasSizeGreaterThanOrEqualTo(7);
        for (Path script : scripts) {
            String first = Files.readAllLines(script).get(0);
            String shell = first.contains("bash") ? "bash" : "sh";
            Process check = new ProcessBuilder(shell, "-n", script.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(check.waitFor()).as(script + ": " + output).isZero();
        }
    }

    @Test
    void every_script_can_be_run_as_it_was_checked_out() throws IOException {
        Assumptions.assumeTrue(
                LAB.getFileSystem().supportedFileAttributeViews().contains("posix"), "no permissions here to look at");
        for (Path script : scripts()) {
            assertThat(Files.isExecutable(script)).as(script.toString()).isTrue();
        }
    }

    @Test
    void the_readme_explains_every_load_guest_and_policy_that_the_scenarios_know() throws IOException {
        String scenarios = Files.readString(LAB.resolve("scenarios.sh"));
        String readme = Files.readString(LAB.resolve("README.md"));
        for (String function : List.of("load_on", "guest_arguments", "policy_arguments")) {
            List<String> names = caseLabels(scenarios, function);
            assertThat(names).as(function).hasSizeGreaterThanOrEqualTo(4);
            for (String name : names) {
                assertThat(readme).as(function).contains("`" + name + "`");
            }
        }
    }

    private static List<String> caseLabels(String script, String function) {
        int start = script.indexOf(function + "() {");
        String body = script.substring(start, script.indexOf("\n}\n", start));
        List<String> names = new ArrayList<>();
        Pattern.compile("(?m)^        ([a-z]+(?: \\| [a-z]+)*)\\)")
                .matcher(body)
                .results()
                .map((MatchResult label) -> label.group(1))
                .forEach(label -> names.addAll(List.of(label.split(" \\| "))));
        return names;
    }

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(LAB)) {
            return files.filter(file -> file.toString().endsWith(".sh") || file.endsWith("init"))
                    .sorted()
                    .toList();
        }
    }
}
