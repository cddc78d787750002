package dev.hindsight.analyses;

import dev.hindsight.queries.result.ResultColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A figure as rows, in memory. Values are {@code Long}, {@code Double}, {@code Boolean}, {@code String} or null.
 *
 * @param name of the query
 * @param columns in order, with units
 * @param rows each with a value for every column
 */
public record FigureTable(String name, List<ResultColumn> columns, List<List<Object>> rows) {

    public FigureTable {
        columns = List.copyOf(columns);
        List<List<Object>> copy = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "figure " + name + ": a row of " + row.size() + " values for " + columns.size() + " columns");
            }
            copy.add(Collections.unmodifiableList(new ArrayList<>(row)));
        }
        rows = Collections.unmodifiableList(copy);
    }

    /** Place of a column, or an exception naming it. */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("figure " + name + " has no column " + column);
    }

    /** A value; row from 0. */
    public Object value(int row, String column) {
        return rows.get(row).get(indexOf(column));
    }

    /** Rows as maps from column name to value, in order. */
    public List<Map<String, Object>> toMaps() {
        List<Map<String, Object>> maps = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                map.put(columns.get(i).name(), row.get(i));
            }
            maps.add(map);
        }
        return maps;
    }

    /** The same without some columns. */
    public FigureTable without(List<String> dropped) {
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!dropped.contains(columns.get(i).name())) {
                kept.add(i);
            }
        }
        List<List<Object>> narrow = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            List<Object> values = new ArrayList<>(kept.size());
            for (int i : kept) {
                values.add(row.get(i));
            }
            narrow.add(values);
        }
        return new FigureTable(name, kept.stream().map(columns::get).toList(), narrow);
    }
}
