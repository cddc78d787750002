package dev.hindsight.queries.sql;

import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.ResultColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A query that has a name: SQL with a header that says what it answers, what it needs and what its columns are.
 *
 * <pre>
 * -- irq_latency: how long interrupts took to reach the guest's handler.
 * --
 * -- Any further sentences.
 * --
 * -- uses delivery
 * -- input slo_ns BIGINT NULL ns: responses longer than this are counted
 * -- column vm VARCHAR: virtual machine
 * -- column p50_ns BIGINT ns: median
 * SELECT ...
 * </pre>
 *
 * An input is {@code name TYPE default [unit]: doc} and stands as {@code $name} in the SQL; the default {@code NULL}
 * means none. A column is {@code name TYPE [unit]: doc}. A used query is there under its name as if it were a view.
 *
 * @param name of the query and of its file
 * @param purpose first sentence of the header
 * @param doc the sentences after it, paragraphs separated by an empty line; may be empty
 * @param uses names of queries that the SQL reads from
 * @param inputs values to bind
 * @param columns what the result has, in order
 * @param sql without the header
 */
public record NamedQuery(
        String name,
        String purpose,
        String doc,
        List<String> uses,
        List<Input> inputs,
        List<ResultColumn> columns,
        String sql) {

    /**
     * A value that the caller may give.
     *
     * @param type BIGINT, INTEGER, DOUBLE, BOOLEAN or VARCHAR
     * @param defaultText as written in the header, {@code NULL} for none
     * @param unit empty where it has none
     */
    public record Input(String name, String type, String defaultText, String unit, String doc) {

        /** The value of a text given by a user; {@code NULL} is null. */
        public Object parse(String text) {
            if (text.equals("NULL")) {
                return null;
            }
            try {
                return switch (type) {
                    case "BIGINT", "INTEGER" -> Long.parseLong(text);
                    case "DOUBLE" -> Double.parseDouble(text);
                    case "BOOLEAN" -> parseBoolean(text);
                    default -> text;
                };
            } catch (NumberFormatException e) {
                throw wrong(text);
            }
        }

        private boolean parseBoolean(String text) {
            if (text.equalsIgnoreCase("true")) {
                return true;
            } else if (text.equalsIgnoreCase("false")) {
                return false;
            }
            throw wrong(text);
        }

        private QueryException wrong(String text) {
            return new QueryException("input " + name + ": expected a value of type " + type
                    + (unit.isEmpty() ? "" : " in " + unit) + ", found '" + text + "'");
        }
    }

    public NamedQuery {
        uses = List.copyOf(uses);
        inputs = List.copyOf(inputs);
        columns = List.copyOf(columns);
        if (sql.isBlank()) {
            throw new IllegalArgumentException("query " + name + " has no SQL");
        }
    }

    /** Columns by name, for results. */
    public Map<String, ResultColumn> columnsByName() {
        Map<String, ResultColumn> byName = new LinkedHashMap<>();
        for (ResultColumn column : columns) {
            byName.put(column.name(), column);
        }
        return byName;
    }

    /**
     * Parses a file.
     *
     * @param name of the file without {@code .sql}
     */
    public static NamedQuery parse(String name, String text) {
        String purpose = null;
        StringBuilder doc = new StringBuilder();
        List<String> uses = new ArrayList<>();
        List<Input> inputs = new ArrayList<>();
        List<ResultColumn> columns = new ArrayList<>();
        int at = 0;
        while (text.startsWith("--", at)) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            String line = text.substring(at + 2, end).strip();
            at = Math.min(text.length(), end + 1);
            if (purpose == null) {
                if (!line.startsWith(name + ": ")) {
                    throw malformed(name, line, "a first line '-- " + name + ": purpose'");
                }
                purpose = line.substring(name.length() + 2);
            } else if (line.startsWith("uses ")) {
                for (String use : line.substring(5).split(",")) {
                    uses.add(use.strip());
                }
            } else if (line.startsWith("input ")) {
                inputs.add(input(name, line));
            } else if (line.startsWith("column ")) {
                columns.add(column(name, line));
            } else {
                doc.append(line).append('\n');
            }
        }
        if (purpose == null || columns.isEmpty()) {
            throw malformed(name, "", "a header with purpose and columns");
        }
        return new NamedQuery(name, purpose, doc.toString().strip(), uses, inputs, columns, text.substring(at));
    }

    private static Input input(String query, String line) {
        int colon = line.indexOf(": ");
        String[] words = colon < 0 ? new String[0] : line.substring(6, colon).split(" ");
        if (words.length < 3 || words.length > 4) {
            throw malformed(query, line, "'input NAME TYPE DEFAULT [UNIT]: meaning'");
        }
        Input input =
                new Input(words[0], words[1], words[2], words.length == 4 ? words[3] : "", line.substring(colon + 2));
        input.parse(input.defaultText());
        return input;
    }

    private static ResultColumn column(String query, String line) {
        int colon = line.indexOf(": ");
        String[] words = colon < 0 ? new String[0] : line.substring(7, colon).split(" ");
        if (words.length < 2 || words.length > 3) {
            throw malformed(query, line, "'column NAME TYPE [UNIT]: meaning'");
        }
        return new ResultColumn(words[0], words[1], words.length == 3 ? words[2] : "", line.substring(colon + 2));
    }

    private static IllegalArgumentException malformed(String name, String line, String expected) {
        return new IllegalArgumentException("query " + name + ": expected " + expected + ", found '" + line + "'");
    }
}
