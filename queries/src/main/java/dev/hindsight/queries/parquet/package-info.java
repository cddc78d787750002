/**
 * Writes blocks as Parquet files, straight from their primitive arrays.
 *
 * <p>DuckDB's own writer takes 14 to 22 ns a value, and half of an ingest's time; a table of events has many columns
 * with few distinct values in a block, which one pass over an array finds. Follows the format's specification
 * (apache/parquet-format 2.10: README, Encodings.md, LogicalTypes.md, parquet.thrift). DuckDB reads the files back in
 * the tests.
 */
package dev.hindsight.queries.parquet;
