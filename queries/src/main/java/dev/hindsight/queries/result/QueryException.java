package dev.hindsight.queries.result;

import java.sql.SQLException;

/** A query that can't be answered, told in one line: what is wrong, where in the SQL, and what was perhaps meant. */
public final class QueryException extends RuntimeException {

    /** {@code message} is one line. */
    public QueryException(String message) {
        super(message);
    }

    private QueryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Makes one line of DuckDB's several: the message, its candidates, and line and column of the offending text. */
    public static QueryException of(SQLException e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        StringBuilder line = new StringBuilder();
        String[] lines = text.split("\n", -1);
        String at = "";
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].startsWith("LINE ")) {
                at = position(lines, i);
                break;
            }
            String part =
                    lines[i].strip().replace("are disabled by configuration", "are off; --unsafe lets SQL touch files");
            if (!part.isEmpty()) {
                line.append(line.length() == 0 ? "" : line.charAt(line.length() - 1) == '!' ? " " : "; ")
                        .append(part);
            }
        }
        return new QueryException(line + at, e);
    }

    /** From "LINE 3: ...text" and the caret below it. */
    private static String position(String[] lines, int i) {
        int colon = lines[i].indexOf(':');
        String number = lines[i].substring(5, Math.max(5, colon));
        int caret = i + 1 < lines.length ? lines[i + 1].indexOf('^') : -1;
        if (caret < 0 || caret >= lines[i].length()) {
            return " (line " + number + ")";
        }
        String near = lines[i].substring(caret).strip();
        return " (line " + number + ", at '" + (near.length() > 30 ? near.substring(0, 30) + "..." : near) + "')";
    }
}
