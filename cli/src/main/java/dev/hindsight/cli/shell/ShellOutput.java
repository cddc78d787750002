package dev.hindsight.cli.shell;

import dev.hindsight.queries.dataset.WriteFailure;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.result.ResultFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where rows go, and how they look: the screen, through the pager where they don't fit, or a file. */
final class ShellOutput implements AutoCloseable {

    private final PrintWriter screen;
    private final ScreenPager pager;
    private ResultFormat format;
    private boolean paging;
    private PrintWriter file;

    /**
     * @param pager of the terminal, null where there is none
     */
    ShellOutput(PrintWriter screen, ScreenPager pager, ResultFormat format) {
        this.screen = screen;
        this.pager = pager;
        this.format = format;
        this.paging = pager != null;
    }

    ResultFormat format() {
        return format;
    }

    void format(ResultFormat chosen) {
        format = chosen;
    }

    boolean paging() {
        return paging;
    }

    /**
     * Turns the pager on or off.
     *
     * @throws QueryException where there is no terminal
     */
    void paging(boolean on) {
        if (on && pager == null) {
            throw new QueryException("there is no terminal to page on");
        }
        paging = on;
    }

    /** Rows in the chosen format. */
    void rows(QueryResult rows) {
        try {
            if (file != null) {
                format.write(rows, file);
            } else if (paging) {
                pager.show(to -> format.write(rows, to));
            } else {
                format.write(rows, screen);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        flush();
    }

    /** A line for the user, which goes beside the rows where those go to a file. */
    void say(String line) {
        screen.println(line);
        screen.flush();
    }

    /** Text that belongs to the answer. */
    void text(String text) {
        (file == null ? screen : file).println(text);
        flush();
    }

    private void flush() {
        (file == null ? screen : file).flush();
    }

    /**
     * Lets what follows go to a file, which is replaced.
     *
     * @throws QueryException where it can't be written
     */
    void toFile(String name) {
        close();
        try {
            Writer writer = Files.newBufferedWriter(Path.of(name));
            file = new PrintWriter(new BufferedWriter(writer));
        } catch (IOException e) {
            throw new QueryException(name + ": " + WriteFailure.of(e));
        } catch (InvalidPathException e) {
            throw new QueryException(name + ": cannot be written: " + e.getMessage());
        }
    }

    /** Lets what follows go to the screen again. */
    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
