package dev.hindsight.queries.result;

import java.util.List;

/** Rows that are at hand already, to be written like those of a query. */
public final class ListedRows implements QueryResult {

    private final List<ResultColumn> columns;
    private final List<List<Object>> rows;
    private int at = -1;

    /** Every row has a value, perhaps null, for every column. */
    public ListedRows(List<ResultColumn> columns, List<List<Object>> rows) {
        for (List<Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(row.size() + " values for " + columns.size() + " columns: " + row);
            }
        }
        this.columns = List.copyOf(columns);
        this.rows = rows;
    }

    @Override
    public List<ResultColumn> columns() {
        return columns;
    }

    @Override
    public boolean next() {
        return ++at < rows.size();
    }

    @Override
    public Object value(int column) {
        return rows.get(at).get(column);
    }

    @Override
    public void close() {}
}
