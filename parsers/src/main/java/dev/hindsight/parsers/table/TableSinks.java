package dev.hindsight.parsers.table;

/** Opens the sink of a table, once per table, when its first block is ready. */
@FunctionalInterface
public interface TableSinks {

    BlockSink open(TableSchema schema);
}
