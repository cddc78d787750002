package dev.hindsight.queries.parquet;

import dev.hindsight.parsers.table.Column;

/** What the footer says of one column in one row group. */
final class ColumnChunk {

    /** {@code CompressionCodec} of parquet.thrift. */
    static final int UNCOMPRESSED = 0;

    static final int ZSTD = 6;

    static final int PLAIN = 0;
    static final int RLE = 3;
    static final int DELTA_BINARY_PACKED = 5;
    static final int RLE_DICTIONARY = 8;

    final Column column;
    int codec = UNCOMPRESSED;
    int encoding;

    /** Values, those of lists counted one by one and an empty list as one. */
    int values;

    int nulls;

    /** Least and most value in their plain encoding; null where not told. */
    byte[] least;

    byte[] most;

    /** Bytes of the pages with their headers, before and after compression. */
    long uncompressedBytes;

    long bytes;

    /** Places in the file; no dictionary where -1. */
    long dictionaryOffset = -1;

    long dataOffset;

    ColumnChunk(Column column) {
        this.column = column;
    }

    void write(ThriftCompact out) {
        out.beginElement();
        out.i64(2, dictionaryOffset >= 0 ? dictionaryOffset : dataOffset);
        out.begin(3);
        out.i32(1, ColumnShape.physical(column.type()));
        if (dictionaryOffset >= 0) {
            out.i32s(2, PLAIN, RLE, encoding);
        } else {
            out.i32s(2, RLE, encoding);
        }
        out.texts(3, ColumnShape.path(column));
        out.i32(4, codec);
        out.i64(5, values);
        out.i64(6, uncompressedBytes);
        out.i64(7, bytes);
        out.i64(9, dataOffset);
        if (dictionaryOffset >= 0) {
            out.i64(11, dictionaryOffset);
        }
        out.begin(12);
        out.i64(3, nulls);
        if (least != null) {
            out.binary(5, most);
            out.binary(6, least);
        }
        out.end();
        out.end();
        out.end();
    }
}
