package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.InterruptContext;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TextData;

/** How the events of a class are read, and the table that they go to. For one thread: it keeps what it met. */
final class EventLayout {

    /** Programs behind the event's header: stream's context, event's context, fields. */
    private final FieldProgram[] programs;

    private final boolean[] skippable;

    /** Of the programs that need no decoder, null for others. */
    private final PlainFields[] plain;

    /** All programs as one, where they are all plain and every event has them at the same bytes; else null. */
    private final PlainFields whole;

    private final long wholeBits;
    private final int[] optional;
    private final RowTargets targets = new RowTargets();
    private TableBlock scratch;

    /** With the place of the class among all that the metadata declares as index, whether it occurs or not. */
    final EventType type;

    /** Whether rows have their thread's number from the trace. */
    final boolean hasTid;

    /** Whether rows have {@code common_flags} from the trace. */
    private final boolean hasFlags;

    /** What the event tells of its CPU's interrupts. */
    final InterruptContext.Change change;

    /**
     * Whether perf tells by such events, at time 0, what there was before the recording: {@code perf data convert --all}
     * writes what is no sample too (tools/perf/util/data-convert-bt.c of Linux).
     */
    final boolean tellsOfBefore;

    /** Columns of {@code sched_switch} that tell which threads leave and come, else -1. */
    final int prevPid;

    final int nextPid;

    /** Bytes that all alignments of its fields divide. */
    final int alignBytes;

    /** Whether its fields go by values from outside: registers of the lane that found the event. */
    final boolean takesOuter;

    EventLayout(EventType type, FieldProgram[] programs, FieldColumns columns) {
        this.type = type;
        this.programs = programs;
        skippable = new boolean[programs.length];
        plain = new PlainFields[programs.length];
        int align = 8;
        boolean outer = false;
        for (int i = 0; i < programs.length; i++) {
            skippable[i] = programs[i].isSkippable();
            plain[i] = PlainFields.of(programs[i]);
            align = Math.max(align, programs[i].mostAlign());
            outer |= programs[i].takesOuter();
        }
        alignBytes = align / 8;
        takesOuter = outer;
        whole = align > 8 ? null : PlainFields.of(programs);
        wholeBits = whole == null ? -1 : whole.bits();
        optional = columns.optional().stream().mapToInt(Integer::intValue).toArray();
        hasTid = columns.hasTid();
        hasFlags = columns.hasFlags();
        change = InterruptContext.of(type.system(), type.name());
        tellsOfBefore = switch (type.name()) {
            case "perf_mmap", "perf_mmap2", "perf_comm", "perf_fork", "perf_exit" -> true;
            default -> false;
        };
        boolean isSwitch = type.system().equals("sched") && type.name().equals("sched_switch");
        prevPid = isSwitch ? intColumn("prev_pid") : -1;
        nextPid = isSwitch ? intColumn("next_pid") : -1;
    }

    private int intColumn(String name) {
        int column = type.column(name);
        return column >= 0 && type.table().columns().get(column).type() == ColumnType.INT32 ? column : -1;
    }

    /** The bit behind an event whose header ends at {@code at}; as {@link FieldDecoder#run}. */
    long measure(FieldDecoder decoder, byte[] bytes, long at, long limit) {
        long pos = at;
        if (whole != null && (at & 7) == 0) {
            pos += wholeBits;
            return pos > limit ? FieldDecoder.BEYOND : pos;
        }
        for (int i = 0; i < programs.length; i++) {
            FieldProgram p = programs[i];
            if (skippable[i]) {
                pos = (pos + p.align - 1 & -p.align) + p.fixedBits;
                if (pos > limit) {
                    return FieldDecoder.BEYOND;
                }
            } else {
                pos = decoder.run(p, bytes, pos, limit, null, 0);
                if (pos < 0) {
                    return pos;
                }
            }
        }
        return pos;
    }

    /** A column of 32 bits of an event that was measured; for events that must be known before their columns are made. */
    int intOf(int column, FieldDecoder decoder, byte[] bytes, long at, long limit) {
        if (whole != null && (at & 7) == 0) {
            return whole.intOf(column, bytes, (int) (at >>> 3));
        }
        if (scratch == null || scratch.isFull()) {
            scratch = new TableBlock(type.table());
        }
        int row = scratch.addRow();
        decode(decoder, bytes, at, limit, scratch, row);
        return (int) scratch.get(column, row);
    }

    /**
     * Adds rows with events of a batch to a block that has room for them.
     *
     * @param which the events' places in the batch, from {@code from} on
     * @param address room for as many addresses
     */
    void append(
            EventBatch batch, int[] which, int from, int count, TableBlock block, FieldDecoder decoder, int[] address) {
        int row = block.rows();
        block.reserve(row + count);
        block.filledTo(row + count);
        long[] ts = ((LongData) block.column(EventTables.TS_NS)).values();
        int[] cpu = ((IntData) block.column(EventTables.CPU)).values();
        int[] tid = ((IntData) block.column(EventTables.TID)).values();
        byte[] flags = ((ByteData) block.column(EventTables.FLAGS)).values();
        boolean atBytes = true;
        for (int i = 0; i < count; i++) {
            int event = which[from + i];
            ts[row + i] = batch.tsNs[event];
            cpu[row + i] = batch.cpu[event];
            tid[row + i] = batch.tid[event];
            address[i] = batch.at[event] >>> 3;
            if (!hasFlags) {
                flags[row + i] = batch.flags[event];
            }
            atBytes &= (batch.at[event] & 7) == 0;
        }
        if (whole != null && atBytes) {
            whole.append(batch.bytes, address, count, block, row);
            return;
        }
        for (int i = 0; i < count; i++) {
            int event = which[from + i];
            if (takesOuter) {
                System.arraycopy(batch.registers, batch.outer[event], decoder.registers, 0, decoder.registers.length);
            }
            decode(decoder, batch.bytes, batch.at[event], batch.limit(), block, row + i);
        }
    }

    /** Fills a row with what an event tells; columns that it leaves out become null. */
    void decode(FieldDecoder decoder, byte[] bytes, long at, long limit, TableBlock block, int row) {
        targets.ready(block, row);
        for (int column : optional) {
            setNull(targets.data(column), row);
        }
        long pos = at;
        for (int i = 0; i < programs.length; i++) {
            FieldProgram p = programs[i];
            long begin = pos + p.align - 1 & -p.align;
            if (plain[i] != null && (begin & 7) == 0) {
                plain[i].fill(bytes, (int) (begin >>> 3), targets, row);
                pos = begin + p.fixedBits;
            } else {
                pos = decoder.run(p, bytes, pos, limit, targets, row);
            }
        }
        for (int column : optional) {
            endRow(targets.data(column), row);
        }
    }

    private static void setNull(ColumnData data, int row) {
        if (data instanceof DoubleData doubles) {
            doubles.values()[row] = Double.NaN;
        } else if (data instanceof SymbolData symbols) {
            symbols.codes()[row] = -1;
        } else if (!(data instanceof TextData) && !(data instanceof LongListData)) {
            data.setLong(row, ColumnData.NULL);
        }
    }

    private static void endRow(ColumnData data, int row) {
        if (data instanceof TextData text && text.run().count() == row) {
            text.run().appendNull();
        } else if (data instanceof LongListData list && list.count() == row) {
            list.endRow();
        }
    }
}
