package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Standard output that takes nothing. */
final class StandardOutputTest {

    private static StandardOutput failing(String reason) {
        StandardOutput out = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        });
        new PrintWriter(out, true).println("a line");
        return out;
    }

    @Test
    void a_full_disk_is_told_and_has_an_exit_code() {
        StandardOutput out = failing("No space left on device");
        assertThat(out.hasFailed()).isTrue();
        StringWriter err = new StringWriter();
        assertThat(out.tell(new PrintWriter(err))).isEqualTo(ExitCode.UNWRITABLE);
        assertThat(err.toString()).contains("standard output", "No space left on device");
    }

    @Test
    void a_reader_that_had_enough_is_no_failure() {
        assertThat(failing("Broken pipe").hasFailed()).isFalse();
    }
}
