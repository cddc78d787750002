package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Running times and wakeup latencies by going through lists of all scheduler events, as one would with a pencil: the
 * oracle for {@link ThreadSpans}. For recordings without losses.
 */
final class ObviousSchedule implements RecordingSink {

    /** One event with the numbers among its fields. */
    record Event(long tsNs, int cpu, int tid, String name, Map<String, Long> fields) {

        long field(String field) {
            return fields.get(field);
        }

        boolean isSwitch() {
            return name.equals("sched_switch");
        }

        /** Whether this tells that the thread was made runnable. */
        boolean wakes(long pid) {
            return (name.equals("sched_wakeup") || name.equals("sched_wakeup_new")) && field("pid") == pid;
        }
    }

    private static final List<String> NUMBERS =
            List.of("prev_pid", "prev_state", "next_pid", "pid", "target_cpu", "vec", "irq", "vector");

    private final Map<Integer, EventType> types = new HashMap<>();
    private final List<Event> sched = new ArrayList<>();
    private final Map<Integer, Event> firstOfCpu = new TreeMap<>();
    private long lastNs;
    private long losses;

    @Override
    public void type(EventType type) {
        types.put(type.index(), type);
    }

    @Override
    public void slice(EventSlice slice) {
        for (int i = 0; i < slice.size; i++) {
            EventType type = types.get(slice.type[i]);
            TableBlock block = slice.blocks[slice.type[i]];
            int row = slice.row[i];
            Map<String, Long> fields = new HashMap<>();
            if (type.system().equals("sched")) {
                for (String name : NUMBERS) {
                    if (type.column(name) >= 0) {
                        fields.put(name, block.column(type.column(name)).getLong(row));
                    }
                }
            }
            int tid = (int) block.column(EventTables.TID).getLong(row);
            Event event = new Event(slice.tsNs[i], slice.cpu[i], tid, type.name(), fields);
            if (type.system().equals("sched")) {
                sched.add(event);
            }
            firstOfCpu.putIfAbsent(event.cpu(), event);
            lastNs = event.tsNs();
        }
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long events) {
        losses++;
    }

    /** Whether no event was lost and no switch filtered away: each begins with the thread that the last one ended with. */
    boolean complete() {
        Map<Integer, Long> running = new HashMap<>();
        for (Event e : sched) {
            if (e.isSwitch()) {
                Long was = running.put(e.cpu(), e.field("next_pid"));
                if (was != null && was != e.field("prev_pid")) {
                    return false;
                }
            }
        }
        return losses == 0;
    }

    boolean hasSwitches() {
        return sched.stream().anyMatch(Event::isSwitch);
    }

    long lastNs() {
        return lastNs;
    }

    /** The first event of each CPU. */
    Map<Integer, Event> firstOfCpu() {
        return firstOfCpu;
    }

    /** Ns that each thread held each CPU, by "tid cpu". */
    Map<String, Long> runningNs() {
        Map<String, Long> sums = new TreeMap<>();
        for (Event first : firstOfCpu.values()) {
            long since = first.tsNs();
            long who = first.tid();
            for (Event e : sched) {
                if (e.isSwitch() && e.cpu() == first.cpu()) {
                    sums.merge(who + " " + e.cpu(), e.tsNs() - since, Long::sum);
                    since = e.tsNs();
                    who = e.field("next_pid");
                }
            }
            sums.merge(who + " " + first.cpu(), lastNs - since, Long::sum);
        }
        sums.values().removeIf(ns -> ns == 0);
        return sums;
    }

    /** Every {@code sched_waking} with the thread's next switch-in: "ts wakee running". */
    List<String> wakings() {
        Map<Long, List<Event>> byThread = new HashMap<>();
        for (Event e : sched) {
            if (e.isSwitch()) {
                byThread.computeIfAbsent(e.field("prev_pid"), k -> new ArrayList<>())
                        .add(e);
                byThread.computeIfAbsent(e.field("next_pid"), k -> new ArrayList<>())
                        .add(e);
            } else if (e.fields().containsKey("pid")) {
                byThread.computeIfAbsent(e.field("pid"), k -> new ArrayList<>()).add(e);
            }
        }
        List<String> lines = new ArrayList<>();
        for (Event waking : sched) {
            if (waking.name().equals("sched_waking") && waking.field("pid") != 0) {
                Long running = switchIn(waking, byThread.get(waking.field("pid")));
                lines.add(waking.tsNs() + " " + waking.field("pid") + " " + running);
            }
        }
        lines.sort(null);
        return lines;
    }

    private Long switchIn(Event waking, List<Event> ofThread) {
        long pid = waking.field("pid");
        int at = ofThread.indexOf(waking);
        boolean onCpu = firstOfCpu.values().stream().anyMatch(e -> e.tid() == pid);
        for (Event e : ofThread.subList(0, at)) {
            if (e.isSwitch()) {
                onCpu = e.field("next_pid") == pid;
            }
        }
        for (Event e : ofThread.subList(at + 1, ofThread.size())) {
            if (e.isSwitch() && e.field("next_pid") == pid) {
                return e.tsNs();
            }
            if (e.isSwitch() && Objects.equals(e.field("prev_pid"), pid)) {
                onCpu = false;
                if ((e.field("prev_state") & 0x30) != 0) {
                    return null;
                }
            }
            if (e.wakes(pid) && onCpu || e.name().equals("sched_waking")) {
                return null;
            }
        }
        return null;
    }
}
