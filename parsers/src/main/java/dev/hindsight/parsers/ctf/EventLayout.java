package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.ShortData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TextData;

/** How the events of a class are read, and the table that they go to. */
final class EventLayout {

    /** Programs behind the event's header: stream's context, event's context, fields. */
    private final FieldProgram[] programs;

    private final boolean[] skippable;
    private final int[] optional;

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
        for (int i = 0; i < programs.length; i++) {
            skippable[i] = programs[i].isSkippable();
        }
        optional = columns.optional().stream().mapToInt(Integer::intValue).toArray();
        hasTid = columns.hasTid();
        hasFlags = columns.hasFlags();
        hasPreemptCount = columns.hasPreemptCount();
        boolean isSwitch = type.system().equals("sched") && type.name().equals("sched_switch");
        prevPid = isSwitch ? type.column("prev_pid") : -1;
        nextPid = isSwitch ? type.column("next_pid") : -1;
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

    /** Adds a row with the fields of an event that was measured; the columns of all events but those it has are left. */
    int append(FieldDecoder decoder, byte[] bytes, long at, long limit, TableBlock block) {
        int row = block.addRow();
        for (int column : optional) {
            setNull(block.column(column), row);
        }
        if (!hasFlags) {
            ((ByteData) block.column(EventTables.FLAGS)).values()[row] = 0;
        }
        if (!hasPreemptCount) {
            ((ByteData) block.column(EventTables.PREEMPT_COUNT)).values()[row] = 0;
        }
        ((ShortData) block.column(EventTables.INSTANCE)).values()[row] = 0;
        long pos = at;
        for (FieldProgram p : programs) {
            pos = decoder.run(p, bytes, pos, limit, block, row);
        }
        for (int column : optional) {
            endRow(block.column(column), row);
        }
        return row;
    }

    private static void setNull(ColumnData data, int row) {
        if (data instanceof LongData longs) {
            longs.values()[row] = ColumnData.NULL;
        } else if (data instanceof IntData ints) {
            ints.values()[row] = IntData.NULL_VALUE;
        } else if (data instanceof ShortData shorts) {
            shorts.values()[row] = ShortData.NULL_VALUE;
        } else if (data instanceof ByteData bytes) {
            bytes.values()[row] = ByteData.NULL_VALUE;
        } else if (data instanceof DoubleData doubles) {
            doubles.values()[row] = Double.NaN;
        } else if (data instanceof SymbolData symbols) {
            symbols.codes()[row] = -1;
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
