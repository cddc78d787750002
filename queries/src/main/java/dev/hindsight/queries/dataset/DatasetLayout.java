package dev.hindsight.queries.dataset;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Where things are in a dataset:
 *
 * <pre>
 * DIR/manifest.json
 * DIR/views.sql
 * DIR/TABLE/trace=N/run=RUN/part-NNNNN.parquet
 * </pre>
 */
final class DatasetLayout {

    static final String MANIFEST = "manifest.json";

    /** The views over the tables, for DuckDB without Hindsight. */
    static final String VIEWS = "views.sql";

    /** Run of a timeline that was recorded; replays have names of their own. */
    static final String RECORDED = "recorded";

    private DatasetLayout() {}

    static Path folder(Path dataset, String table, int trace, String run) {
        return dataset.resolve(table).resolve(runFolder(trace, run));
    }

    /** Of a run within a table's folder. */
    static String runFolder(int trace, String run) {
        return "trace=" + trace + "/run=" + run;
    }

    static String part(int number) {
        return String.format(Locale.ROOT, "part-%05d.parquet", number);
    }

    static boolean isPart(Path file) {
        return file.getFileName().toString().endsWith(".parquet");
    }

    /** Names that need no quoting in paths and SQL: letters, digits, underscore, dot and hyphen, not a dot first. */
    static void checkRun(String run) {
        if (!run.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")) {
            throw new IllegalArgumentException(
                    "run '" + run + "': expected letters, digits, '_', '-' and '.', at most 100");
        }
    }
}
