package dev.hindsight.parsers.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Name and columns of a table; immutable. */
public final class TableSchema {

    private final String name;
    private final String doc;
    private final List<Column> columns;
    private final Map<String, Integer> indexByName = new HashMap<>();

    /** Column names must differ, without regard to case, as in SQL. */
    public TableSchema(String name, String doc, List<Column> columns) {
        this.name = name;
        this.doc = doc;
        this.columns = List.copyOf(columns);
        for (int i = 0; i < columns.size(); i++) {
            String key = columns.get(i).name().toLowerCase(java.util.Locale.ROOT);
            if (indexByName.put(key, i) != null) {
                throw new IllegalArgumentException("table " + name + " has two columns " + key);
            }
        }
    }

    /** As in SQL, for instance {@code thread_span} or {@code ev_kvm_kvm_exit}. */
    public String name() {
        return name;
    }

    /** What a row is, in one sentence; empty for event tables. */
    public String doc() {
        return doc;
    }

    /** In order. */
    public List<Column> columns() {
        return columns;
    }

    /** Place of a column, or -1; without regard to case. */
    public int indexOf(String column) {
        return indexByName.getOrDefault(column.toLowerCase(java.util.Locale.ROOT), -1);
    }
}
