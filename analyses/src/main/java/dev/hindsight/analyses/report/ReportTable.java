package dev.hindsight.analyses.report;

import dev.hindsight.analyses.FigureTable;
import dev.hindsight.queries.result.ResultColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;

/**
 * A figure of all runs of a report: as in its query, with the number of the run in place of columns run and trace.
 *
 * @param name of the query
 * @param columns in order, {@code run} first
 * @param rows each with a value for every column
 */
public record ReportTable(String name, List<ResultColumn> columns, List<List<Object>> rows) {

    private static final ResultColumn RUN = new ResultColumn("run", "BIGINT", "", "run of the report");

    /** The largest whole number that JavaScript keeps exactly. */
    private static final long SAFE = (1L << 53) - 1;

    public ReportTable {
        columns = List.copyOf(columns);
        rows = Collections.unmodifiableList(new ArrayList<>(rows));
    }

    /** The rows of a figure whose run is in the report. */
    static ReportTable of(FigureTable figure, ToIntBiFunction<String, Long> runs) {
        List<ResultColumn> columns = new ArrayList<>();
        columns.add(RUN);
        columns.addAll(figure.columns().subList(2, figure.columns().size()));
        List<List<Object>> rows = new ArrayList<>();
        for (List<Object> row : figure.rows()) {
            int run = runs.applyAsInt((String) row.get(0), (Long) row.get(1));
            if (run >= 0) {
                List<Object> values = new ArrayList<>(columns.size());
                values.add((long) run);
                values.addAll(row.subList(2, row.size()));
                rows.add(values);
            }
        }
        rows.sort(Comparator.comparing(row -> (Long) row.get(0)));
        return new ReportTable(figure.name(), columns, rows);
    }

    /** The rows of both, in order of runs. */
    ReportTable and(ReportTable other) {
        List<List<Object>> all = new ArrayList<>(rows);
        all.addAll(other.rows);
        return new ReportTable(name, columns, all);
    }

    /** The rows that are wanted. */
    ReportTable only(Predicate<List<Object>> wanted) {
        List<List<Object>> some = new ArrayList<>();
        for (List<Object> row : rows) {
            if (wanted.test(row)) {
                some.add(row);
            }
        }
        return new ReportTable(name, columns, some);
    }

    int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("table " + name + " has no column " + column);
    }

    Object value(List<Object> row, String column) {
        return row.get(indexOf(column));
    }

    long number(List<Object> row, String column) {
        return ((Number) value(row, column)).longValue();
    }

    String text(List<Object> row, String column) {
        return (String) value(row, column);
    }

    /** Columns with their units and meanings, and rows. */
    Map<String, Object> toJson() {
        List<Object> described = new ArrayList<>();
        for (ResultColumn column : columns) {
            Map<String, Object> c = new LinkedHashMap<>();
            c.put("name", column.name());
            c.put("unit", column.unit());
            c.put("doc", column.doc());
            c.put("number", column.isNumber());
            described.add(c);
        }
        List<Object> values = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            List<Object> cells = new ArrayList<>(row.size());
            for (Object cell : row) {
                cells.add(plain(cell));
            }
            values.add(cells);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("columns", described);
        json.put("rows", values);
        return json;
    }

    /** Whole numbers that JavaScript would round become text. */
    static Object plain(Object value) {
        if (value instanceof Long number && (number > SAFE || number < -SAFE)) {
            return number.toString();
        }
        if (value instanceof Double number && (number.isNaN() || number.isInfinite())) {
            return null;
        }
        return value;
    }
}
