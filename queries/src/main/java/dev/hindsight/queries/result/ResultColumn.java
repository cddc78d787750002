package dev.hindsight.queries.result;

/**
 * A column of a result.
 *
 * @param name as in the SQL
 * @param type DuckDB's name of the type, for instance {@code BIGINT}
 * @param unit for instance {@code ns}, {@code %} or {@code bytes}; empty where it has none or none is known
 * @param doc one sentence, empty where none is known
 */
public record ResultColumn(String name, String type, String unit, String doc) {

    /** A column of a query that nobody described: the unit is told by the end of its name. */
    public static ResultColumn undescribed(String name, String type) {
        String unit = name.endsWith("_ns") || name.equals("ns") ? "ns" : name.endsWith("_pct") ? "%" : "";
        return new ResultColumn(name, type, unit, "");
    }

    /** Whether values line up at the right in a table. */
    public boolean isNumber() {
        return type.endsWith("INT")
                || type.equals("INTEGER")
                || type.equals("UINTEGER")
                || type.equals("DOUBLE")
                || type.equals("FLOAT")
                || type.startsWith("DECIMAL");
    }
}
