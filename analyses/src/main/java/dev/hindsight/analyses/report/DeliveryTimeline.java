package dev.hindsight.analyses.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the worst deliveries: its way, who held the CPU in each stage, and what CPUs and virtual CPUs did meanwhile.
 *
 * @param run number within the report
 * @param place 1 for the longest of its run
 * @param responseNs asserted to handled
 * @param points columns of delivery_points, by name
 * @param blame rows of {@code worst}, each by column
 * @param lanes CPUs first, then virtual CPUs
 */
public record DeliveryTimeline(
        int run,
        long place,
        long responseNs,
        Map<String, Object> points,
        List<Map<String, Object>> blame,
        List<Lane> lanes) {

    /**
     * A CPU or a virtual CPU.
     *
     * @param lane {@code cpu} or {@code vcpu}
     * @param vm its virtual machine, null for a CPU
     * @param spans in order of time
     */
    public record Lane(String lane, String vm, long number, List<Span> spans) {}

    /**
     * What a lane showed.
     *
     * @param startNs from, counted from asserted
     * @param state of the lane
     * @param who thread or interrupt, null where there is none
     * @param role of the thread, null where there is none
     * @param count how many spans it stands for
     */
    public record Span(long startNs, long lengthNs, String state, String who, String role, long count) {}

    public DeliveryTimeline {
        blame = List.copyOf(blame);
        lanes = List.copyOf(lanes);
    }

    /** Texts stand in one list each, spans refer to them by number. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run", run);
        json.put("place", place);
        json.put("response_ns", responseNs);
        Map<String, Object> plain = new LinkedHashMap<>();
        points.forEach((name, value) -> plain.put(name, ReportTable.plain(value)));
        json.put("points", plain);
        json.put("blame", blame);
        Numbered texts = new Numbered();
        List<Object> all = new ArrayList<>();
        for (Lane lane : lanes) {
            List<Object> spans = new ArrayList<>();
            for (Span span : lane.spans()) {
                List<Object> values = new ArrayList<>(List.of(
                        span.startNs(),
                        span.lengthNs(),
                        texts.of(span.state()),
                        texts.of(span.who()),
                        texts.of(span.role())));
                if (span.count() > 1) {
                    values.add(span.count());
                }
                spans.add(values);
            }
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("lane", lane.lane());
            row.put("vm", lane.vm());
            row.put("number", lane.number());
            row.put("spans", spans);
            all.add(row);
        }
        json.put("texts", texts.all());
        json.put("lanes", all);
        return json;
    }

    /** Texts by number; 0 is none. */
    private static final class Numbered {

        private final Map<String, Integer> numbers = new LinkedHashMap<>();

        int of(String text) {
            return text == null ? 0 : numbers.computeIfAbsent(text, t -> numbers.size() + 1);
        }

        List<String> all() {
            List<String> all = new ArrayList<>();
            all.add("");
            all.addAll(numbers.keySet());
            return all;
        }
    }
}
