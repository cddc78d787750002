package dev.hindsight.analyses.compare;

import dev.hindsight.analyses.FigureTable;
import dev.hindsight.analyses.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the figures of all runs of a dataset at once: each figure is one query over all of them. */
public final class RunFiguresReader {

    static final List<String> WASTES = List.of("priority_idle", "shielded_idle", "halt_poll", "exit", "spin", "total");

    private static final List<String> RESPONSE_MEASURES = List.of(
            "count",
            "coalesced",
            "unhandled",
            "lost",
            "p50_ns",
            "p90_ns",
            "p99_ns",
            "p999_ns",
            "max_ns",
            "over_slo",
            "over_slo_pct");

    private static final List<String> JOB_MEASURES =
            List.of("count", "p50_ns", "p90_ns", "p99_ns", "max_ns", "late", "overruns");

    private final Figures figures;
    private final Map<RunKey, OpenRun> runs = new LinkedHashMap<>();
    private final Map<List<Object>, String> labels = new LinkedHashMap<>();

    private record RunKey(String run, long trace) {}

    /** A run whose figures are being gathered. */
    private static final class OpenRun {
        private double durationS;
        private long durationNs;
        private long cpus;
        private final Map<Subject, SubjectFigures> figures = new LinkedHashMap<>();
        private final Map<Subject, Samples> values = new LinkedHashMap<>();
        private final Map<Subject, Map<String, RunSamples.Windows>> windows = new LinkedHashMap<>();
        private long firstNs;
        private long windowNs;
        private int windowCount;
    }

    private RunFiguresReader(Figures figures) {
        this.figures = figures;
    }

    /**
     * All runs and traces, in the order of their names.
     *
     * @param samples whether what they were computed from is wanted too
     */
    public static List<RunFigures> read(Figures figures, boolean samples) {
        RunFiguresReader reader = new RunFiguresReader(figures);
        reader.frames();
        reader.labels();
        reader.responses();
        reader.jobs();
        reader.cpuUsage();
        reader.waste();
        if (samples) {
            reader.responseSamples();
            reader.jobSamples();
            reader.windowUse();
        }
        List<RunFigures> all = new ArrayList<>();
        reader.runs.forEach((key, run) -> all.add(new RunFigures(
                key.run(),
                key.trace(),
                run.durationS,
                run.cpus,
                run.figures,
                samples ? new RunSamples(run.values, run.windows) : RunSamples.NONE)));
        return all;
    }

    private void frames() {
        FigureTable table = figures.compute("capacity");
        List<Integer> order = new ArrayList<>();
        for (int row = 0; row < table.rows().size(); row++) {
            order.add(row);
        }
        order.sort(java.util.Comparator.comparing((Integer row) -> (String) table.value(row, "run"))
                .thenComparing(row -> (Long) table.value(row, "trace")));
        for (int row : order) {
            OpenRun run = new OpenRun();
            run.firstNs = number(table, row, "first_ns");
            run.durationNs = number(table, row, "last_ns") - run.firstNs;
            run.durationS = run.durationNs / 1e9;
            run.cpus = number(table, row, "cpus");
            // As window_use.sql has it.
            run.windowNs = Math.max(10_000_000L, (run.durationNs + 239) / 240);
            run.windowCount = (int) Math.max(1, (run.durationNs + run.windowNs - 1) / run.windowNs);
            runs.put(key(table, row), run);
        }
    }

    private void labels() {
        FigureTable table = figures.compute("vm_label");
        for (int row = 0; row < table.rows().size(); row++) {
            labels.put(List.of(table.value(row, "run"), table.value(row, "trace"), table.value(row, "vm")), (String)
                    table.value(row, "label"));
        }
    }

    private void responses() {
        FigureTable table = figures.compute("irq_latency");
        for (int row = 0; row < table.rows().size(); row++) {
            if (table.value(row, "stage").equals("response")) {
                Subject line = Subjects.line(
                        label(table, row),
                        table.value(row, "vcpu"),
                        table.value(row, "source"),
                        table.value(row, "irq"));
                put(table, row, line, measures(table, row, RESPONSE_MEASURES));
            }
        }
    }

    private void jobs() {
        FigureTable table = figures.compute("jobs");
        for (int row = 0; row < table.rows().size(); row++) {
            Map<String, Number> measures = new LinkedHashMap<>();
            OpenRun run = runs.get(key(table, row));
            measures.put("count", (Number) table.value(row, "count"));
            measures.put("per_s", run.durationS == 0 ? null : number(table, row, "count") / run.durationS);
            measures.putAll(measures(table, row, JOB_MEASURES));
            put(
                    table,
                    row,
                    Subjects.job(table.value(row, "marker"), label(table, row), table.value(row, "vcpu")),
                    measures);
        }
    }

    private void cpuUsage() {
        FigureTable table = figures.compute("cpu_usage_by_role_and_vm");
        for (int row = 0; row < table.rows().size(); row++) {
            if (table.value(row, "role").equals("background")) {
                put(table, row, Subjects.BACKGROUND, measures(table, row, List.of("cpu_s", "per_s")));
                continue;
            }
            put(
                    table,
                    row,
                    Subjects.usage(table.value(row, "role"), table.value(row, "vm")),
                    measures(table, row, List.of("cpu_s", "per_s", "guest_s", "exit_s", "halt_poll_s")));
        }
    }

    private void waste() {
        FigureTable table = figures.compute("cpu_waste");
        for (int row = 0; row < table.rows().size(); row++) {
            Map<String, Number> measures = new LinkedHashMap<>();
            for (String waste : WASTES) {
                measures.put(waste + "_pct", (Number) table.value(row, waste + "_pct"));
            }
            for (String waste : WASTES) {
                measures.put(waste + "_s", (Number) table.value(row, waste + "_s"));
            }
            put(table, row, Subjects.WASTE, measures);
        }
    }

    private void responseSamples() {
        figures.each("response_sample", row -> {
            OpenRun run = runs.get(new RunKey(row.getString(1), row.getLong(2)));
            Subject line = Subjects.line(row.getString(3), row.getLong(4), row.getString(5), row.getLong(6));
            run.values.computeIfAbsent(line, s -> new Samples()).add(row.getLong(8));
        });
    }

    private void jobSamples() {
        figures.each("job_sample", row -> {
            OpenRun run = runs.get(new RunKey(row.getString(1), row.getLong(2)));
            Object vcpu = row.getObject(5) == null ? null : (Object) row.getLong(5);
            Subject job = Subjects.job(row.getString(3), row.getString(4), vcpu);
            run.values.computeIfAbsent(job, s -> new Samples()).add(row.getLong(7));
            long at = (row.getLong(6) - run.firstNs) / run.windowNs;
            windows(run, job, "per_s", 1e9 * run.windowCount / Math.max(1, run.durationNs))
                    .addTo((int) Math.max(0, Math.min(run.windowCount - 1, at)), 1);
        });
    }

    private void windowUse() {
        for (OpenRun run : runs.values()) {
            windows(run, Subjects.BACKGROUND, "per_s", perS(run));
            SubjectFigures waste = run.figures.get(Subjects.WASTE);
            for (String name : WASTES) {
                if (waste != null && waste.value(name + "_pct") != null) {
                    windows(run, waste.subject(), name + "_pct", perCapacity(run));
                }
            }
        }
        figures.each("window_use", row -> {
            OpenRun run = runs.get(new RunKey(row.getString(1), row.getLong(2)));
            String what = row.getString(3);
            int window = (int) Math.min(run.windowCount - 1, row.getLong(4));
            long ns = row.getLong(5);
            if (what.equals("background")) {
                windows(run, Subjects.BACKGROUND, "per_s", perS(run)).addTo(window, ns);
            } else {
                Subject waste = Subjects.WASTE;
                windows(run, waste, what + "_pct", perCapacity(run)).addTo(window, ns);
                windows(run, waste, "total_pct", perCapacity(run)).addTo(window, ns);
            }
        });
    }

    private static double perS(OpenRun run) {
        return (double) run.windowCount / Math.max(1, run.durationNs);
    }

    private static double perCapacity(OpenRun run) {
        return 100 * perS(run) / Math.max(1, run.cpus);
    }

    private static Samples windows(OpenRun run, Subject subject, String measure, double scale) {
        return run.windows
                .computeIfAbsent(subject, s -> new LinkedHashMap<>())
                .computeIfAbsent(measure, m -> new RunSamples.Windows(Samples.windows(run.windowCount), scale))
                .sums();
    }

    private String label(FigureTable table, int row) {
        String vm = (String) table.value(row, "vm");
        return vm == null
                ? null
                : labels.getOrDefault(List.of(table.value(row, "run"), table.value(row, "trace"), vm), vm);
    }

    private static Map<String, Number> measures(FigureTable table, int row, List<String> names) {
        Map<String, Number> measures = new LinkedHashMap<>();
        for (String name : names) {
            measures.put(name, (Number) table.value(row, name));
        }
        return measures;
    }

    private void put(FigureTable table, int row, Subject subject, Map<String, Number> measures) {
        runs.get(key(table, row)).figures.put(subject, new SubjectFigures(subject, measures));
    }

    private static RunKey key(FigureTable table, int row) {
        return new RunKey((String) table.value(row, "run"), number(table, row, "trace"));
    }

    private static long number(FigureTable table, int row, String column) {
        return (Long) table.value(row, column);
    }
}
