package dev.hindsight.cli.shell;

import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.result.ResultColumn;
import java.util.List;

/** A result that knows how many of its rows were read, and when the last one was. */
final class CountedRows implements QueryResult {

    private final QueryResult rows;
    private long count;
    private long endNs;

    CountedRows(QueryResult rows) {
        this.rows = rows;
    }

    long count() {
        return count;
    }

    /** When there were no more, as {@link System#nanoTime}; what comes later is somebody reading. */
    long endNs() {
        return endNs;
    }

    @Override
    public List<ResultColumn> columns() {
        return rows.columns();
    }

    @Override
    public boolean next() {
        boolean there = rows.next();
        if (there) {
            count++;
        } else {
            endNs = System.nanoTime();
        }
        return there;
    }

    @Override
    public Object value(int column) {
        return rows.value(column);
    }

    @Override
    public void close() {
        rows.close();
    }
}
