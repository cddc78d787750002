package dev.hindsight.sampletraces.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The installed trace-cmd as the judge of a written file. */
final class TraceCmd {

    private TraceCmd() {}

    static void assumeInstalled() {
        boolean installed = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, "trace-cmd")));
        assumeTrue(installed, "trace-cmd is not on the PATH");
    }

    /** Runs {@code trace-cmd report OPTIONS -i FILE}, requires that it warns of nothing, and returns its lines. */
    static List<String> report(Path file, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("trace-cmd", "report"));
        command.addAll(List.of(options));
        command.addAll(List.of("-i", file.toString()));
        Path err = file.resolveSibling(file.getFileName() + ".err");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + Files.readString(err)).isZero();
        assertThat(Files.readString(err)).as("warnings of " + command).isEmpty();
        return out.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
