package dev.hindsight.queries.result;

import java.util.List;

/** Of a statement that has no result. */
public final class NoRows implements QueryResult {

    @Override
    public List<ResultColumn> columns() {
        return List.of();
    }

    @Override
    public boolean next() {
        return false;
    }

    @Override
    public Object value(int column) {
        throw new IndexOutOfBoundsException("column " + column + " of none");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
