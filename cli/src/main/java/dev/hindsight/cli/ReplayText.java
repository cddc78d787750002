package dev.hindsight.cli;

import dev.hindsight.analyses.FigureWarning;
import dev.hindsight.analyses.compare.MeasureUnit;
import dev.hindsight.analyses.compare.ReplayReport;
import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.compare.Section;
import dev.hindsight.analyses.compare.Subject;
import dev.hindsight.analyses.compare.SubjectFigures;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.ResultColumn;
import dev.hindsight.queries.result.ResultFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A replay for people, runs below each other, and as rows. */
final class ReplayText {

    private static final List<String> RESPONSE =
            List.of("count", "p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns", "over_slo", "over_slo_pct");
    private static final List<String> JOBS = List.of("count", "per_s", "p50_ns", "p99_ns", "max_ns");
    private static final List<String> BACKGROUND = List.of("cpu_s", "per_s");
    private static final List<String> WASTE =
            List.of("priority_idle_pct", "shielded_idle_pct", "halt_poll_pct", "exit_pct", "spin_pct", "total_pct");

    private final PrintWriter out;
    private final ReplayReport report;
    private final boolean slo;
    private final boolean extended;

    /**
     * @param slo whether a bound on responses was given
     * @param extended whether batch loads went on beyond their observed demand
     */
    ReplayText(PrintWriter out, ReplayReport report, boolean slo, boolean extended) {
        this.out = out;
        this.report = report;
        this.slo = slo;
        this.extended = extended;
    }

    void print(Manifest manifest) {
        Manifest.Trace trace = manifest.traces().get(0);
        out.printf(
                Locale.ROOT,
                "%s: Linux %s, %d CPUs, %.3f s, %,d events, %s%n",
                trace.info().file(),
                trace.info().kernel().isEmpty() ? "(unknown)" : trace.info().kernel(),
                report.recorded().cpus(),
                report.recorded().durationS(),
                trace.events(),
                LostEvents.words(trace));
        if (LostEvents.any(trace)) {
            out.println("what was demanded while events were lost is not in the replays");
        }
        for (ReplayedRun run : report.runs()) {
            switch (run.kind()) {
                case RECORDED -> out.println("recorded: what the recording shows");
                case FLOOR ->
                    out.println(
                            run.policy() + ": the model of the same policy; how far it is off is the model's error");
                case POLICY -> out.println(run.policy() + ": " + run.flags());
            }
        }
        for (Subject subject : report.subjects()) {
            switch (subject.section()) {
                case IRQ_LATENCY -> table("Interrupt response of " + subject.words(), subject, response());
                case JOBS -> table("Jobs of " + subject.words(), subject, JOBS);
                case BACKGROUND ->
                    table(
                            "Background: CPU time of threads that serve no guest, in all and per second",
                            subject,
                            BACKGROUND);
                case CPU_WASTE -> table("CPU waste, percent of capacity", subject, WASTE);
                case CPU_USAGE -> {
                    // Shown by --format json and csv.
                }
            }
        }
        for (ReplayedRun run : report.runs()) {
            if (run.kind() == ReplayedRun.Kind.POLICY) {
                changes(run);
            }
        }
        truncated();
    }

    private List<String> response() {
        return slo ? RESPONSE : RESPONSE.subList(0, 6);
    }

    private void table(String title, Subject subject, List<String> measures) {
        List<ResultColumn> columns = new ArrayList<>();
        columns.add(ResultColumn.undescribed("run", "VARCHAR"));
        for (String measure : measures) {
            String name = FigureText.name(measure);
            columns.add(new ResultColumn(measure.equals("over_slo_pct") ? "over_slo [%]" : name, "BIGINT", "", ""));
        }
        List<List<Object>> rows = new ArrayList<>();
        for (ReplayedRun run : report.runs()) {
            SubjectFigures of = run.figures().figures().get(subject);
            List<Object> row = new ArrayList<>();
            row.add(run.policy());
            for (String measure : measures) {
                row.add(of == null ? "-" : FigureText.of(measure, of.value(measure)));
            }
            rows.add(row);
        }
        out.println();
        out.println(title);
        out.println();
        try {
            ResultFormat.TABLE.write(new ListedRows(columns, rows), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void changes(ReplayedRun run) {
        out.println();
        out.println("What " + run.policy() + " changes, model against model");
        List<String> within = new ArrayList<>();
        for (ReplayReport.Change change : report.changes(run)) {
            String words = change.subject().words();
            String figure = (words.isEmpty() ? change.subject().section().key() : words) + " "
                    + FigureText.name(change.measure());
            if (change.isBeyondModelError()) {
                out.printf(
                        Locale.ROOT,
                        "  %-34s %s -> %s%s, model's error %s%n",
                        figure,
                        FigureText.of(change.measure(), change.floor()),
                        FigureText.of(change.measure(), change.predicted()),
                        change.floor() == 0
                                ? ""
                                : String.format(Locale.ROOT, " (%+.1f %%)", 100 * change.change() / change.floor()),
                        FigureText.of(change.measure(), change.modelError()));
            } else {
                within.add(figure);
            }
        }
        if (!within.isEmpty()) {
            out.println("  within the model's error: " + String.join(", ", within));
        }
    }

    /** What a reader of the predictions has to know of the recording. */
    void warnings(List<FigureWarning> warnings) {
        if (!warnings.isEmpty()) {
            out.println();
            out.println("Warnings");
            out.println();
            for (FigureWarning warning : warnings) {
                out.println("- " + warning.message());
            }
        }
    }

    private void truncated() {
        boolean any = false;
        boolean threads = false;
        for (ReplayedRun run : report.runs()) {
            ReplayedRun.Truncated t = run.truncated();
            if (t != null && (t.threads() > 0 || t.deliveries() > 0)) {
                if (!any) {
                    out.println();
                    any = true;
                }
                out.printf(
                        Locale.ROOT,
                        "%s ran out of what was observed: %d threads for %.3f s together, %d deliveries beyond the"
                                + " recorded ones%n",
                        run.policy(),
                        t.threads(),
                        t.ns() / 1e9,
                        t.deliveries());
                threads |= t.threads() > 0;
            }
        }
        if (threads && !extended) {
            out.println("with --extend, threads that only ever wait for CPU (a batch load) go on there");
        }
    }

    /** All figures of all runs, one a row. */
    static ListedRows rows(ReplayReport report) {
        List<ResultColumn> columns = new ArrayList<>();
        for (String name : List.of("policy", "section", "of", "measure", "unit")) {
            columns.add(ResultColumn.undescribed(name, "VARCHAR"));
        }
        columns.add(ResultColumn.undescribed("value", "DOUBLE"));
        List<List<Object>> rows = new ArrayList<>();
        for (ReplayedRun run : report.runs()) {
            for (Section section : Section.values()) {
                for (SubjectFigures of : run.figures().figures().values()) {
                    if (of.subject().section() == section) {
                        of.measures()
                                .forEach((measure, value) -> rows.add(Arrays.asList(
                                        run.policy(),
                                        section.key(),
                                        of.subject().words(),
                                        measure,
                                        MeasureUnit.of(measure).symbol(),
                                        plain(value))));
                    }
                }
            }
        }
        return new ListedRows(columns, rows);
    }

    /** A number that every reader takes for one: counts without a fraction, nothing with an exponent. */
    private static Object plain(Number value) {
        if (!(value instanceof Double d) || !Double.isFinite(d)) {
            return value;
        }
        return new BigDecimal(BigDecimal.valueOf(d).stripTrailingZeros().toPlainString());
    }
}
