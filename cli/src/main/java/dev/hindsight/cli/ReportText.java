package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.AnalysisReport;
import dev.hindsight.analyses.FigureTable;
import dev.hindsight.analyses.FigureWarning;
import dev.hindsight.analyses.Holder;
import dev.hindsight.analyses.IrqLatency;
import dev.hindsight.analyses.StageLatency;
import dev.hindsight.analyses.WorstDelivery;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.ResultColumn;
import dev.hindsight.queries.result.ResultFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The report of {@code analyze} for people: what is long comes first, empty parts are left out. */
final class ReportText {

    private static final int THREADS = 10;

    private final PrintWriter out;
    private final AnalysisReport report;
    private final AnalysisOptions options;

    ReportText(PrintWriter out, AnalysisReport report, AnalysisOptions options) {
        this.out = out;
        this.report = report;
        this.options = options;
    }

    void print(Manifest manifest) {
        traces(manifest);
        response();
        stages();
        worst();
        figure("Who held the CPU during the slowest deliveries", report.blame(), THREADS);
        new GuestText(out, report).print();
        figure("Real-time jobs", report.jobs(), Integer.MAX_VALUE);
        figure("Exits", report.exits(), Integer.MAX_VALUE, "isa", "stddev_pct", "on_cpu_ns", "open");
        figure("CPU use by role", report.cpuUsageByRole(), Integer.MAX_VALUE);
        figure("CPU use by virtual machine", report.cpuUsageByVm(), Integer.MAX_VALUE);
        figure("Waits for a CPU, longest first", report.schedLatency(), THREADS, "max_delay_at_ns", "unfinished", "vm");
        waste();
        figure("Halt polling", report.haltPoll(), Integer.MAX_VALUE);
        figure("Starvation: long waits for a CPU", report.starvation(), THREADS);
        figure(
                "Priority inversion: a lower priority ran while a higher one waited",
                report.priorityInversion(),
                THREADS);
        figure("Losses", report.losses(), THREADS);
        figure("What this recording hides of interrupts' ways to guests", report.hidden(), Integer.MAX_VALUE);
        warnings();
        out.flush();
    }

    private void traces(Manifest manifest) {
        for (Manifest.Trace trace : manifest.traces()) {
            double seconds = trace.firstNs() == null ? 0 : (trace.lastNs() - trace.firstNs()) / 1e9;
            out.printf(
                    Locale.ROOT,
                    "%s%s: %s %s, %s, Linux %s, %d CPUs, %.3f s on clock %s, %,d events, %s%n",
                    manifest.traces().size() > 1 ? "trace " + trace.number() + ": " : "",
                    trace.info().file(),
                    trace.info().format(),
                    trace.info().version(),
                    trace.info().arch().isEmpty()
                            ? "unknown machine"
                            : trace.info().arch(),
                    trace.info().kernel().isEmpty() ? "(unknown)" : trace.info().kernel(),
                    trace.info().cpus(),
                    seconds,
                    trace.info().clock(),
                    trace.events(),
                    LostEvents.words(trace));
        }
    }

    private void heading(String title) {
        out.println();
        out.println(title);
        out.println();
    }

    private void response() {
        if (report.irqLatency().isEmpty()) {
            heading("Interrupt response");
            out.println("none: the recording shows no interrupt on its way to a guest ('hindsight record --print' tells"
                    + " which events it takes)");
            return;
        }
        boolean toEntry =
                report.irqLatency().stream().anyMatch(line -> line.responseEnd().equals("entered"));
        heading("Interrupt response, from asserted to the guest's handler"
                + (toEntry ? ", or to the guest's entry (end) where its handler is hidden" : ""));
        boolean slo = options.sloNs().isPresent();
        List<ResultColumn> columns = new ArrayList<>(columns(
                "vm VARCHAR",
                "vcpu BIGINT",
                "source VARCHAR",
                "irq BIGINT",
                "count BIGINT",
                "coalesced BIGINT",
                "unhandled BIGINT",
                "lost BIGINT",
                "p50_ns BIGINT",
                "p90_ns BIGINT",
                "p99_ns BIGINT",
                "p999_ns BIGINT",
                "max_ns BIGINT"));
        if (toEntry) {
            columns.add(ResultColumn.undescribed("end", "VARCHAR"));
        }
        if (slo) {
            columns.addAll(columns("over_slo BIGINT", "over_slo_pct DOUBLE"));
        }
        List<List<Object>> rows = new ArrayList<>();
        for (IrqLatency line : report.irqLatency()) {
            StageLatency r = line.response();
            List<Object> row = new ArrayList<>(Arrays.asList(
                    line.vm(),
                    line.vcpu(),
                    line.source(),
                    line.irq(),
                    r.count(),
                    line.coalesced(),
                    line.unhandled(),
                    line.lost(),
                    r.p50Ns(),
                    r.p90Ns(),
                    r.p99Ns(),
                    r.p999Ns(),
                    r.maxNs()));
            if (toEntry) {
                row.add(line.responseEnd());
            }
            if (slo) {
                row.addAll(Arrays.asList(r.overSlo(), r.overSloPct()));
            }
            rows.add(prefixed(line.run(), line.trace(), row));
        }
        rows(prefixed(columns), rows);
    }

    private void stages() {
        List<List<Object>> rows = new ArrayList<>();
        for (IrqLatency line : report.irqLatency()) {
            line.stages().forEach((stage, s) -> {
                if (s.count() > 0) {
                    rows.add(prefixed(
                            line.run(),
                            line.trace(),
                            Arrays.asList(
                                    line.vm(),
                                    line.vcpu(),
                                    line.source(),
                                    line.irq(),
                                    stage,
                                    s.count(),
                                    s.p50Ns(),
                                    s.p90Ns(),
                                    s.p99Ns(),
                                    s.maxNs())));
                }
            });
        }
        if (rows.isEmpty()) {
            return;
        }
        heading("by stage: device (due to asserted), wake, schedule, host (on CPU to guest entry), guest (entry to"
                + " handler)");
        rows(
                prefixed(columns(
                        "vm VARCHAR",
                        "vcpu BIGINT",
                        "source VARCHAR",
                        "irq BIGINT",
                        "stage VARCHAR",
                        "count BIGINT",
                        "p50_ns BIGINT",
                        "p90_ns BIGINT",
                        "p99_ns BIGINT",
                        "max_ns BIGINT")),
                rows);
    }

    private void worst() {
        if (report.worst().isEmpty()) {
            return;
        }
        heading("The worst deliveries, and who held the CPU meanwhile");
        for (WorstDelivery d : report.worst()) {
            out.printf(
                    Locale.ROOT,
                    "%s%d. %s vCPU %d %s %d, asserted at %d ns: %.3f ms%s%n",
                    report.severalTraces() ? d.run() + " trace " + d.trace() + " " : "",
                    d.place(),
                    d.vm(),
                    d.vcpu(),
                    d.source(),
                    d.irq(),
                    d.assertedNs(),
                    d.responseNs() / 1e6,
                    d.coalesced() == 0 ? "" : ", " + d.coalesced() + " coalesced");
            for (WorstDelivery.Stage stage : d.stages()) {
                StringBuilder holders = new StringBuilder();
                for (Holder h : stage.blame()) {
                    holders.append(holders.length() == 0 ? "" : ", ").append(holder(h));
                }
                out.printf(Locale.ROOT, "   %-9s %10.3f ms  %s%n", stage.stage(), stage.ns() / 1e6, holders);
            }
        }
    }

    private static String holder(Holder h) {
        String who = h.comm() != null ? h.comm() + "-" + h.tid() : h.name() != null ? h.name() : "";
        String what = h.kind().equals("thread") ? "" : h.kind() + (who.isEmpty() ? "" : " ");
        return String.format(Locale.ROOT, "%s%s %.1f %%", what, who, h.sharePct());
    }

    private void waste() {
        FigureTable waste = report.cpuWaste();
        if (waste.rows().isEmpty()) {
            return;
        }
        heading("CPU waste: five columns that count no ns twice");
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < waste.rows().size(); i++) {
            String run = (String) waste.value(i, "run");
            Object trace = waste.value(i, "trace");
            for (String[] kind : new String[][] {
                {"priority_idle", "an idle guest held a CPU by its priority while somebody waited for it"},
                {"shielded_idle", "a shielded CPU idled while somebody waited elsewhere"},
                {"halt_poll", "polling for a halted vCPU"},
                {"exit", "KVM handled exits"},
                {"spin", "idle guests spun otherwise; pause exits"},
                {"total", "together"}
            }) {
                rows.add(prefixed(
                        run,
                        trace,
                        Arrays.asList(
                                kind[0], waste.value(i, kind[0] + "_s"), waste.value(i, kind[0] + "_pct"), kind[1])));
            }
        }
        rows(
                prefixed(List.of(
                        new ResultColumn("waste", "VARCHAR", "", ""),
                        new ResultColumn("cpu", "DOUBLE", "s", ""),
                        new ResultColumn("capacity", "DOUBLE", "%", ""),
                        new ResultColumn("what", "VARCHAR", "", ""))),
                rows);
        for (int i = 0; i < waste.rows().size(); i++) {
            if (waste.value(i, "idle_detectors") == null) {
                continue;
            }
            Object shielded = waste.value(i, "shielded_cpus");
            out.println("guest idle told by: " + waste.value(i, "idle_detectors")
                    + (shielded == null || shielded.toString().isEmpty() ? "" : "; shielded CPUs: " + shielded));
        }
    }

    private void warnings() {
        if (report.warnings().isEmpty()) {
            return;
        }
        heading("Warnings");
        for (FigureWarning w : report.warnings()) {
            out.printf(
                    "- %s%s%s%n",
                    report.severalTraces() ? "trace " + w.trace() + ": " : "",
                    w.message(),
                    w.figures().isEmpty() ? "" : " (concerns " + String.join(", ", w.figures()) + ")");
        }
    }

    private void figure(String title, FigureTable figure, int most, String... without) {
        if (figure.rows().isEmpty()) {
            return;
        }
        List<String> dropped = new ArrayList<>(List.of(without));
        if (!report.severalTraces()) {
            dropped.addAll(List.of("run", "trace"));
        }
        FigureTable shown = figure.without(dropped);
        int n = Math.min(most, shown.rows().size());
        heading(title);
        rows(shown.columns(), shown.rows().subList(0, n));
        if (n < shown.rows().size()) {
            out.println("... " + (shown.rows().size() - n) + " more: query --named " + figure.name());
        }
    }

    private List<ResultColumn> prefixed(List<ResultColumn> columns) {
        if (!report.severalTraces()) {
            return columns;
        }
        List<ResultColumn> all = new ArrayList<>(columns("run VARCHAR", "trace BIGINT"));
        all.addAll(columns);
        return all;
    }

    private List<Object> prefixed(Object run, Object trace, List<Object> row) {
        if (!report.severalTraces()) {
            return row;
        }
        List<Object> all = new ArrayList<>(Arrays.asList(run, trace));
        all.addAll(row);
        return all;
    }

    private static List<ResultColumn> columns(String... declared) {
        List<ResultColumn> columns = new ArrayList<>();
        for (String column : declared) {
            String[] words = column.split(" ");
            columns.add(ResultColumn.undescribed(words[0], words[1]));
        }
        return columns;
    }

    private void rows(List<ResultColumn> columns, List<List<Object>> rows) {
        try {
            ResultFormat.TABLE.write(new ListedRows(columns, rows), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
