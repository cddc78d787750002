package dev.hindsight.cli.shell;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.result.ResultFormat;
import dev.hindsight.queries.sql.NamedQueries;
import java.io.BufferedReader;
import java.io.PrintWriter;

/** The shell without a terminal: statements come from a file or pipe, the first that fails ends it. */
public final class PipedShell {

    private PipedShell() {}

    /**
     * Answers all statements.
     *
     * @throws dev.hindsight.queries.result.QueryException where one fails
     */
    public static void run(
            Dataset dataset, NamedQueries queries, BufferedReader statements, PrintWriter out, ResultFormat format) {
        try (ShellOutput output = new ShellOutput(out, null, format)) {
            new SqlSession(dataset, queries, output).script(statements.lines().toList());
        }
    }
}
