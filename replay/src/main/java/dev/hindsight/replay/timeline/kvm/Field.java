package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableBlock;

/** An integer field of an event, which other kernel versions name otherwise or do not have. */
final class Field {

    private static final Field ABSENT = new Field(-1);

    private final int column;

    private Field(int column) {
        this.column = column;
    }

    /** The first of these names that the event has as an integer. */
    static Field of(EventType type, String... names) {
        for (String name : names) {
            int column = type.column(name);
            if (column >= 0) {
                ColumnType held = type.table().columns().get(column).type();
                if (held.isInteger() || held == ColumnType.BOOL) {
                    return new Field(column);
                }
            }
        }
        return ABSENT;
    }

    boolean present() {
        return column >= 0;
    }

    /** The value, or {@code absent} where this recording has no such field. */
    long get(TableBlock block, int row, long absent) {
        return column < 0 ? absent : block.get(column, row);
    }

    /** The value; 0 where this recording has no such field. */
    long get(TableBlock block, int row) {
        return get(block, row, 0);
    }

    int getInt(TableBlock block, int row) {
        return (int) get(block, row, 0);
    }
}
