package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.ShortData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.parsers.table.TextData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Fills the blocks of a text's event types, row by row in time order, and hands them over with their slices. */
final class TextBlocks {

    /** Events of a slice. */
    private static final int CAPACITY = 1 << 15;

    private static final long BUDGET_BYTES = 128L << 20;

    private final TableSinks tables;
    private final RecordingSink sink;
    private final Predicate<TableSchema> chosen;
    private final HiddenTimers timers;
    private final List<Type> types = new ArrayList<>();
    private final Map<List<Object>, Integer> typeByFields = new HashMap<>();
    private final Set<String> tableNames = new HashSet<>();
    private final EventSlice slice = new EventSlice();
    private int announced;
    private byte[] bytes = new byte[64];

    /** A kind of event and the block that it fills. */
    private static final class Type {
        final EventType type;

        /** Whether its events become rows. */
        final boolean chosen;

        TableBlock block;
        BlockSink sink;

        Type(EventType type, boolean chosen) {
            this.type = type;
            this.chosen = chosen;
            block = new TableBlock(type.table());
        }
    }

    /**
     * Of a text.
     *
     * @param chosen tables of which rows are made; slices have these alone
     * @param timers tells hidden timers apart, in the order of the events
     */
    TextBlocks(TableSinks tables, RecordingSink sink, Predicate<TableSchema> chosen, HiddenTimers timers) {
        this.chosen = chosen;
        this.tables = tables;
        this.sink = sink;
        this.timers = timers;
        slice.tsNs = new long[CAPACITY];
        slice.cpu = new int[CAPACITY];
        slice.type = new int[CAPACITY];
        slice.row = new int[CAPACITY];
        slice.blocks = new TableBlock[64];
    }

    /** Forms that show the same fields of the same event share a type. */
    private int typeOf(EventForm form) {
        EventFormat format = form.format();
        List<Object> key = new ArrayList<>();
        key.add(format.system());
        key.add(format.name());
        for (EventField field : format.fields()) {
            key.add(field.name());
            key.add(field.type());
            key.add(field.columnType());
        }
        return typeByFields.computeIfAbsent(key, k -> {
            TableSchema table = format.table();
            String name = table.name();
            for (int n = 2; !tableNames.add(name); n++) {
                name = table.name() + "_" + n;
            }
            if (!name.equals(table.name())) {
                table = new TableSchema(name, table.doc(), table.columns());
            }
            EventType type = new EventType(types.size(), format.system(), format.name(), table, form.print);
            types.add(new Type(type, chosen.test(table)));
            return types.size() - 1;
        });
    }

    /** Appends an event, whose fields are those of {@code form} as read from {@code line}. */
    void append(EventForm form, byte[] line, long tsNs, int cpu, int tid, int flags, int preempt, int instance) {
        if (form.type < 0) {
            form.type = typeOf(form);
            if (!types.get(form.type).chosen) {
                form.letPass();
            }
        }
        if (form.ofHrtimer) {
            timers.tell(form, cpu, tid, flags);
        }
        Type of = types.get(form.type);
        if (!of.chosen) {
            return;
        }
        if (slice.size == CAPACITY || of.block.isFull()) {
            flush();
        }
        TableBlock block = of.block;
        int row = block.addRow();
        ((LongData) block.column(EventTables.TS_NS)).values()[row] = tsNs;
        ((IntData) block.column(EventTables.CPU)).values()[row] = cpu;
        ((IntData) block.column(EventTables.TID)).values()[row] = tid;
        ((ByteData) block.column(EventTables.FLAGS)).values()[row] = (byte) flags;
        ((ByteData) block.column(EventTables.PREEMPT_COUNT)).values()[row] = (byte) preempt;
        ((ShortData) block.column(EventTables.INSTANCE)).values()[row] = (short) instance;
        int fields = form.format().fields().size();
        for (int i = 0; i < fields; i++) {
            set(block.column(EventTables.FIRST_FIELD + i), row, form.values, i, line);
        }
        int n = slice.size++;
        slice.tsNs[n] = tsNs;
        slice.cpu[n] = cpu;
        slice.type[n] = form.type;
        slice.row[n] = row;
    }

    private void set(ColumnData column, int row, FieldValues from, int field, byte[] line) {
        if (column instanceof IntData d) {
            d.values()[row] = (int) from.number[field];
        } else if (column instanceof LongData d) {
            d.values()[row] = from.number[field];
        } else if (column instanceof SymbolData d) {
            d.codes()[row] = d.symbols().code(line, from.textStart[field], from.textLength[field]);
        } else if (column instanceof TextData d) {
            d.append(line, from.textStart[field], from.textLength[field]);
        } else if (column instanceof ByteData d) {
            d.setLong(row, from.number[field]);
        } else if (column instanceof ShortData d) {
            d.values()[row] = (short) from.number[field];
        } else if (column instanceof LongListData d) {
            for (int i = 0; i < from.itemsCount[field]; i++) {
                d.add(from.items[from.itemsStart[field] + i]);
            }
            d.endRow();
        } else if (column instanceof BinaryData d) {
            int count = from.itemsCount[field];
            if (bytes.length < count) {
                bytes = new byte[2 * count];
            }
            for (int i = 0; i < count; i++) {
                bytes[i] = (byte) from.items[from.itemsStart[field] + i];
            }
            d.run().append(bytes, 0, count);
        } else {
            throw new IllegalStateException("no event field is " + column.column());
        }
    }

    /** Tells of events lost on a CPU, before its next event. */
    void lost(int cpu, int instance, long startNs, long endNs, long events) {
        flush();
        timers.lost(cpu);
        sink.lost(cpu, instance, startNs, endNs, events);
    }

    private void flush() {
        if (slice.size == 0) {
            return;
        }
        announce();
        if (slice.blocks.length < types.size()) {
            slice.blocks = Arrays.copyOf(slice.blocks, 2 * types.size());
        }
        for (int i = 0; i < slice.size; i++) {
            int type = slice.type[i];
            if (slice.blocks[type] == null) {
                slice.blocks[type] = types.get(type).block;
            }
        }
        sink.slice(slice);
        slice.size = 0;
        Arrays.fill(slice.blocks, null);
        long held = 0;
        for (Type type : types) {
            if (type.block.isFull()) {
                handOver(type);
            }
            held += type.block.heapBytes();
        }
        while (held > BUDGET_BYTES) {
            Type largest = types.get(0);
            for (Type type : types) {
                largest = type.block.heapBytes() > largest.block.heapBytes() ? type : largest;
            }
            held -= largest.block.heapBytes();
            if (largest.block.rows() == 0) {
                break;
            }
            handOver(largest);
        }
    }

    private void handOver(Type type) {
        if (type.sink == null) {
            type.sink = tables.open(type.type.table());
        }
        TableBlock filled = type.block;
        type.block = new TableBlock(type.type.table());
        type.sink.accept(filled);
    }

    private void announce() {
        for (; announced < types.size(); announced++) {
            sink.type(types.get(announced).type);
        }
    }

    /** Hands over all that is held. */
    void end() {
        flush();
        announce();
        for (Type type : types) {
            if (type.block.rows() > 0) {
                handOver(type);
            }
        }
    }
}
