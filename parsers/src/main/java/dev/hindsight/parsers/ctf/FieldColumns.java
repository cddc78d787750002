package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.EventNaming.KernelEvent;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The columns of an event's table as its fields ask for them: first those that all events have, then the fields of its
 * contexts as {@code context_NAME}, then its own under the kernel's names.
 */
final class FieldColumns {

    private static final int MOST_COLUMNS = 1_000;

    private final Path metadata;
    private final KernelEvent event;
    private final boolean tidInContext;
    private final List<Column> columns = new ArrayList<>(EventTables.COMMON);
    private final Set<String> names = new HashSet<>();
    private final List<Integer> optional = new ArrayList<>();
    private boolean context;
    private boolean tid;
    private boolean flags;

    /**
     * Of an event.
     *
     * @param metadata for messages
     * @param event what its fields are called
     * @param tidInContext whether {@code vtid} of a context is as good as the thread's number
     */
    FieldColumns(Path metadata, KernelEvent event, boolean tidInContext) {
        this.metadata = metadata;
        this.event = event;
        this.tidInContext = tidInContext;
        for (Column column : columns) {
            names.add(column.name());
        }
    }

    /** The name that people know: an underscore before it only keeps it apart from the words of the language. */
    static String plain(String name) {
        return name.length() > 1 && name.charAt(0) == '_' ? name.substring(1) : name;
    }

    /** Whether a label names an option of a variant. */
    static boolean same(String label, String option) {
        return label.equals(option);
    }

    /** What follows are fields of a context. */
    void context(boolean begins) {
        context = begins;
    }

    List<Column> columns() {
        return columns;
    }

    /** Columns that a row may leave out. */
    List<Integer> optional() {
        return optional;
    }

    boolean hasTid() {
        return tid;
    }

    boolean hasFlags() {
        return flags;
    }

    /** What the kernel's value of an integer is more than the tracer's. */
    int added(String name) {
        return context ? 0 : event.added(name);
    }

    int integer(String name, IntegerType type, boolean mayBeMissing) {
        int common = common(name);
        if (common != FieldProgram.NONE) {
            return common;
        }
        int bits = type.size();
        boolean signed = type.signed();
        if (added(name) != 0) {
            bits = Math.max(bits, 32);
        } else if (mayBeMissing && bits < 64) {
            // the least value of a narrow column stands for null: a wider one keeps all values
            bits = bits <= 7 ? 8 : bits <= 15 ? 16 : bits <= 31 ? 32 : 64;
            signed = true;
        }
        ColumnType column = bits <= 8
                ? signed ? ColumnType.INT8 : ColumnType.UINT8
                : bits <= 16
                        ? signed ? ColumnType.INT16 : ColumnType.UINT16
                        : bits <= 32
                                ? signed ? ColumnType.INT32 : ColumnType.UINT32
                                : signed ? ColumnType.INT64 : ColumnType.UINT64;
        return add(name, column, mayBeMissing);
    }

    /** Fields that are columns of all events: perf's copies of the record's head, and a thread's number of a context. */
    private int common(String name) {
        if (context) {
            if ((name.equals("tid") || tidInContext && name.equals("vtid")) && !tid) {
                tid = true;
                return EventTables.TID;
            }
            return FieldProgram.NONE;
        }
        return switch (name) {
            case "common_pid" -> {
                tid = true;
                yield EventTables.TID;
            }
            case "common_flags" -> {
                flags = true;
                yield EventTables.FLAGS;
            }
            case "common_preempt_count" -> EventTables.PREEMPT_COUNT;
            default -> FieldProgram.NONE;
        };
    }

    int floating(String name, boolean mayBeMissing) {
        return add(name, ColumnType.FLOAT64, mayBeMissing);
    }

    /** {@code few}: there will be few distinct texts. */
    int text(String name, boolean few, boolean mayBeMissing) {
        boolean symbol = few || name.endsWith("comm") || name.endsWith("name");
        return add(name, symbol ? ColumnType.SYMBOL : ColumnType.TEXT, mayBeMissing);
    }

    int list(String name, boolean mayBeMissing) {
        return add(name, ColumnType.INT64_LIST, mayBeMissing);
    }

    private int add(String name, ColumnType type, boolean mayBeMissing) {
        String base = context ? "context_" + name : event.renamed(name);
        String unique = base;
        while (!names.add(unique.toLowerCase(Locale.ROOT))) {
            unique = unique + "_";
        }
        if (columns.size() == MOST_COLUMNS) {
            throw new UnsupportedTraceException(
                    metadata, -1, "events of at most " + MOST_COLUMNS + " fields", "more in " + event.name());
        }
        if (mayBeMissing) {
            optional.add(columns.size());
        }
        boolean nullable = mayBeMissing && type != ColumnType.INT64_LIST;
        columns.add(new Column(unique, type, nullable, ""));
        return columns.size() - 1;
    }
}
