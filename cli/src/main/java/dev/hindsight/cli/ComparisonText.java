package dev.hindsight.cli;

import dev.hindsight.analyses.compare.BlockBootstrap;
import dev.hindsight.analyses.compare.ComparedFigure;
import dev.hindsight.analyses.compare.Comparison;
import dev.hindsight.analyses.compare.HostSpeed;
import dev.hindsight.analyses.compare.Interval;
import dev.hindsight.analyses.compare.MeasureUnit;
import dev.hindsight.analyses.compare.Section;
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
import java.util.Set;

/** A comparison for people, and as rows. */
final class ComparisonText {

    /** In the table for people; JSON and CSV have all measures. */
    private static final Set<String> LEFT_OUT = Set.of("coalesced", "unhandled", "lost", "overruns", "late");

    private final PrintWriter out;
    private final ChosenRun a;
    private final ChosenRun b;
    private final Comparison comparison;
    private final boolean slo;

    ComparisonText(PrintWriter out, ChosenRun a, ChosenRun b, Comparison comparison, boolean slo) {
        this.out = out;
        this.a = a;
        this.b = b;
        this.comparison = comparison;
        this.slo = slo;
    }

    void print() {
        side("A", a);
        side("B", b);
        List<String> other = a.machineDiffersFrom(b);
        if (!other.isEmpty()) {
            out.println("not of one machine: " + String.join(", ", other) + "; differences are not the policy's alone");
        }
        HostSpeed.Ratio speed = comparison.hostSpeed();
        if (!speed.paths().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "the host's own short paths took %.2f times as long in B (median of %d kinds): that much of a"
                            + " difference is the host's speed, not the policy%n",
                    speed.factor(),
                    speed.paths().size());
        }
        if (speed.stoppedPctA() > 0 || speed.stoppedPctB() > 0) {
            out.printf(
                    Locale.ROOT,
                    "the host's CPUs were stopped (no event though an interrupt was due) for %.2f %% of their time in A,"
                            + " %.2f %% in B%n",
                    speed.stoppedPctA(),
                    speed.stoppedPctB());
        }
        section("Interrupt response, from asserted to the guest's handler", Section.IRQ_LATENCY);
        section("Real-time jobs", Section.JOBS);
        section("Background: CPU-seconds per second of threads that serve no guest", Section.BACKGROUND);
        section("CPU use by role and virtual machine, CPU-seconds per second", Section.CPU_USAGE);
        section("CPU waste, percent of capacity", Section.CPU_WASTE);
        out.println();
        out.printf(
                Locale.ROOT,
                "low and high: %.0f %% interval of the difference (circular block bootstrap, %d resamples, seed %d);"
                        + " * where it excludes 0%n",
                BlockBootstrap.CONFIDENCE_PCT,
                comparison.resamples(),
                comparison.seed());
        out.flush();
    }

    private void side(String name, ChosenRun side) {
        out.printf(
                Locale.ROOT,
                "%s  %s%s: Linux %s, %d CPUs, %.3f s, %,d events, %s%n",
                name,
                side.path(),
                side.figures().run().equals("recorded")
                        ? ""
                        : ", run " + side.figures().run(),
                side.trace().info().kernel().isEmpty()
                        ? "(unknown)"
                        : side.trace().info().kernel(),
                side.figures().cpus(),
                side.figures().durationS(),
                side.trace().events(),
                LostEvents.words(side.trace()));
    }

    private void section(String title, Section section) {
        List<List<Object>> rows = new ArrayList<>();
        comparison.of(section).forEach((subject, figures) -> {
            for (ComparedFigure figure : figures) {
                if (shown(section, figure)) {
                    rows.add(Arrays.asList(
                            subject.words(),
                            name(section, figure.measure()),
                            FigureText.of(figure.measure(), figure.a()),
                            FigureText.of(figure.measure(), figure.b()),
                            FigureText.signed(figure.measure(), figure.difference()),
                            figure.differencePct() == null
                                    ? "-"
                                    : String.format(Locale.ROOT, "%+.1f %%", figure.differencePct()),
                            bound(figure, true),
                            bound(figure, false),
                            figure.interval() != null && figure.interval().excludesZero() ? "*" : ""));
                }
            }
        });
        if (rows.isEmpty()) {
            return;
        }
        out.println();
        out.println(title);
        out.println();
        List<ResultColumn> columns = new ArrayList<>();
        columns.add(ResultColumn.undescribed("of", "VARCHAR"));
        columns.add(ResultColumn.undescribed("figure", "VARCHAR"));
        for (String name : List.of("A", "B", "B - A", "change", "low", "high")) {
            columns.add(new ResultColumn(name, "BIGINT", "", ""));
        }
        columns.add(ResultColumn.undescribed("", "VARCHAR"));
        boolean unnamed = rows.stream().allMatch(r -> r.get(0).equals(""));
        List<List<Object>> printed = rows;
        if (unnamed) {
            columns.remove(0);
            printed = rows.stream().map(r -> r.subList(1, r.size())).toList();
        }
        try {
            ResultFormat.TABLE.write(new ListedRows(columns, printed), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean shown(Section section, ComparedFigure figure) {
        String measure = figure.measure();
        if (LEFT_OUT.contains(measure) || measure.startsWith("over_slo") && !slo) {
            return false;
        }
        return switch (section) {
            case CPU_USAGE, BACKGROUND -> measure.equals("per_s");
            case CPU_WASTE -> measure.endsWith("_pct");
            case IRQ_LATENCY, JOBS -> true;
        };
    }

    private static String name(Section section, String measure) {
        return switch (section) {
            case CPU_USAGE, BACKGROUND -> measure.equals("per_s") ? "cpu" : measure;
            case IRQ_LATENCY, JOBS, CPU_WASTE -> FigureText.name(measure);
        };
    }

    private static String bound(ComparedFigure figure, boolean low) {
        Interval interval = figure.interval();
        return interval == null ? "-" : FigureText.signed(figure.measure(), low ? interval.low() : interval.high());
    }

    /** All figures, one a row. */
    static ListedRows rows(Comparison comparison) {
        List<ResultColumn> columns = new ArrayList<>();
        for (String name : List.of("section", "of", "measure", "unit")) {
            columns.add(ResultColumn.undescribed(name, "VARCHAR"));
        }
        for (String name : List.of("a", "b", "difference", "low", "high")) {
            columns.add(ResultColumn.undescribed(name, "DOUBLE"));
        }
        List<List<Object>> rows = new ArrayList<>();
        for (ComparedFigure figure : comparison.figures()) {
            Interval interval = figure.interval();
            rows.add(Arrays.asList(
                    figure.subject().section().key(),
                    figure.subject().words(),
                    figure.measure(),
                    MeasureUnit.of(figure.measure()).symbol(),
                    figure.a(),
                    figure.b(),
                    figure.difference(),
                    interval == null ? null : interval.low(),
                    interval == null ? null : interval.high()));
        }
        return new ListedRows(columns, rows);
    }
}
