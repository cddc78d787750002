package dev.hindsight.queries.dataset;

/** What SQL on a dataset may do. */
public enum SqlAccess {
    /** One SELECT (or EXPLAIN of one) a query, which reads the dataset's tables and no other file. */
    CONFINED,
    /** Anything that DuckDB can do with the rights of this process: {@code --unsafe}. */
    UNSAFE
}
