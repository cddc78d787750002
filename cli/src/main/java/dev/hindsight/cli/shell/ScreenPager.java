package dev.hindsight.cli.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.builtins.Less;
import org.jline.builtins.Source;
import org.jline.terminal.Terminal;

/** Shows text on a terminal: at once where it fits, else a screen at a time, long lines cut and scrolled sideways. */
final class ScreenPager {

    private final Terminal terminal;

    ScreenPager(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Writes text. */
    @FunctionalInterface
    interface Text {
        void writeTo(Writer to) throws IOException;
    }

    /** Shows a text; it may be larger than memory. */
    void show(Text text) throws IOException {
        Path page = Files.createTempFile("hindsight-rows-", ".txt");
        try {
            try (Writer to = Files.newBufferedWriter(page)) {
                text.writeTo(to);
            }
            if (fits(page)) {
                terminal.writer().print(Files.readString(page));
            } else {
                less(page);
            }
            terminal.flush();
        } finally {
            Files.deleteIfExists(page);
        }
    }

    private boolean fits(Path page) throws IOException {
        int height = terminal.getHeight();
        int width = terminal.getWidth();
        if (height <= 0 || width <= 0 || terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
            return true;
        }
        try (BufferedReader lines = Files.newBufferedReader(page)) {
            int count = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                count++;
                if (count >= height || line.length() > width) {
                    return false;
                }
            }
        }
        return true;
    }

    private void less(Path page) throws IOException {
        Less less = new Less(terminal, page.getParent());
        less.chopLongLines = true;
        try {
            less.run(new Source.PathSource(page, "rows: q quits, / searches, arrows scroll"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
