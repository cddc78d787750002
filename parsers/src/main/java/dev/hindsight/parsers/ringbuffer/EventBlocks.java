package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.ShortData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The event types of a recording and the block that each is filling. Blocks go to their sink when they are full, or the
 * largest ones when all together pass the budget.
 */
final class EventBlocks extends EventIds {

    private final EventFormats formats;
    private final boolean big;
    private final TableSinks sinks;
    private final RecordingSink listener;
    private final long budgetBytes;

    private final Set<String> tableNames = new HashSet<>();
    private Columns[] columns = new Columns[64];
    private TableBlock[] blocks = new TableBlock[64];
    private int announced;
    private long heldBytes;

    /** How the records of a type become rows. */
    private static final class Columns {
        final EventType type;
        final FieldGather[] fields;
        final int pid;
        final int flags;
        final int preempt;
        BlockSink sink;
        long bytes;

        Columns(EventType type, FieldGather[] fields, int pid, int flags, int preempt) {
            this.type = type;
            this.fields = fields;
            this.pid = pid;
            this.flags = flags;
            this.preempt = preempt;
        }
    }

    EventBlocks(EventFormats formats, boolean bigEndian, TableSinks sinks, RecordingSink listener, long budgetBytes) {
        this.formats = formats;
        this.big = bigEndian;
        this.sinks = sinks;
        this.listener = listener;
        this.budgetBytes = budgetBytes;
    }

    @Override
    protected int discovered(int index, int id) {
        EventFormat format = formats.of(id);
        TableSchema table = format.table();
        if (!tableNames.add(table.name())) {
            table = new TableSchema(table.name() + "_" + id, table.doc(), table.columns());
            tableNames.add(table.name());
        }
        EventType type = new EventType(index, format.system(), format.name(), table, formats.print(format));
        List<EventField> own = format.fields();
        FieldGather[] fields = new FieldGather[own.size()];
        int min = RecordColumns.minBytes(format);
        for (int i = 0; i < fields.length; i++) {
            fields[i] = new FieldGather(own.get(i), big, RecordColumns.endOf(own.get(i)) <= min);
        }
        int pid = RecordColumns.commonOffset(format, "common_pid", 4);
        int flags = RecordColumns.commonOffset(format, "common_flags", 1);
        int preempt = RecordColumns.commonOffset(format, "common_preempt_count", 1);
        if (index == columns.length) {
            columns = Arrays.copyOf(columns, 2 * index);
            blocks = Arrays.copyOf(blocks, 2 * index);
        }
        columns[index] = new Columns(type, fields, pid, flags, preempt);
        blocks[index] = new TableBlock(type.table());
        return min;
    }

    /** Tells the sink of types that were met since the last call. */
    void announce() {
        while (announced < known()) {
            listener.type(columns[announced++].type);
        }
    }

    int rows(int index) {
        return blocks[index].rows();
    }

    TableBlock block(int index) {
        return blocks[index];
    }

    /** The records of a slice, sorted by type. */
    static final class Sorted {
        int[] address = new int[SliceBuilder.CAPACITY];
        int[] length = new int[SliceBuilder.CAPACITY];
        long[] tsNs = new long[SliceBuilder.CAPACITY];
        int[] cpu = new int[SliceBuilder.CAPACITY];
        short[] instance = new short[SliceBuilder.CAPACITY];
    }

    /** Appends {@code count} records, which fit, to the block of a type. */
    void append(int index, byte[] arena, Sorted from, int start, int count) {
        Columns of = columns[index];
        TableBlock block = blocks[index];
        int row = block.rows();
        block.reserve(row + count);
        System.arraycopy(from.tsNs, start, ((LongData) block.column(EventTables.TS_NS)).values(), row, count);
        System.arraycopy(from.cpu, start, ((IntData) block.column(EventTables.CPU)).values(), row, count);
        System.arraycopy(from.instance, start, ((ShortData) block.column(EventTables.INSTANCE)).values(), row, count);
        appendCommon(of, arena, from.address, start, count, block, row);
        for (int i = 0; i < of.fields.length; i++) {
            of.fields[i].gather(
                    arena, from.address, from.length, start, count, block.column(EventTables.FIRST_FIELD + i), row);
        }
        block.filledTo(row + count);
    }

    private void appendCommon(
            Columns of, byte[] arena, int[] address, int start, int count, TableBlock block, int row) {
        int[] tid = ((IntData) block.column(EventTables.TID)).values();
        byte[] flags = ((ByteData) block.column(EventTables.FLAGS)).values();
        byte[] preempt = ((ByteData) block.column(EventTables.PREEMPT_COUNT)).values();
        if (of.flags == CommonWord.FLAGS && of.preempt == CommonWord.PREEMPT_COUNT && of.pid == CommonWord.PID) {
            CommonWord.gather(arena, address, start, count, big, tid, flags, preempt, row);
            return;
        }
        if (of.pid < 0) {
            Arrays.fill(tid, row, row + count, 0);
        } else {
            FieldGather.ints(arena, address, start, count, of.pid, big, tid, row);
        }
        commonBytes(arena, address, start, count, of.flags, flags, row);
        commonBytes(arena, address, start, count, of.preempt, preempt, row);
    }

    private static void commonBytes(byte[] arena, int[] address, int start, int count, int offset, byte[] to, int row) {
        if (offset < 0) {
            Arrays.fill(to, row, row + count, (byte) 0);
        } else {
            FieldGather.bytes(arena, address, start, count, offset, false, to, row);
        }
    }

    /** Hands over blocks that are full, and the largest ones while all are over the budget. */
    void handOver(int[] active, int count) {
        for (int i = 0; i < count; i++) {
            int index = active[i];
            TableBlock block = blocks[index];
            if (block.isFull()) {
                flush(index);
            } else {
                long bytes = block.heapBytes();
                heldBytes += bytes - columns[index].bytes;
                columns[index].bytes = bytes;
            }
        }
        while (heldBytes > budgetBytes) {
            int largest = 0;
            for (int i = 1; i < known(); i++) {
                if (columns[i].bytes > columns[largest].bytes) {
                    largest = i;
                }
            }
            if (blocks[largest].rows() == 0) {
                heldBytes -= columns[largest].bytes;
                columns[largest].bytes = 0;
                blocks[largest] = new TableBlock(columns[largest].type.table());
            } else {
                flush(largest);
            }
        }
    }

    /** Hands over all that is held. */
    void flushAll() {
        for (int i = 0; i < known(); i++) {
            if (blocks[i].rows() > 0) {
                flush(i);
            }
        }
    }

    private void flush(int index) {
        Columns of = columns[index];
        if (of.sink == null) {
            of.sink = sinks.open(of.type.table());
        }
        TableBlock full = blocks[index];
        TableBlock next = new TableBlock(of.type.table());
        heldBytes -= of.bytes;
        of.bytes = 0;
        if (full.isFull() && 2 * heldBytes < budgetBytes) {
            // what filled once will fill again: no growing by steps
            next.reserve(TableBlock.ROWS);
            of.bytes = next.heapBytes();
            heldBytes += of.bytes;
        }
        blocks[index] = next;
        of.sink.accept(full);
    }
}
