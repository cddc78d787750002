package dev.hindsight.parsers.arrow;

import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.BytesRun;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.ShortData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.SymbolTable;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TextData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Blocks of one table as Arrow vectors, one block at a time: columns are copied in bulk, nulls become Arrow's, symbol
 * columns their codes and a dictionary.
 *
 * <p>Each load takes fresh buffers, so that a consumer which still holds the previous batch keeps it.
 */
public final class BlockVectors implements DictionaryProvider, AutoCloseable {

    private final BufferAllocator allocator;
    private final VectorSchemaRoot root;
    private final Map<Long, Dictionary> dictionaries = new HashMap<>();

    /** Empty vectors of a table's schema. */
    public BlockVectors(TableSchema table, BufferAllocator allocator) {
        this.allocator = allocator;
        Schema schema = ArrowTypes.schema(table);
        root = VectorSchemaRoot.create(schema, allocator);
        List<Column> columns = table.columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).type() == ColumnType.SYMBOL) {
                Field field = schema.getFields().get(i);
                VarCharVector texts = new VarCharVector(
                        columns.get(i).name(),
                        FieldType.notNullable(org.apache.arrow.vector.types.pojo.ArrowType.Utf8.INSTANCE),
                        allocator);
                dictionaries.put(field.getDictionary().getId(), new Dictionary(texts, field.getDictionary()));
            }
        }
    }

    /** The vectors; their contents are those of the block loaded last. */
    public VectorSchemaRoot root() {
        return root;
    }

    @Override
    public Dictionary lookup(long id) {
        return dictionaries.get(id);
    }

    @Override
    public Set<Long> getDictionaryIds() {
        return dictionaries.keySet();
    }

    /** Replaces the contents by those of a block of the same schema. */
    public void load(TableBlock block) {
        int rows = block.rows();
        root.clear();
        for (int i = 0; i < root.getFieldVectors().size(); i++) {
            FieldVector to = root.getVector(i);
            ColumnData from = block.column(i);
            if (from instanceof SymbolData symbols) {
                loadTexts(symbols.symbols(), (VarCharVector) lookup(i).getVector());
            }
            load(from, to, rows);
        }
        root.setRowCount(rows);
    }

    private void load(ColumnData from, FieldVector to, int rows) {
        boolean nullable = from.column().nullable();
        if (from instanceof LongData d) {
            ByteBuffer values = fixed(to, rows, 8L * rows);
            values.asLongBuffer().put(d.values(), 0, rows);
            if (nullable) {
                nulls(to, d.values(), ColumnData.NULL, rows);
            }
        } else if (from instanceof IntData d) {
            ByteBuffer values = fixed(to, rows, 4L * rows);
            values.asIntBuffer().put(d.values(), 0, rows);
            if (nullable) {
                nulls(to, d.values(), IntData.NULL_VALUE, rows);
            }
        } else if (from instanceof SymbolData d) {
            ByteBuffer values = fixed(to, rows, 4L * rows);
            values.asIntBuffer().put(d.codes(), 0, rows);
            if (nullable) {
                nulls(to, d.codes(), -1, rows);
            }
        } else if (from instanceof ShortData d) {
            ByteBuffer values = fixed(to, rows, 2L * rows);
            values.asShortBuffer().put(d.values(), 0, rows);
            if (nullable) {
                nulls(to, d.values(), rows);
            }
        } else if (from instanceof ByteData d) {
            loadBytes(d, to, rows);
        } else if (from instanceof DoubleData d) {
            ByteBuffer values = fixed(to, rows, 8L * rows);
            values.asDoubleBuffer().put(d.values(), 0, rows);
            if (nullable) {
                nulls(to, d.values(), rows);
            }
        } else if (from instanceof TextData d) {
            loadRun(Utf8.valid(d.run(), rows), (BaseVariableWidthVector) to, rows);
        } else if (from instanceof BinaryData d) {
            loadRun(d.run(), (BaseVariableWidthVector) to, rows);
        } else if (from instanceof LongListData d) {
            loadList(d, (ListVector) to, rows);
        }
    }

    /** Room for fixed-width values, all of them valid. */
    private static ByteBuffer fixed(FieldVector vector, int rows, long bytes) {
        BaseFixedWidthVector fixed = (BaseFixedWidthVector) vector;
        fixed.allocateNew(Math.max(1, rows));
        fixed.getValidityBuffer().setOne(0, (rows + 7L) / 8);
        return buffer(fixed.getDataBuffer(), bytes);
    }

    private static ByteBuffer buffer(ArrowBuf buf, long bytes) {
        return buf.nioBuffer(0, Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    private static void loadBytes(ByteData from, FieldVector to, int rows) {
        byte[] values = from.values();
        if (from.column().type() == ColumnType.BOOL) {
            BaseFixedWidthVector bits = (BaseFixedWidthVector) to;
            bits.allocateNew(Math.max(1, rows));
            bits.getValidityBuffer().setOne(0, (rows + 7L) / 8);
            ArrowBuf data = bits.getDataBuffer();
            for (int at = 0; at < rows; at += 8) {
                int packed = 0;
                for (int bit = 0; bit < 8 && at + bit < rows; bit++) {
                    packed |= values[at + bit] == 1 ? 1 << bit : 0;
                }
                data.setByte(at >>> 3, packed);
            }
        } else {
            fixed(to, rows, rows).put(values, 0, rows);
        }
        if (from.column().nullable()) {
            ArrowBuf validity = to.getValidityBuffer();
            for (int i = 0; i < rows; i++) {
                if (values[i] == ByteData.NULL_VALUE) {
                    BitVectorHelper.unsetBit(validity, i);
                }
            }
        }
    }

    private static void nulls(FieldVector vector, long[] values, long nullValue, int rows) {
        ArrowBuf validity = vector.getValidityBuffer();
        for (int i = 0; i < rows; i++) {
            if (values[i] == nullValue) {
                BitVectorHelper.unsetBit(validity, i);
            }
        }
    }

    private static void nulls(FieldVector vector, int[] values, int nullValue, int rows) {
        ArrowBuf validity = vector.getValidityBuffer();
        for (int i = 0; i < rows; i++) {
            if (values[i] == nullValue) {
                BitVectorHelper.unsetBit(validity, i);
            }
        }
    }

    private static void nulls(FieldVector vector, short[] values, int rows) {
        ArrowBuf validity = vector.getValidityBuffer();
        for (int i = 0; i < rows; i++) {
            if (values[i] == ShortData.NULL_VALUE) {
                BitVectorHelper.unsetBit(validity, i);
            }
        }
    }

    private static void nulls(FieldVector vector, double[] values, int rows) {
        ArrowBuf validity = vector.getValidityBuffer();
        for (int i = 0; i < rows; i++) {
            if (Double.isNaN(values[i])) {
                BitVectorHelper.unsetBit(validity, i);
            }
        }
    }

    private static void loadRun(BytesRun from, BaseVariableWidthVector to, int rows) {
        int bytes = from.ends()[rows];
        to.allocateNew(Math.max(1, bytes), Math.max(1, rows));
        to.getValidityBuffer().setOne(0, (rows + 7L) / 8);
        buffer(to.getOffsetBuffer(), 4L * (rows + 1)).asIntBuffer().put(from.ends(), 0, rows + 1);
        buffer(to.getDataBuffer(), bytes).put(from.bytes(), 0, bytes);
        if (from.hasNulls()) {
            for (int i = 0; i < rows; i++) {
                if (from.isNull(i)) {
                    BitVectorHelper.unsetBit(to.getValidityBuffer(), i);
                }
            }
        }
        to.setLastSet(rows - 1);
        to.setValueCount(rows);
    }

    private static void loadTexts(SymbolTable from, VarCharVector to) {
        to.clear();
        long bytes = 0;
        byte[][] texts = new byte[from.size()][];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = Utf8.valid(from.bytes(i));
            bytes += texts[i].length;
        }
        to.allocateNew(Math.max(1, bytes), Math.max(1, texts.length));
        for (int i = 0; i < texts.length; i++) {
            to.set(i, texts[i]);
        }
        to.setValueCount(texts.length);
    }

    private static void loadList(LongListData from, ListVector to, int rows) {
        int items = from.ends()[rows];
        to.setInitialCapacity(Math.max(1, rows));
        to.allocateNew();
        to.getValidityBuffer().setOne(0, (rows + 7L) / 8);
        buffer(to.getOffsetBuffer(), 4L * (rows + 1)).asIntBuffer().put(from.ends(), 0, rows + 1);
        BigIntVector data = (BigIntVector) to.getDataVector();
        fixed(data, items, 8L * items).asLongBuffer().put(from.items(), 0, items);
        data.setValueCount(items);
        to.setLastSet(rows - 1);
        to.setValueCount(rows);
    }

    /** Bytes that the vectors hold outside the heap. */
    public long bytes() {
        return allocator.getAllocatedMemory();
    }

    @Override
    public void close() {
        root.close();
        for (Dictionary d : dictionaries.values()) {
            d.getVector().close();
        }
    }
}
