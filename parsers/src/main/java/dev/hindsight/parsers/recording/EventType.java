package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableSchema;
import java.util.Objects;

/**
 * A kind of event in a recording, with the table that its events go to.
 *
 * <p>Every event table begins with the columns of {@link EventTables#COMMON}; the event's own fields follow under
 * their own names and types.
 *
 * @param index dense from 0 within a recording, in order of discovery
 * @param system the event's system, for instance {@code kvm}
 * @param name the event's name, for instance {@code kvm_exit}
 * @param table schema of {@code ev_<system>_<event>}
 * @param print how it reads as text, null where the recording does not tell
 */
public record EventType(int index, String system, String name, TableSchema table, PrintFormat print) {

    public EventType {
        Objects.requireNonNull(system, "system");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(table, "table");
    }

    /** A kind of event of a recording that does not tell how it reads as text. */
    public EventType(int index, String system, String name, TableSchema table) {
        this(index, system, name, table, null);
    }

    /** Place of a field's column in the table, or -1 where this recording's format has no such field. */
    public int column(String field) {
        return table.indexOf(field);
    }
}
