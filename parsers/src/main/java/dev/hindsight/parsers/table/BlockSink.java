package dev.hindsight.parsers.table;

/** Takes the filled blocks of one table, in row order, from one thread. The block is the sink's from then on. */
@FunctionalInterface
public interface BlockSink {

    void accept(TableBlock block);
}
