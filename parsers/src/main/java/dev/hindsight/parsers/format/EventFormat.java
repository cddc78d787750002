package dev.hindsight.parsers.format;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * The format of an event, as the kernel describes it in {@code events/SYSTEM/EVENT/format} and trace.dat keeps it.
 *
 * @param id as in the first bytes of each of its records; unique within a recording
 * @param system as the caller gave it, for instance {@code kvm}
 * @param name for instance {@code kvm_exit}
 * @param common {@code common_type}, {@code common_flags}, {@code common_preempt_count} and {@code common_pid}, as far
 *     as declared: they go to the columns of {@link EventTables#COMMON}
 * @param fields all other fields, in the order of their columns: the event's own as declared, then further common ones
 *     of old or patched kernels ({@code common_tgid}, {@code common_preempt_lazy_count})
 * @param print the text behind {@code print fmt:}, for {@link PrintFormat}; empty where there is none
 * @param wordBytes bytes of a {@code long} on the traced machine, 4 or 8
 */
public record EventFormat(
        int id,
        String system,
        String name,
        List<EventField> common,
        List<EventField> fields,
        String print,
        int wordBytes) {

    private static final Set<String> COMMON =
            Set.of("common_type", "common_flags", "common_preempt_count", "common_pid");

    /** The kernel's type numbers fit 16 bits, as {@code common_type} does. */
    private static final int MAX_ID = 0xFFFF;

    private static final int MAX_FIELDS = 4096;

    public EventFormat {
        Objects.requireNonNull(system, "system");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(print, "print");
        if (wordBytes != 4 && wordBytes != 8) {
            throw new IllegalArgumentException("a word of " + wordBytes + " bytes");
        }
        common = List.copyOf(common);
        fields = List.copyOf(fields);
    }

    /** As {@link #parse(String, String, int)}, from the bytes in the file. */
    public static EventFormat parse(String system, byte[] text, int wordBytes) throws FormatException {
        return parse(system, new String(text, StandardCharsets.UTF_8), wordBytes);
    }

    /**
     * Reads a format file.
     *
     * <p>Each field's column has the field's own name and type. Only a field whose name one of the common columns has
     * already (such as the {@code cpu} of {@code workqueue_queue_work} or the {@code flags} of {@code timer_start}), or
     * another field but for case, is told apart by underscores behind its name: {@code cpu_}, {@code flags_}. So a
     * query may rely on {@code cpu} being the CPU that the event happened on, in every event table.
     *
     * @param system the event's system
     * @param text whole
     * @param wordBytes bytes of a {@code long} on the traced machine, 4 or 8
     * @throws FormatException where name or ID is missing or a field line makes no sense
     */
    public static EventFormat parse(String system, String text, int wordBytes) throws FormatException {
        String name = null;
        int id = -1;
        String print = "";
        List<EventField> common = new ArrayList<>();
        List<EventField> own = new ArrayList<>();
        List<EventField> furtherCommon = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                end = text.length();
            }
            String line = text.substring(at, end).strip();
            if (line.startsWith("field:") || line.startsWith("field special:")) {
                EventField field = FieldDeclaration.parse(line.substring(line.indexOf(':') + 1), wordBytes);
                if (COMMON.contains(field.name())) {
                    common.add(field);
                } else if (field.name().startsWith("common_")) {
                    furtherCommon.add(field);
                } else {
                    own.add(field);
                }
                if (own.size() + common.size() + furtherCommon.size() > MAX_FIELDS) {
                    throw new FormatException("at most " + MAX_FIELDS + " fields", "more in event " + name);
                }
            } else if (line.startsWith("name:") && name == null) {
                name = line.substring(5).strip();
            } else if (line.startsWith("ID:") && id < 0) {
                id = id(line.substring(3).strip());
            } else if (line.startsWith("print fmt:")) {
                print = text.substring(text.indexOf("print fmt:", at) + 10).strip();
                break;
            }
            at = end + 1;
        }
        if (name == null || name.isEmpty()) {
            throw new FormatException("\"name: EVENT\" in an event format", FieldDeclaration.excerpt(text));
        }
        if (id < 0) {
            throw new FormatException("\"ID: NUMBER\" in the format of event " + name, FieldDeclaration.excerpt(text));
        }
        own.addAll(furtherCommon);
        return new EventFormat(id, system, name, common, toldApart(system, name, own), print, wordBytes);
    }

    private static int id(String text) throws FormatException {
        try {
            int id = Integer.parseInt(text);
            if (id >= 0 && id <= MAX_ID) {
                return id;
            }
        } catch (NumberFormatException e) {
            throw new FormatException("an event ID", FieldDeclaration.excerpt(text));
        }
        throw new FormatException("an event ID of 0 to " + MAX_ID, text);
    }

    private static List<EventField> toldApart(String system, String event, List<EventField> fields) {
        Set<String> taken = new HashSet<>();
        for (Column c : EventTables.COMMON) {
            taken.add(c.name());
        }
        List<EventField> apart = new ArrayList<>(fields.size());
        for (EventField f : fields) {
            EventField field = f;
            if (system.equals("ftrace") && event.equals("raw_data") && f.kind() == FieldKind.STRING) {
                // declared char, but any bytes that user space wrote to trace_marker_raw
                field = new EventField(
                        f.name(),
                        f.type(),
                        f.offset(),
                        f.size(),
                        f.signed(),
                        true,
                        f.place(),
                        FieldKind.BYTES,
                        1,
                        f.name(),
                        ColumnType.BINARY);
            }
            String column = field.name();
            while (!taken.add(column.toLowerCase(Locale.ROOT))) {
                column += "_";
            }
            apart.add(field.withColumn(column));
        }
        return apart;
    }

    /** The schema of the event's table: the common columns, then one for each of {@link #fields()}. */
    public TableSchema table() {
        List<Column> columns = new ArrayList<>(EventTables.COMMON);
        for (EventField f : fields) {
            columns.add(f.toColumn());
        }
        return new TableSchema(EventTables.tableName(system, name), "", columns);
    }

    /**
     * Place of a field's column in {@link #table()}; -1 for {@code common_type}, which the table itself tells.
     *
     * @param field one of this format's
     */
    public int column(EventField field) {
        return switch (field.name()) {
            case "common_type" -> -1;
            case "common_pid" -> EventTables.TID;
            case "common_flags" -> EventTables.FLAGS;
            case "common_preempt_count" -> EventTables.PREEMPT_COUNT;
            default -> EventTables.FIRST_FIELD + fields.indexOf(field);
        };
    }

    /** A field by its declared name, own or common; null where there is none. */
    public EventField field(String fieldName) {
        for (EventField f : fields) {
            if (f.name().equals(fieldName)) {
                return f;
            }
        }
        for (EventField f : common) {
            if (f.name().equals(fieldName)) {
                return f;
            }
        }
        return null;
    }
}
