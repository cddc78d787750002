package dev.hindsight.queries.dataset;

/** Names and texts of a recording as SQL takes them, for views, which can't bind values. */
public final class SqlQuotes {

    private SqlQuotes() {}

    /** A name. */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A text; zero bytes, which DuckDB takes for its end, are left out. */
    public static String literal(String text) {
        return "'" + text.replace("\0", "").replace("'", "''") + "'";
    }
}
