package dev.hindsight.sampletraces;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ExpectedFiguresTest {

    @Test
    @Tag("slow")
    void computing_the_expected_figures_again_gives_the_committed_ones() throws Exception {
        for (String tool : List.of("python3", "trace-cmd", "zstd")) {
            Assumptions.assumeTrue(installed(tool), "needs " + tool);
        }
        Path script = SampleTraces.recordings().resolve(Path.of("expected", "make-expected.py"));
        Process check = new ProcessBuilder("python3", script.toString(), "--check")
                .redirectErrorStream(true)
                .start();
        String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(output).isZero();
        assertThat(output).contains("same").doesNotContain("DIFFERENT");
    }

    private static boolean installed(String tool) throws IOException {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return true;
            }
        }
        return false;
    }
}
