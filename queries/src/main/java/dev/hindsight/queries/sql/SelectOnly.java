package dev.hindsight.queries.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.queries.result.QueryException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets nothing through but one statement that only reads. DuckDB's own parser is the judge: its
 * {@code json_serialize_sql} takes statements that are SELECT (with WITH, FROM, VALUES, DESCRIBE, SHOW and SUMMARIZE)
 * and no others.
 *
 * <p>This is needed beside {@code allowed_directories}, which lets COPY write where it lets SELECT read.
 */
public final class SelectOnly {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern EXPLAIN = Pattern.compile("\\s*EXPLAIN(\\s+ANALYZE)?\\s", Pattern.CASE_INSENSITIVE);

    private SelectOnly() {}

    /** Throws a {@link QueryException} where the SQL is anything else. */
    public static void check(Connection connection, String sql) {
        Matcher explain = EXPLAIN.matcher(sql);
        String select = explain.lookingAt() ? sql.substring(explain.end()) : sql;
        try (PreparedStatement statement = connection.prepareStatement("SELECT json_serialize_sql(?::VARCHAR)")) {
            statement.setString(1, select);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                check(JSON.readTree(rows.getString(1)), select);
            }
        } catch (SQLException e) {
            throw QueryException.of(e);
        } catch (JsonProcessingException e) {
            throw new QueryException("the SQL cannot be checked: " + e.getOriginalMessage());
        }
    }

    private static void check(JsonNode parsed, String sql) {
        if (parsed.path("error").asBoolean(true)) {
            if (parsed.path("error_type").asText().equals("parser")) {
                throw new QueryException(
                        "Parser Error: " + parsed.path("error_message").asText() + place(parsed, sql));
            }
            throw new QueryException("expected one SELECT, found another kind of statement"
                    + " (or named and numbered parameters mixed); --unsafe allows any");
        }
        int statements = parsed.path("statements").size();
        if (statements != 1) {
            throw new QueryException("expected one SELECT, found " + statements + " statements");
        }
    }

    private static String place(JsonNode error, String sql) {
        int position = error.path("position").asInt(-1);
        if (position < 0 || position > sql.length()) {
            return "";
        }
        int line = 1
                + (int) sql.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        String near = sql.substring(position, Math.min(sql.length(), position + 30));
        int end = near.indexOf('\n');
        return " (line " + line + ", at '" + (end < 0 ? near : near.substring(0, end)) + "')";
    }
}
