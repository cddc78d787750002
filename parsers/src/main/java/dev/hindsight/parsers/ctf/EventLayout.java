package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TextData;

/** How the events of a class are read, and the table that they go to. */
final class EventLayout {

    /** Programs behind the event's header: stream's context, event's context, fields. */
    private final FieldProgram[] programs;

    private final boolean[] skippable;

    /** Of the programs that need no decoder, null for others. */
    private final PlainFields[] plain;

    private final int[] optional;
    private final RowTargets targets = new RowTargets();

    /** With the place of the class among all that the metadata declares as index, whether it occurs or not. */
    final EventType type;

    /** Whether rows have their thread's number from the trace. */
    final boolean hasTid;

    private final boolean hasFlags;
    private final boolean hasPreemptCount;

    /** Columns of {@code sched_switch} that tell which threads leave and come, else -1. */
    final int prevPid;

    final int nextPid;

    EventLayout(EventType type, FieldProgram[] programs, FieldColumns columns) {
        this.type = type;
        this.programs = programs;
        skippable = new boolean[programs.length];
        plain = new PlainFields[programs.length];
        for (int i = 0; i < programs.length; i++) {
            skippable[i] = programs[i].isSkippable();
            plain[i] = PlainFields.of(programs[i]);
        }
        optional = columns.optional().stream().mapToInt(Integer::intValue).toArray();
        hasTid = columns.hasTid();
        hasFlags = columns.hasFlags();
        hasPreemptCount = columns.hasPreemptCount();
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

    /**
     * Adds a row with an event that was measured. Its thread is left as it is where the event does not tell it.
     *
     * @return the row, of which {@link #intAt} tells more
     */
    int append(FieldDecoder decoder, byte[] bytes, long at, long limit, TableBlock block, long tsNs, int cpu) {
        int row = block.addRow();
        targets.ready(block, row);
        targets.set(EventTables.TS_NS, row, tsNs);
        targets.set(EventTables.CPU, row, cpu);
        targets.set(EventTables.INSTANCE, row, 0);
        if (!hasFlags) {
            targets.set(EventTables.FLAGS, row, 0);
        }
        if (!hasPreemptCount) {
            targets.set(EventTables.PREEMPT_COUNT, row, 0);
        }
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
        return row;
    }

    /** The value of a column of 32 bits in the block that was appended to last. */
    int intAt(int column, int row) {
        return targets.intAt(column, row);
    }

    /** Sets the thread of a row of the block that was appended to last. */
    void setTid(int row, int tid) {
        targets.set(EventTables.TID, row, tid);
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
