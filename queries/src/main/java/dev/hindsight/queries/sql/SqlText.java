package dev.hindsight.queries.sql;

/** What in a text of SQL is no code: strings, quoted names and comments, as DuckDB reads them. */
public final class SqlText {

    private SqlText() {}

    /**
     * Where the first statement ends.
     *
     * @return the place of its semicolon, or -1 where the text ends before it does
     */
    public static int endOfStatement(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            int end = passedOver(sql, at);
            if (end > at) {
                at = end;
            } else if (sql.charAt(at) == ';') {
                return at;
            } else {
                at++;
            }
        }
        return -1;
    }

    /** Whether there is nothing but space and comments from {@code from} on. */
    public static boolean isBlank(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            boolean comment = sql.startsWith("--", at) || sql.startsWith("/*", at);
            if (!comment && !Character.isWhitespace(sql.charAt(at))) {
                return false;
            }
            at = comment ? passedOver(sql, at) : at + 1;
        }
        return true;
    }

    /** End of the string, quoted name or comment that begins at {@code at}; {@code at} where none does. */
    static int passedOver(String sql, int at) {
        char c = sql.charAt(at);
        if (c == '\'' || c == '"') {
            return behind(sql, String.valueOf(c), at + 1);
        } else if (sql.startsWith("$$", at)) {
            return behind(sql, "$$", at + 2);
        } else if (sql.startsWith("--", at)) {
            int end = sql.indexOf('\n', at);
            return end < 0 ? sql.length() : end;
        } else if (sql.startsWith("/*", at)) {
            return behind(sql, "*/", at + 2);
        }
        return at;
    }

    private static int behind(String sql, String what, int from) {
        int end = sql.indexOf(what, from);
        return end < 0 ? sql.length() : end + what.length();
    }
}
