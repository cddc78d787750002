package dev.hindsight.queries.parquet;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.hindsight.parsers.arrow.Utf8;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.BytesRun;
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
import dev.hindsight.parsers.table.TextData;
import java.util.Arrays;

/**
 * Encodes columns of blocks as column chunks, each one page, with a dictionary before it where there are few distinct
 * values. Keeps its buffers from chunk to chunk; not safe for use by several threads.
 */
final class ColumnEncoder implements AutoCloseable {

    private static final int COMPRESSION_LEVEL = 1;

    /** More distinct texts than this are written out. */
    private static final int MOST_TEXTS = 1 << 12;

    /** Bit packing fills up groups of eight. */
    private static final int SPARE = 8;

    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final PageBytes dictionary = new PageBytes();
    private final PageBytes page = new PageBytes();
    private final LongDictionary longs = new LongDictionary();
    private final DeltaBits deltas = new DeltaBits();
    private final int[] codes = new int[TableBlock.ROWS + SPARE];
    private final int[] levels = new int[TableBlock.ROWS + SPARE];
    private long[] values = new long[TableBlock.ROWS];
    private byte[] compressed = new byte[1 << 16];
    private int dictionarySize;

    ColumnEncoder() {
        zstd.setLevel(COMPRESSION_LEVEL);
    }

    /** Appends the chunk of a column's first {@code rows} rows to what will stand at {@code fileOffset}. */
    ColumnChunk encode(ColumnData data, int rows, PageBytes out, long fileOffset) {
        dictionary.clear();
        page.clear();
        dictionarySize = 0;
        ColumnChunk chunk = new ColumnChunk(data.column());
        chunk.values = rows;
        if (data instanceof LongData d) {
            integers(chunk, widen(d, rows), rows);
        } else if (data instanceof IntData d) {
            integers(chunk, widen(d, rows), rows);
        } else if (data instanceof ShortData d) {
            integers(chunk, widen(d, rows), rows);
        } else if (data instanceof ByteData d) {
            int count = widen(d, rows);
            if (data.column().type() == ColumnType.BOOL) {
                booleans(chunk, count, rows);
            } else {
                integers(chunk, count, rows);
            }
        } else if (data instanceof DoubleData d) {
            doubles(chunk, d, rows);
        } else if (data instanceof SymbolData d) {
            symbols(chunk, d, rows);
        } else if (data instanceof TextData d) {
            texts(chunk, Utf8.valid(d.run(), rows), rows);
        } else if (data instanceof BinaryData d) {
            texts(chunk, d.run(), rows);
        } else if (data instanceof LongListData d) {
            lists(chunk, d, rows);
        }
        finish(chunk, out, fileOffset);
        return chunk;
    }

    /** Copies the values that are not null to {@link #values}, sets {@link #levels}, and tells how many there are. */
    private int widen(LongData data, int rows) {
        long[] from = data.values();
        if (!data.column().nullable()) {
            System.arraycopy(from, 0, values, 0, rows);
            return rows;
        }
        int count = 0;
        for (int i = 0; i < rows; i++) {
            values[count] = from[i];
            levels[i] = from[i] == ColumnData.NULL ? 0 : 1;
            count += levels[i];
        }
        return count;
    }

    private int widen(IntData data, int rows) {
        int[] from = data.values();
        long mask = data.column().type() == ColumnType.UINT32 ? 0xFFFFFFFFL : -1L;
        boolean nullable = data.column().nullable();
        int count = 0;
        for (int i = 0; i < rows; i++) {
            values[count] = from[i] & mask;
            int level = nullable && from[i] == IntData.NULL_VALUE ? 0 : 1;
            levels[i] = level;
            count += level;
        }
        return count;
    }

    private int widen(ShortData data, int rows) {
        short[] from = data.values();
        long mask = data.column().type() == ColumnType.UINT16 ? 0xFFFF : -1L;
        boolean nullable = data.column().nullable();
        int count = 0;
        for (int i = 0; i < rows; i++) {
            values[count] = from[i] & mask;
            int level = nullable && from[i] == ShortData.NULL_VALUE ? 0 : 1;
            levels[i] = level;
            count += level;
        }
        return count;
    }

    private int widen(ByteData data, int rows) {
        byte[] from = data.values();
        long mask = data.column().type() == ColumnType.UINT8 ? 0xFF : -1L;
        boolean nullable = data.column().nullable();
        int count = 0;
        for (int i = 0; i < rows; i++) {
            values[count] = from[i] & mask;
            int level = nullable && from[i] == ByteData.NULL_VALUE ? 0 : 1;
            levels[i] = level;
            count += level;
        }
        return count;
    }

    private void integers(ColumnChunk chunk, int count, int rows) {
        definitionLevels(chunk, count, rows);
        boolean wide = ColumnShape.physical(chunk.column.type()) == ColumnShape.INT64;
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, values[i]);
            most = Math.max(most, values[i]);
        }
        if (count > 0) {
            statistics(chunk, least, most, count, wide);
        }
        if (count > 0 && longs.encode(values, count, least, most, codes)) {
            for (int i = 0; i < longs.size(); i++) {
                plain(dictionary, longs.values()[i], wide);
            }
            dictionarySize = longs.size();
            codes(chunk, count);
        } else if (wide || most - least < Integer.MAX_VALUE) {
            chunk.encoding = ColumnChunk.DELTA_BINARY_PACKED;
            deltas.append(page, values, count);
        } else {
            // Differences could leave 32 bits, and readers differ in what they make of that.
            chunk.encoding = ColumnChunk.PLAIN;
            for (int i = 0; i < count; i++) {
                plain(page, values[i], false);
            }
        }
    }

    private void statistics(ColumnChunk chunk, long least, long most, int count, boolean wide) {
        long low = least;
        long high = most;
        if (chunk.column.type() == ColumnType.UINT64 && least < 0) {
            low = values[0];
            high = values[0];
            for (int i = 1; i < count; i++) {
                low = Long.compareUnsigned(values[i], low) < 0 ? values[i] : low;
                high = Long.compareUnsigned(values[i], high) > 0 ? values[i] : high;
            }
        }
        chunk.least = plain(low, wide);
        chunk.most = plain(high, wide);
    }

    private static byte[] plain(long value, boolean wide) {
        PageBytes bytes = new PageBytes();
        plain(bytes, value, wide);
        return Arrays.copyOf(bytes.array(), bytes.size());
    }

    private static void plain(PageBytes to, long value, boolean wide) {
        if (wide) {
            to.int64(value);
        } else {
            to.int32((int) value);
        }
    }

    private void booleans(ColumnChunk chunk, int count, int rows) {
        definitionLevels(chunk, count, rows);
        chunk.encoding = ColumnChunk.PLAIN;
        for (int i = 0; i < count; i++) {
            codes[i] = values[i] == 1 ? 1 : 0;
        }
        Arrays.fill(codes, count, count + SPARE, 0);
        page.pack(codes, 0, count + 7 & ~7, 1);
    }

    private void doubles(ColumnChunk chunk, DoubleData data, int rows) {
        boolean nullable = chunk.column.nullable();
        int count = 0;
        for (int i = 0; i < rows; i++) {
            double value = data.values()[i];
            values[count] = Double.doubleToRawLongBits(value);
            levels[i] = nullable && Double.isNaN(value) ? 0 : 1;
            count += levels[i];
        }
        definitionLevels(chunk, count, rows);
        chunk.encoding = ColumnChunk.PLAIN;
        for (int i = 0; i < count; i++) {
            page.int64(values[i]);
        }
    }

    private void symbols(ColumnChunk chunk, SymbolData data, int rows) {
        int[] from = data.codes();
        int count = 0;
        for (int i = 0; i < rows; i++) {
            codes[count] = from[i];
            levels[i] = from[i] < 0 ? 0 : 1;
            count += levels[i];
        }
        if (count < rows && !chunk.column.nullable()) {
            throw new IllegalStateException(chunk.column + " has rows without a value");
        }
        definitionLevels(chunk, count, rows);
        dictionary(data.symbols(), true);
        codes(chunk, count);
    }

    private void texts(ColumnChunk chunk, BytesRun run, int rows) {
        SymbolTable table = new SymbolTable();
        int count = 0;
        for (int i = 0; i < rows; i++) {
            levels[i] = run.isNull(i) ? 0 : 1;
            if (levels[i] == 1) {
                if (table.size() <= MOST_TEXTS) {
                    codes[count] = table.code(run.bytes(), run.start(i), run.length(i));
                }
                count++;
            }
        }
        definitionLevels(chunk, count, rows);
        if (table.size() <= MOST_TEXTS && table.size() <= count / 2) {
            // texts were made valid before they came here, and binary values must stay as they are
            dictionary(table, false);
            codes(chunk, count);
            return;
        }
        chunk.encoding = ColumnChunk.PLAIN;
        for (int i = 0; i < rows; i++) {
            if (levels[i] == 1) {
                page.int32(run.length(i));
                page.put(run.bytes(), run.start(i), run.length(i));
            }
        }
    }

    private void dictionary(SymbolTable table, boolean makeValid) {
        dictionarySize = table.size();
        for (int i = 0; i < table.size(); i++) {
            byte[] bytes = makeValid ? Utf8.valid(table.bytes(i)) : table.bytes(i);
            dictionary.int32(bytes.length);
            dictionary.put(bytes, 0, bytes.length);
        }
    }

    private void lists(ColumnChunk chunk, LongListData data, int rows) {
        int[] ends = data.ends();
        int items = ends[rows];
        int[] repeats = new int[items + rows + SPARE];
        int[] defined = new int[items + rows + SPARE];
        int entries = 0;
        for (int i = 0; i < rows; i++) {
            if (ends[i] == ends[i + 1]) {
                entries++;
            }
            for (int at = ends[i]; at < ends[i + 1]; at++) {
                repeats[entries] = at == ends[i] ? 0 : 1;
                defined[entries++] = 1;
            }
        }
        chunk.values = entries;
        levels(repeats, entries);
        levels(defined, entries);
        chunk.encoding = ColumnChunk.DELTA_BINARY_PACKED;
        deltas.append(page, data.items(), items);
    }

    private void definitionLevels(ColumnChunk chunk, int count, int rows) {
        chunk.nulls = rows - count;
        if (chunk.column.nullable()) {
            levels(levels, rows);
        }
    }

    /** Appends levels of 0 and 1 with their length before them. */
    private void levels(int[] from, int count) {
        int at = page.size();
        page.int32(0);
        RunLengthBits.append(page, from, count, 1);
        page.setInt32(at, page.size() - at - 4);
    }

    private void codes(ColumnChunk chunk, int count) {
        chunk.encoding = ColumnChunk.RLE_DICTIONARY;
        int width = RunLengthBits.width(Math.max(0, dictionarySize - 1));
        page.u8(width);
        RunLengthBits.append(page, codes, count, width);
    }

    private void finish(ColumnChunk chunk, PageBytes out, long fileOffset) {
        int most = Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(dictionary.size())
                + com.github.luben.zstd.Zstd.compressBound(page.size()));
        if (compressed.length < most) {
            compressed = new byte[most];
        }
        boolean hasDictionary = chunk.encoding == ColumnChunk.RLE_DICTIONARY;
        int small = hasDictionary ? compress(dictionary, 0) : 0;
        int smallPage = compress(page, small);
        int raw = dictionary.size() + page.size();
        boolean worthIt = small + smallPage < raw - raw / 16;
        chunk.codec = worthIt ? ColumnChunk.ZSTD : ColumnChunk.UNCOMPRESSED;
        int begin = out.size();
        long headers = 0;
        if (hasDictionary) {
            chunk.dictionaryOffset = fileOffset;
            headers += header(out, dictionary.size(), worthIt ? small : dictionary.size(), true, chunk);
            put(out, dictionary, worthIt, 0, small);
        }
        chunk.dataOffset = fileOffset + out.size() - begin;
        headers += header(out, page.size(), worthIt ? smallPage : page.size(), false, chunk);
        put(out, page, worthIt, small, smallPage);
        chunk.bytes = out.size() - begin;
        chunk.uncompressedBytes = headers + raw;
    }

    private int compress(PageBytes from, int at) {
        return zstd.compressByteArray(compressed, at, compressed.length - at, from.array(), 0, from.size());
    }

    private void put(PageBytes out, PageBytes raw, boolean small, int at, int length) {
        if (small) {
            out.put(compressed, at, length);
        } else {
            out.put(raw);
        }
    }

    private int header(PageBytes out, int size, int smallSize, boolean ofDictionary, ColumnChunk chunk) {
        int begin = out.size();
        ThriftCompact thrift = new ThriftCompact(out);
        thrift.beginElement();
        thrift.i32(1, ofDictionary ? 2 : 0);
        thrift.i32(2, size);
        thrift.i32(3, smallSize);
        if (ofDictionary) {
            thrift.begin(7);
            thrift.i32(1, dictionarySize);
            thrift.i32(2, ColumnChunk.PLAIN);
        } else {
            thrift.begin(5);
            thrift.i32(1, chunk.values);
            thrift.i32(2, chunk.encoding);
            thrift.i32(3, ColumnChunk.RLE);
            thrift.i32(4, ColumnChunk.RLE);
        }
        thrift.end();
        thrift.end();
        return out.size() - begin;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
