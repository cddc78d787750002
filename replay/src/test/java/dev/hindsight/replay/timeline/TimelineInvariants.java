package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What holds in any timeline, whether recorded or replayed. */
public final class TimelineInvariants {

    private static final List<String> STAGES = List.of(
            "due_ns",
            "asserted_ns",
            "runnable_ns",
            "scheduled_ns",
            "injected_ns",
            "entered_ns",
            "handled_ns",
            "eoi_ns");

    private TimelineInvariants() {}

    private static long ns(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }

    private static Map<String, List<Map<String, Object>>> sortedBy(List<Map<String, Object>> rows, String key) {
        Map<String, List<Map<String, Object>>> groups = new TreeMap<>();
        rows.stream()
                .sorted(Comparator.comparingLong(row -> ns(row, "start_ns")))
                .forEach(row -> groups.computeIfAbsent(String.valueOf(row.get(key)), k -> new ArrayList<>())
                        .add(row));
        return groups;
    }

    /** All of them, for a replay: its CPUs run some thread at any time of the window, none of its events are lost. */
    public static void holdInReplay(Tables tables) {
        cpusRunOneThreadAtAnyTime(tables);
        assertThat(threadSpansFollowEachOther(tables)).as("gaps").isZero();
        interruptsNest(tables);
        wakeupsAreInOrder(tables);
        spansOfVcpusFollowEachOther(tables);
        deliveriesAndExitsAreInOrder(tables);
        guestsRunWhereTheirThreadsDo(tables);
    }

    private static void cpusRunOneThreadAtAnyTime(Tables tables) {
        Map<String, List<Map<String, Object>>> running = sortedBy(
                tables.rows(TimelineTables.THREAD_SPAN).stream()
                        .filter(row -> row.get("state").equals("running"))
                        .toList(),
                "cpu");
        for (Map<String, Object> cpu : tables.rows(TimelineTables.CPU)) {
            long end = ns(cpu, "first_ns");
            for (Map<String, Object> span : running.get(String.valueOf(cpu.get("cpu")))) {
                assertThat(ns(span, "start_ns")).as("%s", span).isEqualTo(end);
                end = ns(span, "end_ns");
            }
            assertThat(end).isEqualTo(ns(cpu, "last_ns"));
        }
    }

    /** Returns how many of them have a gap before. */
    static long threadSpansFollowEachOther(Tables tables) {
        List<Map<String, Object>> spans = tables.rows(TimelineTables.THREAD_SPAN).stream()
                .filter(row -> ns(row, "tid") != 0)
                .toList();
        long gaps = 0;
        for (List<Map<String, Object>> ofThread : sortedBy(spans, "tid").values()) {
            long end = ns(ofThread.get(0), "start_ns");
            for (Map<String, Object> span : ofThread) {
                assertThat(ns(span, "start_ns")).as("%s", span).isGreaterThanOrEqualTo(end);
                gaps += ns(span, "start_ns") > end ? 1 : 0;
                end = ns(span, "end_ns");
            }
        }
        return gaps;
    }

    static void interruptsNest(Tables tables) {
        sortedBy(tables.rows(TimelineTables.IRQ_SPAN), "cpu").forEach((cpu, spans) -> {
            long covered = 0;
            long end = Long.MIN_VALUE;
            long self = 0;
            for (Map<String, Object> span : spans) {
                long start = Math.max(end, ns(span, "start_ns"));
                if (ns(span, "end_ns") > start) {
                    covered += ns(span, "end_ns") - start;
                    end = ns(span, "end_ns");
                }
                assertThat(ns(span, "self_ns")).as("%s", span).isNotNegative();
                self += ns(span, "self_ns");
            }
            assertThat(self)
                    .as("cpu %s: own times cover what the spans cover", cpu)
                    .isEqualTo(covered);
        });
    }

    static void wakeupsAreInOrder(Tables tables) {
        for (Map<String, Object> row : tables.rows(TimelineTables.WAKEUP)) {
            if (row.get("enqueued_ns") != null) {
                assertThat(ns(row, "enqueued_ns")).isGreaterThanOrEqualTo(ns(row, "ts_ns"));
            }
            if (row.get("running_ns") != null) {
                assertThat(ns(row, "running_ns")).isGreaterThanOrEqualTo(ns(row, "ts_ns"));
            }
        }
    }

    /** In the order in which they are written. */
    public static void spansOfVcpusFollowEachOther(Tables tables) {
        List<Map<String, Object>> spans = tables.rows(TimelineTables.VCPU_SPAN);
        boolean entries = spans.stream().anyMatch(row -> row.get("state").equals("guest"));
        // KVM-PR shows only some entries.
        boolean all = tables.rows(TimelineTables.VM_EXIT).stream()
                .noneMatch(row -> row.get("isa").toString().startsWith("ppc"));
        // Without sched_switch nothing tells where a vCPU's thread is between its events.
        boolean switches = tables.rows(TimelineTables.THREAD_SPAN).stream()
                .anyMatch(row -> row.get("state").equals("running"));
        boolean contiguous = entries
                && all
                && switches
                && tables.rows(TimelineTables.LOST_SPAN).isEmpty();
        Map<String, Long> ends = new HashMap<>();
        List<Map<String, Object>> wrong = new ArrayList<>();
        for (Map<String, Object> row : spans) {
            long startNs = ns(row, "start_ns");
            long endNs = ns(row, "end_ns");
            Long before = ends.put(row.get("vm") + " " + row.get("vcpu"), endNs);
            if (endNs <= startNs || before != null && (startNs < before || contiguous && startNs > before)) {
                wrong.add(row);
            }
        }
        assertThat(wrong).isEmpty();
    }

    public static void deliveriesAndExitsAreInOrder(Tables tables) {
        List<Map<String, Object>> wrong = new ArrayList<>();
        for (Map<String, Object> row : tables.rows(TimelineTables.VIRQ)) {
            long before = Long.MIN_VALUE;
            for (String stage : STAGES) {
                if (row.get(stage) != null) {
                    if (ns(row, stage) < before) {
                        wrong.add(row);
                    }
                    before = ns(row, stage);
                }
            }
        }
        for (Map<String, Object> row : tables.rows(TimelineTables.VM_EXIT)) {
            if (row.get("end_ns") != null && ns(row, "end_ns") < ns(row, "start_ns")) {
                wrong.add(row);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** A vCPU is in its guest, handles an exit or polls only while its thread runs, and on that CPU. */
    private static void guestsRunWhereTheirThreadsDo(Tables tables) {
        List<String> onCpu = List.of("guest", "halt_poll");
        Map<String, List<Map<String, Object>>> running =
                sortedBy(ofState(tables, TimelineTables.THREAD_SPAN, List.of("running")), "tid");
        sortedBy(ofState(tables, TimelineTables.VCPU_SPAN, onCpu), "tid").forEach((tid, spans) -> {
            List<Map<String, Object>> stays = running.getOrDefault(tid, List.of());
            int stay = 0;
            for (Map<String, Object> span : spans) {
                while (stay < stays.size() && ns(stays.get(stay), "end_ns") <= ns(span, "start_ns")) {
                    stay++;
                }
                assertThat(stay).as("%s", span).isLessThan(stays.size());
                assertThat(ns(stays.get(stay), "start_ns")).as("%s", span).isLessThanOrEqualTo(ns(span, "start_ns"));
                assertThat(stays.get(stay).get("cpu")).as("%s", span).isEqualTo(span.get("cpu"));
                long endNs = ns(stays.get(stay), "end_ns");
                while (endNs < ns(span, "end_ns") && ns(stays.get(stay + 1), "start_ns") == endNs) {
                    // Its priority changed meanwhile.
                    endNs = ns(stays.get(++stay), "end_ns");
                }
                assertThat(endNs).as("%s", span).isGreaterThanOrEqualTo(ns(span, "end_ns"));
            }
        });
    }

    private static List<Map<String, Object>> ofState(Tables tables, TableSchema schema, List<String> states) {
        return tables.rows(schema).stream()
                .filter(row -> states.contains(row.get("state")))
                .toList();
    }
}
