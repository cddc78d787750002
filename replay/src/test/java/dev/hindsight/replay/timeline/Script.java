package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recording by hand: declare event types, write events in time order, then build a timeline from them.
 *
 * <p>Each slice holds as many events as the script is told, so that blocks and losses cross slices.
 */
public final class Script {

    private final Map<String, EventType> types = new LinkedHashMap<>();
    private final List<Object> steps = new ArrayList<>();
    private final Map<Integer, String> savedComms = new HashMap<>();
    private final List<RecordingInfo.Guest> guests = new ArrayList<>();
    private final List<MarkerRule> markers = new ArrayList<>();
    private String kernel = "6.1.0";
    private String arch = "x86_64";
    private List<String> instances = List.of("");
    private int eventsPerSlice = 1000;

    private record Event(long tsNs, int cpu, int tid, int flags, int instance, EventType type, List<Object> fields) {}

    private record Loss(int cpu, long startNs, long endNs, long events) {}

    /** Events of systems sched, irq, irq_vectors, ipi and task as Linux 6.1 has them, without what nothing reads. */
    public Script() {
        declare(
                "sched:sched_switch",
                "prev_comm text",
                "prev_pid",
                "prev_prio",
                "prev_state long",
                "next_comm text",
                "next_pid",
                "next_prio");
        declare("sched:sched_waking", "comm text", "pid", "prio", "target_cpu");
        declare("sched:sched_wakeup", "comm text", "pid", "prio", "target_cpu");
        declare("sched:sched_wakeup_new", "comm text", "pid", "prio", "target_cpu");
        declare("sched:sched_migrate_task", "comm text", "pid", "prio", "orig_cpu", "dest_cpu");
        declare("sched:sched_pi_setprio", "comm text", "pid", "oldprio", "newprio");
        declare("sched:sched_process_fork", "parent_comm text", "parent_pid", "child_comm text", "child_pid");
        declare("sched:sched_process_exec", "filename text", "pid", "old_pid");
        declare("sched:sched_process_exit", "comm text", "pid", "prio");
        declare("task:task_newtask", "pid", "comm text", "clone_flags long");
        declare("task:task_rename", "pid", "oldcomm text", "newcomm text");
        declare("irq:irq_handler_entry", "irq", "name text");
        declare("irq:irq_handler_exit", "irq", "ret");
        declare("irq:softirq_entry", "vec");
        declare("irq:softirq_exit", "vec");
        declare("irq_vectors:local_timer_entry", "vector");
        declare("irq_vectors:local_timer_exit", "vector");
        declare("ipi:ipi_entry", "reason long");
        declare("ipi:ipi_exit", "reason long");
    }

    /** Declares an event by {@code system:name} and its fields: a name, and {@code long}, {@code text} ... if no int. */
    public Script declare(String event, String... fields) {
        List<Column> columns = new ArrayList<>(EventTables.COMMON);
        for (String field : fields) {
            String[] parts = field.split(" ");
            ColumnType type = parts.length == 1
                    ? ColumnType.INT32
                    : switch (parts[1]) {
                        case "long" -> ColumnType.INT64;
                        case "ulong" -> ColumnType.UINT64;
                        case "text" -> ColumnType.SYMBOL;
                        case "string" -> ColumnType.TEXT;
                        case "list" -> ColumnType.INT64_LIST;
                        default -> throw new IllegalArgumentException(field);
                    };
            columns.add(Column.of(parts[0], type, ""));
        }
        String system = event.substring(0, event.indexOf(':'));
        String name = event.substring(event.indexOf(':') + 1);
        int index = types.containsKey(event) ? types.get(event).index() : types.size();
        types.put(
                event,
                new EventType(index, system, name, new TableSchema(EventTables.tableName(system, name), "", columns)));
        return this;
    }

    /** Release of the traced kernel; 6.1.0 unless told. */
    public Script kernel(String release) {
        kernel = release;
        return this;
    }

    /** Architecture as uname has it; x86_64 unless told. */
    public Script arch(String machine) {
        arch = machine;
        return this;
    }

    /** Ring buffers besides the top one. */
    public Script instances(String... names) {
        List<String> all = new ArrayList<>(List.of(""));
        all.addAll(List.of(names));
        instances = List.copyOf(all);
        return this;
    }

    /** How many events a slice holds at most. */
    public Script eventsPerSlice(int events) {
        eventsPerSlice = events;
        return this;
    }

    /** A name that the recording saved beside its events. */
    public Script savedComm(int tid, String comm) {
        savedComms.put(tid, comm);
        return this;
    }

    /** A guest as trace-cmd's GUEST option names it, with the host's thread of each vCPU. */
    public Script guest(String name, Integer... vcpuTids) {
        guests.add(new RecordingInfo.Guest(name, 0, List.of(vcpuTids)));
        return this;
    }

    public Script marker(String flag) {
        markers.add(MarkerRule.parse(flag));
        return this;
    }

    /** An event, with its fields in the order declared: numbers or texts. */
    public Script at(long tsNs, int cpu, int tid, String event, Object... fields) {
        return flagged(tsNs, cpu, tid, 0, event, fields);
    }

    /** An event with common flags: 8 in a hard interrupt, 16 in a softirq. */
    public Script flagged(long tsNs, int cpu, int tid, int flags, String event, Object... fields) {
        return add(tsNs, cpu, tid, flags, 0, event, fields);
    }

    /** An event from a ring buffer other than the top one. */
    public Script fromInstance(int instance, long tsNs, int cpu, int tid, String event, Object... fields) {
        return add(tsNs, cpu, tid, 0, instance, event, fields);
    }

    private Script add(long tsNs, int cpu, int tid, int flags, int instance, String event, Object... fields) {
        EventType type = types.get(event);
        if (type == null) {
            throw new IllegalArgumentException("not declared: " + event);
        }
        if (type.table().columns().size() != EventTables.FIRST_FIELD + fields.length) {
            throw new IllegalArgumentException(event + " has other fields than " + List.of(fields));
        }
        steps.add(new Event(tsNs, cpu, tid, flags, instance, type, List.of(fields)));
        return this;
    }

    /** {@code sched_switch} from a thread to another one, named {@code t<tid>}; all have priority 120. */
    public Script switches(long tsNs, int cpu, int prev, long prevState, int next) {
        return at(tsNs, cpu, prev, "sched:sched_switch", "t" + prev, prev, 120, prevState, "t" + next, next, 120);
    }

    /** Events lost; comes before the slice that holds the first event written after this. */
    public Script lost(int cpu, long startNs, long endNs, long events) {
        steps.add(new Loss(cpu, startNs, endNs, events));
        return this;
    }

    /** Builds the timeline of these parts. */
    public Tables play(List<TimelinePartFactory> parts) {
        Tables tables = new Tables();
        play(parts, tables);
        return tables;
    }

    /** Builds the timeline of these parts into other sinks. */
    public void play(List<TimelinePartFactory> parts, TableSinks tables) {
        int cpus = 1;
        for (Object step : steps) {
            if (step instanceof Event e) {
                cpus = Math.max(cpus, e.cpu() + 1);
            }
        }
        RecordingInfo info = new RecordingInfo(
                "script",
                "trace.dat",
                "7",
                arch,
                "little",
                8,
                kernel,
                "",
                "mono",
                1,
                cpus,
                instances,
                savedComms,
                0,
                guests);
        TimelineBuilder builder = new TimelineBuilder(info, markers, tables, parts);
        Map<EventType, TableBlock> blocks = new LinkedHashMap<>();
        List<Event> slice = new ArrayList<>();
        for (Object step : steps) {
            if (step instanceof Event e) {
                if (!blocks.containsKey(e.type())) {
                    builder.type(e.type());
                    blocks.put(e.type(), new TableBlock(e.type().table()));
                }
                slice.add(e);
                if (slice.size() == eventsPerSlice) {
                    hand(builder, slice, blocks);
                }
            } else if (step instanceof Loss l) {
                hand(builder, slice, blocks);
                builder.lost(l.cpu(), 0, l.startNs(), l.endNs(), l.events());
            }
        }
        hand(builder, slice, blocks);
        builder.end();
    }

    private void hand(TimelineBuilder builder, List<Event> events, Map<EventType, TableBlock> blocks) {
        EventSlice slice = new EventSlice();
        slice.size = events.size();
        slice.tsNs = new long[slice.size];
        slice.cpu = new int[slice.size];
        slice.type = new int[slice.size];
        slice.row = new int[slice.size];
        slice.blocks = new TableBlock[types.size()];
        for (int i = 0; i < slice.size; i++) {
            Event e = events.get(i);
            TableBlock block = blocks.get(e.type());
            slice.tsNs[i] = e.tsNs();
            slice.cpu[i] = e.cpu();
            slice.type[i] = e.type().index();
            slice.row[i] = fill(block, e);
            slice.blocks[e.type().index()] = block;
        }
        builder.slice(slice);
        events.clear();
        // The next slice finds fresh blocks, as after a full one.
        blocks.replaceAll((type, block) -> new TableBlock(type.table()));
    }

    private static int fill(TableBlock block, Event e) {
        int row = block.addRow();
        block.column(EventTables.TS_NS).setLong(row, e.tsNs());
        block.column(EventTables.CPU).setLong(row, e.cpu());
        block.column(EventTables.TID).setLong(row, e.tid());
        block.column(EventTables.FLAGS).setLong(row, e.flags());
        block.column(EventTables.PREEMPT_COUNT).setLong(row, 0);
        block.column(EventTables.INSTANCE).setLong(row, e.instance());
        for (int f = 0; f < e.fields().size(); f++) {
            Object value = e.fields().get(f);
            int column = EventTables.FIRST_FIELD + f;
            if (value instanceof String text) {
                block.column(column).setText(row, text);
            } else if (value instanceof long[] items) {
                LongListData list = (LongListData) block.column(column);
                for (long item : items) {
                    list.add(item);
                }
                list.endRow();
            } else {
                block.column(column).setLong(row, ((Number) value).longValue());
            }
        }
        return row;
    }
}
