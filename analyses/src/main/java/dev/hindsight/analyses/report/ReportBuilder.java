package dev.hindsight.analyses.report;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.FigureTable;
import dev.hindsight.analyses.FigureWarning;
import dev.hindsight.analyses.Figures;
import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.compare.RunFigures;
import dev.hindsight.analyses.compare.RunFiguresReader;
import dev.hindsight.queries.result.QueryException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Gathers what a report shows, from one dataset after another. Data is binned and cut by the queries: what is kept here
 * grows with the runs, not with their events.
 */
public final class ReportBuilder {

    /** Figures that a report shows, in the order of their tables. */
    static final List<String> FIGURES = List.of(
            "overview",
            "irq_latency",
            "response_histogram",
            "response_exceedance",
            "stage_bands",
            "blame_by_holder",
            "cpu_waste",
            "cpu_usage",
            "exits",
            "jobs",
            "losses",
            "hidden_stages",
            "guest_latency");

    /** Steps that {@link #add} reports as done. */
    public static final int STEPS = FIGURES.size() + 4;

    /** Where figure overview has its duration, null for a recording without events. */
    private static final int DURATION = 2;

    /** Figures whose column vm is the key of the virtual machine: a report shows its label. */
    private static final Set<String> KEYED = Set.of("irq_latency", "exits", "jobs", "hidden_stages", "guest_latency");

    /** Cells of all overview strips of a dataset together, and slots of one. */
    private static final int STRIP_CELLS = 24_000;

    private static final int MOST_SLOTS = 1_000;
    private static final int FEWEST_SLOTS = 100;

    /** Deliveries of predicted runs that are drawn, in all. */
    private static final int PREDICTED_DELIVERIES = 12;

    private final String tool;
    private final AnalysisOptions options;
    private final List<ReportRun> runs = new ArrayList<>();
    private final Map<String, ReportTable> tables = new LinkedHashMap<>();
    private final Set<RecordingFacts> empty = new LinkedHashSet<>();
    private final List<DeliveryTimeline> deliveries = new ArrayList<>();
    private final List<CpuStrip> strips = new ArrayList<>();
    private final Map<Integer, List<FigureWarning>> warnings = new LinkedHashMap<>();
    private final Map<Integer, List<String>> vms = new LinkedHashMap<>();
    private final Map<Integer, RunFigures> replays = new LinkedHashMap<>();

    /**
     * An empty one.
     *
     * @param tool name and version of the program
     * @param options of the figures; {@code worst} deliveries of each recorded run are drawn
     */
    public ReportBuilder(String tool, AnalysisOptions options) {
        this.tool = tool;
        this.options = options;
    }

    /** One dataset while it is read. */
    private final class Source {
        private final Connection connection;
        private final Map<Long, RecordingFacts> recordings;
        private final List<String> names;
        private final Figures figures;
        private final Map<List<Object>, ReportRun> byKey = new LinkedHashMap<>();
        private final Map<List<Object>, String> labels = new HashMap<>();

        Source(Connection connection, Map<Long, RecordingFacts> recordings, List<String> names) {
            this.connection = connection;
            this.recordings = recordings;
            this.names = names;
            this.figures = new Figures(connection, options);
        }

        int id(String run, Long trace) {
            ReportRun of = byKey.get(List.of(run, trace));
            return of == null ? -1 : of.id();
        }

        String label(Object run, Object trace, Object vm) {
            return vm == null ? null : labels.getOrDefault(List.of(run, trace, vm), vm.toString());
        }
    }

    /**
     * Adds the runs of a dataset.
     *
     * @param connection shows its tables
     * @param recordings what to say of each trace, by its number
     * @param names of its runs, in the order in which they shall be shown
     * @param done told after each step, of {@link #STEPS}, how many are done
     * @throws QueryException where a figure cannot be computed
     */
    public void add(Connection connection, Map<Long, RecordingFacts> recordings, List<String> names, IntConsumer done) {
        Source source = new Source(connection, recordings, names);
        try {
            int steps = 0;
            addRuns(source);
            for (String name : FIGURES) {
                addFigure(source, name);
                done.accept(++steps);
            }
            addReplays(source);
            done.accept(++steps);
            addWarnings(source);
            done.accept(++steps);
            addDeliveries(source);
            done.accept(++steps);
            addStrips(source);
            done.accept(++steps);
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    /** What was gathered. */
    public Report build() {
        name();
        ReportTable latency = tables.get("irq_latency");
        Verdict verdict = latency == null
                ? new Verdict(List.of(), List.of("Nothing was given to report."))
                : new VerdictMaker(
                                options.sloNs(),
                                runs,
                                latency,
                                tables.get("blame_by_holder"),
                                vms,
                                warnings,
                                empty,
                                new PolicyJudge(options.sloNs(), runs, latency, replays))
                        .make();
        return new Report(
                tool, options.sloNs(), runs, verdict, ShownRows.of(tables, runs), deliveries, strips, warnings);
    }

    private void addRuns(Source source) throws SQLException {
        Map<List<Object>, List<Object>> replayed = new HashMap<>();
        if (hasTable(source.connection, "replayed_run")) {
            FigureTable table = source.figures.compute("replayed_runs");
            table.rows().forEach(row -> replayed.put(List.copyOf(row.subList(0, 2)), row));
        }
        FigureTable clocks = source.figures.compute("guest_clock");
        Set<Long> guests = new HashSet<>();
        for (int i = 0; i < clocks.rows().size(); i++) {
            guests.add((Long) clocks.value(i, "guest_trace"));
        }
        FigureTable overview = source.figures.compute("overview");
        List<List<Object>> rows = new ArrayList<>(overview.rows());
        rows.sort(Comparator.<List<Object>, Long>comparing(row -> (Long) row.get(1))
                .thenComparing(row -> kind(replayed.get(List.copyOf(row.subList(0, 2)))))
                .thenComparing(row -> source.names.indexOf((String) row.get(0))));
        for (List<Object> row : rows) {
            if (row.get(DURATION) == null) {
                empty.add(source.recordings.get((Long) row.get(1)));
                continue;
            }
            List<Object> key = List.copyOf(row.subList(0, 2));
            List<Object> replay = replayed.get(key);
            RecordingFacts recording = source.recordings.get((Long) row.get(1));
            String name = (String) row.get(0);
            String flags = replay == null ? "" : (String) replay.get(2);
            ReplayedRun.Truncated truncated = replay == null
                    ? null
                    : new ReplayedRun.Truncated(
                            (Long) replay.get(4), ((Long) replay.get(5)).intValue(), (Long) replay.get(6));
            ReportRun run = new ReportRun(
                    runs.size(),
                    name,
                    recording,
                    name,
                    kind(replay),
                    flags,
                    (Double) row.get(DURATION),
                    guests.contains((Long) row.get(1)),
                    truncated);
            runs.add(run);
            source.byKey.put(key, run);
        }
        FigureTable labels = source.figures.compute("vm_label");
        for (List<Object> row : labels.rows()) {
            source.labels.put(List.copyOf(row.subList(0, 3)), (String) row.get(3));
            int id = source.id((String) row.get(0), (Long) row.get(1));
            if (id >= 0) {
                vms.computeIfAbsent(id, r -> new ArrayList<>()).add((String) row.get(3));
            }
        }
    }

    /** Of a run, by its row in replayed_runs; null where it has none. */
    private static ReplayedRun.Kind kind(List<Object> replay) {
        if (replay == null) {
            return ReplayedRun.Kind.RECORDED;
        }
        return ((String) replay.get(2)).isEmpty() ? ReplayedRun.Kind.FLOOR : ReplayedRun.Kind.POLICY;
    }

    /** A run is called by its own name where there is one recording, by the recording's too where there are several. */
    private void name() {
        if (runs.stream().map(ReportRun::recording).distinct().count() < 2) {
            return;
        }
        runs.replaceAll(run -> new ReportRun(
                run.id(),
                run.recording().label() + (run.kind() == ReplayedRun.Kind.RECORDED ? "" : " · " + run.run()),
                run.recording(),
                run.run(),
                run.kind(),
                run.flags(),
                run.durationS(),
                run.guest(),
                run.truncated()));
    }

    private static boolean hasTable(Connection connection, String name) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, null, name, null)) {
            return tables.next();
        }
    }

    private void addFigure(Source source, String name) {
        FigureTable figure = source.figures.compute(name);
        if (KEYED.contains(name)) {
            figure = labelled(source, figure);
        }
        tables.merge(name, ReportTable.of(figure, source::id), ReportTable::and);
    }

    private static FigureTable labelled(Source source, FigureTable figure) {
        int vm = figure.indexOf("vm");
        List<List<Object>> rows = new ArrayList<>();
        for (List<Object> row : figure.rows()) {
            List<Object> values = new ArrayList<>(row);
            values.set(vm, source.label(row.get(0), row.get(1), row.get(vm)));
            rows.add(values);
        }
        return new FigureTable(figure.name(), figure.columns(), rows);
    }

    private void addReplays(Source source) {
        boolean any = source.byKey.values().stream().anyMatch(run -> run.kind() != ReplayedRun.Kind.RECORDED);
        if (!any) {
            return;
        }
        for (RunFigures figures : RunFiguresReader.read(source.figures, false)) {
            int id = source.id(figures.run(), figures.trace());
            if (id >= 0) {
                replays.put(id, figures);
            }
        }
    }

    private void addWarnings(Source source) {
        FigureTable table = source.figures.compute("figure_warnings");
        for (int i = 0; i < table.rows().size(); i++) {
            String run = (String) table.value(i, "run");
            Long trace = (Long) table.value(i, "trace");
            String of = (String) table.value(i, "figures");
            int id = source.id(run, trace);
            if (id >= 0) {
                warnings.computeIfAbsent(id, r -> new ArrayList<>())
                        .add(new FigureWarning(
                                run,
                                trace,
                                (String) table.value(i, "code"),
                                (String) table.value(i, "message"),
                                of.isEmpty() ? List.of() : List.of(of.split(", ")),
                                (Long) table.value(i, "count")));
            }
        }
    }

    /** All of the recorded runs; of predicted ones as many as there is room for, the longest of each run first. */
    private void addDeliveries(Source source) {
        FigureTable worst = labelled(source, source.figures.compute("worst"));
        int predicted = 0;
        for (ReportRun run : source.byKey.values()) {
            predicted += run.kind() == ReplayedRun.Kind.RECORDED ? 0 : 1;
        }
        int each = predicted == 0 ? 0 : Math.max(1, PREDICTED_DELIVERIES / predicted);
        Map<List<Object>, WorstRows> chosen = new LinkedHashMap<>();
        int left = PREDICTED_DELIVERIES;
        for (int i = 0; i < worst.rows().size(); i++) {
            List<Object> key = List.of(worst.value(i, "run"), worst.value(i, "trace"), worst.value(i, "delivery"));
            int id = source.id((String) key.get(0), (Long) key.get(1));
            if (id < 0) {
                continue;
            }
            long place = (Long) worst.value(i, "place");
            boolean recorded = runs.get(id).kind() == ReplayedRun.Kind.RECORDED;
            if (!chosen.containsKey(key)) {
                if (!recorded && (place > each || left == 0)) {
                    continue;
                }
                left -= recorded ? 0 : 1;
                chosen.put(key, new WorstRows(id, place, (Long) worst.value(i, "response_ns")));
            }
            if (worst.value(i, "stage") != null) {
                chosen.get(key).blame().add(holder(worst, i));
            }
        }
        deliveries.addAll(DeliveryTimelines.read(source.figures, chosen));
        deliveries.sort(
                (a, b) -> a.run() != b.run() ? Integer.compare(a.run(), b.run()) : Long.compare(a.place(), b.place()));
    }

    /**
     * What figure worst has of one delivery.
     *
     * @param run number within the report
     * @param blame a holder in a stage each, by column
     */
    record WorstRows(int run, long place, long responseNs, List<Map<String, Object>> blame) {

        WorstRows(int run, long place, long responseNs) {
            this(run, place, responseNs, new ArrayList<>());
        }
    }

    private static Map<String, Object> holder(FigureTable worst, int row) {
        Map<String, Object> holder = new LinkedHashMap<>();
        for (String column : List.of("stage", "stage_ns", "kind", "tid", "comm", "role", "name", "ns", "share_pct")) {
            holder.put(column, ReportTable.plain(worst.value(row, column)));
        }
        return holder;
    }

    private void addStrips(Source source) {
        FigureTable capacity = source.figures.compute("capacity");
        long cells = 0;
        for (int i = 0; i < capacity.rows().size(); i++) {
            cells += (Long) capacity.value(i, "cpus");
        }
        int slots = (int) Math.max(FEWEST_SLOTS, Math.min(MOST_SLOTS, STRIP_CELLS / Math.max(1, cells)));
        Figures binned = source.figures.with(Map.of("strip_slots", (long) slots));
        Map<List<Object>, List<List<Object>>> states = CpuStrip.byRun(binned.compute("cpu_strip"));
        Map<List<Object>, List<List<Object>>> losses = CpuStrip.byRun(binned.compute("lost_slots"));
        Map<List<Object>, long[]> frames = new HashMap<>();
        for (int i = 0; i < capacity.rows().size(); i++) {
            if (capacity.value(i, "first_ns") == null) {
                continue;
            }
            long first = (Long) capacity.value(i, "first_ns");
            long last = (Long) capacity.value(i, "last_ns");
            frames.put(List.of(capacity.value(i, "run"), capacity.value(i, "trace")), new long[] {first, last - first});
        }
        source.byKey.forEach((key, run) -> {
            long[] frame = frames.get(key);
            strips.add(CpuStrip.of(
                    run,
                    frame[0],
                    frame[1],
                    slots,
                    states.getOrDefault(key, List.of()),
                    losses.getOrDefault(key, List.of())));
        });
    }
}
