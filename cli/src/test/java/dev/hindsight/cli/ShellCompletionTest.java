package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;

/** The completion script that the build makes, in the shells it is for. */
final class ShellCompletionTest {

    @TempDir
    Path temp;

    private String shell(String name, String script) throws IOException, InterruptedException {
        Path completion = Files.writeString(
                temp.resolve("hindsight.completion"), AutoComplete.bash("hindsight", Hindsight.commandLine()));
        Path out = temp.resolve("out.txt");
        Process process = new ProcessBuilder(name, "-c", "source " + completion + "\n" + script)
                // Outside of a completion, bash tells that compopt does nothing.
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    @Test
    void bash_completes_commands_and_options() throws Exception {
        String replies = shell("bash", """
            COMP_WORDS=(hindsight an); COMP_CWORD=1; _complete_hindsight; echo "${COMPREPLY[@]}"
            COMP_WORDS=(hindsight replay --pr); COMP_CWORD=2; _complete_hindsight; echo "${COMPREPLY[@]}"
            """);
        assertThat(replies.lines().toList().get(0)).contains("analyze");
        assertThat(replies.lines().toList().get(1)).contains("--prio");
    }

    @Test
    void zsh_takes_the_same_script() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/zsh")) || Files.isExecutable(Path.of("/usr/bin/zsh")), "no zsh");
        assertThat(shell("zsh", "print -r -- ${(k)_comps[(I)hindsight]}")).isEqualTo("hindsight\n");
    }
}
