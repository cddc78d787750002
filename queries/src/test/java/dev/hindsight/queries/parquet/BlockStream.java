package dev.hindsight.queries.parquet;

import dev.hindsight.parsers.arrow.BlockVectors;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Blocks of one table as a stream of Arrow batches, one batch a block, for export over the C data interface. */
final class BlockStream extends ArrowReader {

    private final BlockVectors vectors;
    private final Iterator<TableBlock> blocks;

    BlockStream(TableSchema schema, Iterable<TableBlock> blocks, BufferAllocator allocator) {
        super(allocator);
        this.vectors = new BlockVectors(schema, allocator);
        this.blocks = blocks.iterator();
    }

    @Override
    public boolean loadNextBatch() {
        if (!blocks.hasNext()) {
            return false;
        }
        vectors.load(blocks.next());
        return true;
    }

    @Override
    public VectorSchemaRoot getVectorSchemaRoot() {
        return vectors.root();
    }

    @Override
    public Dictionary lookup(long id) {
        return vectors.lookup(id);
    }

    @Override
    public Set<Long> getDictionaryIds() {
        return vectors.getDictionaryIds();
    }

    @Override
    public Map<Long, Dictionary> getDictionaryVectors() {
        throw new UnsupportedOperationException("dictionaries are looked up one by one");
    }

    @Override
    protected void ensureInitialized() {
        // The vectors are made from the table's schema, not from a message read first.
    }

    @Override
    protected Schema readSchema() {
        return vectors.root().getSchema();
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    public void close(boolean closeReadSource) {
        vectors.close();
    }

    @Override
    protected void closeReadSource() {
        // Blocks are plain heap objects.
    }
}
