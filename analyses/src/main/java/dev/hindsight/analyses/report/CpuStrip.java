package dev.hindsight.analyses.report;

import dev.hindsight.analyses.FigureTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each CPU did over a whole run, in equal slots.
 *
 * @param run number within the report
 * @param firstNs where the first slot begins, on the recording's clock
 * @param durationNs of the run
 * @param slots how many
 * @param cpus by number
 */
public record CpuStrip(int run, long firstNs, long durationNs, int slots, Map<Long, Lane> cpus) {

    /** Shares of a slot are told in this many steps. */
    static final int STEPS = 63;

    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /**
     * A CPU.
     *
     * @param states ns of each slot, by state
     * @param lost slots in which events were lost
     */
    public record Lane(Map<String, long[]> states, List<Integer> lost) {}

    long slotNs() {
        return Math.max(1, (durationNs + slots - 1) / slots);
    }

    /** Takes the rows of cpu_strip and lost_slots that are of one run. */
    static CpuStrip of(
            ReportRun run,
            long firstNs,
            long durationNs,
            int slots,
            List<List<Object>> strip,
            List<List<Object>> losses) {
        Map<Long, Lane> cpus = new TreeMap<>();
        for (List<Object> row : strip) {
            Lane lane = cpus.computeIfAbsent((Long) row.get(2), c -> new Lane(new TreeMap<>(), new ArrayList<>()));
            int slot = (int) Math.min(slots - 1, (Long) row.get(3));
            lane.states().computeIfAbsent((String) row.get(4), s -> new long[slots])[slot] += (Long) row.get(5);
        }
        for (List<Object> row : losses) {
            Lane lane = cpus.get((Long) row.get(2));
            if (lane != null) {
                lane.lost().add((int) Math.min(slots - 1, (Long) row.get(3)));
            }
        }
        return new CpuStrip(run.id(), firstNs, durationNs, slots, cpus);
    }

    /** Rows of a figure by run and trace, which are its first two columns. */
    static Map<List<Object>, List<List<Object>>> byRun(FigureTable table) {
        Map<List<Object>, List<List<Object>>> rows = new LinkedHashMap<>();
        for (List<Object> row : table.rows()) {
            rows.computeIfAbsent(List.copyOf(row.subList(0, 2)), k -> new ArrayList<>())
                    .add(row);
        }
        return rows;
    }

    /** Shares as one digit a slot, whole ns in the sums. */
    Map<String, Object> toJson() {
        List<Object> lanes = new ArrayList<>();
        cpus.forEach((cpu, lane) -> {
            Map<String, Object> states = new LinkedHashMap<>();
            Map<String, Object> sums = new LinkedHashMap<>();
            lane.states().forEach((state, ns) -> {
                states.put(state, digits(ns));
                sums.put(state, Arrays.stream(ns).sum());
            });
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("cpu", cpu);
            json.put("states", states);
            json.put("sums_ns", sums);
            json.put("lost", lane.lost());
            lanes.add(json);
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run", run);
        json.put("first_ns", Long.toString(firstNs));
        json.put("duration_ns", durationNs);
        json.put("slot_ns", slotNs());
        json.put("slots", slots);
        json.put("cpus", lanes);
        return json;
    }

    /** What there is of a state is never rounded to nothing. */
    private String digits(long[] ns) {
        StringBuilder digits = new StringBuilder(ns.length);
        long slotNs = slotNs();
        for (long held : ns) {
            long step = held <= 0 ? 0 : Math.max(1, Math.min(STEPS, Math.round((double) STEPS * held / slotNs)));
            digits.append(DIGITS.charAt((int) step));
        }
        return digits.toString();
    }
}
