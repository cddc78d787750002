package dev.hindsight.queries.parquet;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes Parquet files, one row group a block.
 *
 * <pre>
 * "PAR1" | column chunks of each row group | footer | bytes of the footer u32 | "PAR1"
 * </pre>
 *
 * <p>Types come back from DuckDB as those of {@link dev.hindsight.parsers.table.ColumnType}. Keeps its buffers from file
 * to file; not safe for use by several threads.
 */
public final class ParquetWriter implements AutoCloseable {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT_VERSION = 2;

    private final ColumnEncoder encoder = new ColumnEncoder();
    private final PageBytes bytes = new PageBytes();

    private record RowGroup(List<ColumnChunk> chunks, int rows, long offset) {}

    /**
     * Writes a new file and brings it to the disk, while other threads go on; blocks of the table's schema, each with at
     * least one row.
     */
    public void write(Path file, TableSchema schema, List<TableBlock> blocks) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeFully(out, ByteBuffer.wrap(MAGIC));
            long position = MAGIC.length;
            List<RowGroup> groups = new ArrayList<>();
            for (TableBlock block : blocks) {
                bytes.clear();
                List<ColumnChunk> chunks = new ArrayList<>();
                for (int i = 0; i < schema.columns().size(); i++) {
                    chunks.add(encoder.encode(block.column(i), block.rows(), bytes, position + bytes.size()));
                }
                groups.add(new RowGroup(chunks, block.rows(), position));
                writeFully(out, ByteBuffer.wrap(bytes.array(), 0, bytes.size()));
                position += bytes.size();
            }
            bytes.clear();
            footer(schema, groups);
            bytes.int32(bytes.size());
            bytes.put(MAGIC, 0, MAGIC.length);
            writeFully(out, ByteBuffer.wrap(bytes.array(), 0, bytes.size()));
            out.force(true);
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            out.write(from);
        }
    }

    private void footer(TableSchema schema, List<RowGroup> groups) {
        ThriftCompact out = new ThriftCompact(bytes);
        int elements = 1;
        long rows = 0;
        for (Column column : schema.columns()) {
            elements += ColumnShape.elements(column);
        }
        for (RowGroup group : groups) {
            rows += group.rows;
        }
        out.beginElement();
        out.i32(1, FORMAT_VERSION);
        out.structs(2, elements);
        ColumnShape.writeRoot(schema.columns().size(), out);
        for (Column column : schema.columns()) {
            ColumnShape.write(column, out);
        }
        out.i64(3, rows);
        out.structs(4, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            rowGroup(out, groups.get(i), i);
        }
        out.text(6, "hindsight");
        out.structs(7, schema.columns().size());
        for (int i = 0; i < schema.columns().size(); i++) {
            out.beginElement();
            out.begin(1);
            out.end();
            out.end();
        }
        out.end();
    }

    private static void rowGroup(ThriftCompact out, RowGroup group, int ordinal) {
        long uncompressed = 0;
        long compressed = 0;
        for (ColumnChunk chunk : group.chunks) {
            uncompressed += chunk.uncompressedBytes;
            compressed += chunk.bytes;
        }
        out.beginElement();
        out.structs(1, group.chunks.size());
        for (ColumnChunk chunk : group.chunks) {
            chunk.write(out);
        }
        out.i64(2, uncompressed);
        out.i64(3, group.rows);
        out.i64(5, group.offset);
        out.i64(6, compressed);
        out.i16(7, ordinal);
        out.end();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
