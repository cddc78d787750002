package dev.hindsight.analyses;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All figures of a dataset.
 *
 * <p>{@link #toJson} has them as {@code hindsight analyze --format json} prints them. Columns {@code run} and {@code
 * trace} are in the rows where the dataset has more than one of them.
 *
 * @param overview what each trace holds
 * @param irqLatency interrupt response by line, with its stages
 * @param worst the deliveries that took longest, each with its blame
 * @param guestClock guests' recordings that stand beside the host's
 * @param guestLatency from the timer that was due to the guest's task, by stage
 * @param guestWorst the longest of these, each with its holders of the CPU
 * @param blame holders of the CPU during all deliveries over the threshold
 * @param hidden moments of deliveries that the recording does not show, and why
 */
public record AnalysisReport(
        FigureTable overview,
        List<IrqLatency> irqLatency,
        List<WorstDelivery> worst,
        FigureTable blame,
        FigureTable jobs,
        FigureTable exits,
        FigureTable schedLatency,
        FigureTable schedLatencyByRole,
        FigureTable cpuUsageByRole,
        FigureTable cpuUsageByVm,
        FigureTable cpuUsageByThread,
        FigureTable cpuUsageByCpu,
        FigureTable cpuWaste,
        FigureTable cpuWasteByCpu,
        FigureTable haltPoll,
        FigureTable starvation,
        FigureTable priorityInversion,
        FigureTable losses,
        FigureTable hidden,
        FigureTable guestClock,
        FigureTable guestLatency,
        FigureTable guestWorst,
        List<FigureWarning> warnings) {

    public AnalysisReport {
        irqLatency = List.copyOf(irqLatency);
        worst = List.copyOf(worst);
        warnings = List.copyOf(warnings);
    }

    /** Whether the dataset has several traces or runs, so that rows have to say which they are of. */
    public boolean severalTraces() {
        return overview.rows().size() > 1;
    }

    /** As nested maps and lists of plain values, keys in the order in which they are printed. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("overview", rows(overview));
        json.put("irq_latency", irqLatency.stream().map(this::json).toList());
        json.put("worst", worst.stream().map(this::json).toList());
        json.put("blame", rows(blame));
        json.put("jobs", rows(jobs));
        json.put("exits", rows(exits));
        json.put("sched_latency", rows(schedLatency));
        json.put("sched_latency_by_role", rows(schedLatencyByRole));
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("by_role", rows(cpuUsageByRole));
        usage.put("by_vm", rows(cpuUsageByVm));
        usage.put("by_thread", rows(cpuUsageByThread));
        usage.put("by_cpu", rows(cpuUsageByCpu));
        json.put("cpu_usage", usage);
        json.put("cpu_waste", rows(cpuWaste));
        json.put("cpu_waste_by_cpu", rows(cpuWasteByCpu));
        json.put("halt_poll", rows(haltPoll));
        json.put("starvation", rows(starvation));
        json.put("priority_inversion", rows(priorityInversion));
        json.put("losses", rows(losses));
        json.put("hidden", rows(hidden));
        Map<String, Object> guest = new LinkedHashMap<>();
        guest.put("clock", rows(guestClock));
        guest.put("latency", rows(guestLatency));
        guest.put("worst", rows(guestWorst));
        json.put("guest", guest);
        json.put("warnings", warnings.stream().map(this::json).toList());
        return json;
    }

    private List<Map<String, Object>> rows(FigureTable figure) {
        return (severalTraces() ? figure : figure.without(List.of("run", "trace"))).toMaps();
    }

    private Map<String, Object> row(String run, Object trace) {
        Map<String, Object> row = new LinkedHashMap<>();
        if (severalTraces()) {
            row.put("run", run);
            row.put("trace", trace);
        }
        return row;
    }

    private Map<String, Object> json(IrqLatency line) {
        Map<String, Object> row = row(line.run(), line.trace());
        row.put("vm", line.vm());
        row.put("vcpu", line.vcpu());
        row.put("source", line.source());
        row.put("irq", line.irq());
        row.put("deliveries", line.deliveries());
        row.put("coalesced", line.coalesced());
        row.put("lost", line.lost());
        row.put("unhandled", line.unhandled());
        row.put("response_end", line.responseEnd());
        putStage(row, line.response());
        Map<String, Object> stages = new LinkedHashMap<>();
        line.stages().forEach((name, latency) -> {
            Map<String, Object> stage = new LinkedHashMap<>();
            putStage(stage, latency);
            stages.put(name, stage);
        });
        row.put("stages", stages);
        return row;
    }

    private static void putStage(Map<String, Object> row, StageLatency latency) {
        row.put("count", latency.count());
        row.put("hidden", latency.hidden());
        row.put("min_ns", latency.minNs());
        row.put("avg_ns", latency.avgNs());
        row.put("p50_ns", latency.p50Ns());
        row.put("p90_ns", latency.p90Ns());
        row.put("p99_ns", latency.p99Ns());
        row.put("p999_ns", latency.p999Ns());
        row.put("max_ns", latency.maxNs());
        row.put("over_slo", latency.overSlo());
        row.put("over_slo_pct", latency.overSloPct());
    }

    private Map<String, Object> json(WorstDelivery delivery) {
        Map<String, Object> row = row(delivery.run(), delivery.trace());
        row.put("place", delivery.place());
        row.put("vm", delivery.vm());
        row.put("vcpu", delivery.vcpu());
        row.put("source", delivery.source());
        row.put("irq", delivery.irq());
        row.put("asserted_ns", delivery.assertedNs());
        row.put("response_ns", delivery.responseNs());
        row.put("due_response_ns", delivery.dueResponseNs());
        row.put("coalesced", delivery.coalesced());
        Map<String, Object> stageNs = new LinkedHashMap<>();
        List<Map<String, Object>> blame = new ArrayList<>();
        for (WorstDelivery.Stage stage : delivery.stages()) {
            stageNs.put(stage.stage() + "_ns", stage.ns());
            for (Holder holder : stage.blame()) {
                Map<String, Object> held = new LinkedHashMap<>();
                held.put("stage", stage.stage());
                held.put("kind", holder.kind());
                held.put("tid", holder.tid());
                held.put("comm", holder.comm());
                held.put("role", holder.role());
                held.put("name", holder.name());
                held.put("ns", holder.ns());
                held.put("share_pct", holder.sharePct());
                blame.add(held);
            }
        }
        row.put("stages", stageNs);
        row.put("blame", blame);
        return row;
    }

    private Map<String, Object> json(FigureWarning warning) {
        Map<String, Object> row = row(warning.run(), warning.trace());
        row.putAll(warning.toJson());
        return row;
    }
}
