package dev.hindsight.queries.result;

import java.util.List;

/**
 * Rows of a query, one at a time, not all held in memory. Not safe for use by several threads; one result at a time is
 * open per dataset.
 *
 * <p>Values are {@code Boolean}, {@code Long}, {@code BigInteger} (beyond a long), {@code BigDecimal}, {@code Double},
 * {@code String}, {@code byte[]}, {@code List}, {@code Map}, or null.
 */
public interface QueryResult extends AutoCloseable {

    /** In order. */
    List<ResultColumn> columns();

    /** Goes to the next row; false after the last. Throws {@link QueryException} where the query fails on the way. */
    boolean next();

    /** Value of the row in a column, from 0. */
    Object value(int column);

    /** Place of a column by name, without regard to case, or an exception naming those there are. */
    default int indexOf(String name) {
        List<ResultColumn> columns = columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no column " + name + " among "
                + columns.stream().map(ResultColumn::name).toList());
    }

    /** Value of the row in a column by name. */
    default Object value(String column) {
        return value(indexOf(column));
    }

    /** Integer value; throws where it is null or none. */
    default long longValue(int column) {
        Object value = value(column);
        if (value instanceof Long n) {
            return n;
        }
        throw new IllegalStateException(columns().get(column).name() + " is " + value + ", not an integer");
    }

    @Override
    void close();
}
