package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisReport;
import dev.hindsight.analyses.FigureTable;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.ResultFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The part of the report that rests on guests' own recordings. */
final class GuestText {

    private static final int LATENCIES = 28;
    private static final int HOLDERS = 4;

    private final PrintWriter out;
    private final AnalysisReport report;

    GuestText(PrintWriter out, AnalysisReport report) {
        this.out = out;
        this.report = report;
    }

    void print() {
        table("Guests' own recordings, on the host's clock", report.guestClock(), Integer.MAX_VALUE);
        table(
                "From the timer that was due to the guest's task: device (due to asserted), inject, enter, guest"
                        + " (entry to handler), handler (to the wakeup, or to what makes it: via), deferred (in that), switch (to"
                        + " the task)",
                report.guestLatency(),
                LATENCIES,
                "hidden",
                "min_ns");
        worst();
    }

    private void table(String title, FigureTable figure, int most, String... without) {
        if (figure.rows().isEmpty()) {
            return;
        }
        List<String> dropped = new ArrayList<>(List.of(without));
        dropped.add("run");
        if (!report.severalTraces()) {
            dropped.add("trace");
        }
        FigureTable shown = figure.without(dropped);
        int n = Math.min(most, shown.rows().size());
        out.println();
        out.println(title);
        out.println();
        try {
            ResultFormat.TABLE.write(
                    new ListedRows(shown.columns(), shown.rows().subList(0, n)), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (n < shown.rows().size()) {
            out.println("... " + (shown.rows().size() - n) + " more: query --named " + figure.name());
        }
    }

    private void worst() {
        FigureTable worst = report.guestWorst();
        if (worst.rows().isEmpty()) {
            return;
        }
        out.println();
        out.println("The longest of these, and who held the host's CPU meanwhile");
        out.println();
        int row = 0;
        while (row < worst.rows().size()) {
            int first = row;
            if (starts(worst, row, "run", "trace", "place")) {
                out.printf(
                        Locale.ROOT,
                        "%s%s. %s vCPU %s %s to %s, due at %s ns: %.3f ms%n",
                        report.severalTraces() ? "trace " + worst.value(row, "trace") + " " : "",
                        worst.value(row, "place"),
                        worst.value(row, "vm"),
                        worst.value(row, "vcpu"),
                        worst.value(row, "interrupt"),
                        worst.value(row, "comm"),
                        worst.value(row, "due_ns"),
                        ((Number) worst.value(row, "total_ns")).longValue() / 1e6);
            }
            StringBuilder holders = new StringBuilder();
            do {
                if (row - first < HOLDERS && worst.value(row, "kind") != null) {
                    holders.append(holders.length() == 0 ? "" : ", ").append(holder(worst, row));
                }
                row++;
            } while (row < worst.rows().size() && !starts(worst, row, "run", "trace", "place", "stage"));
            Object ran = worst.value(first, "guest_ran");
            out.printf(
                    Locale.ROOT,
                    "   %-9s %10.3f ms  %s%s%n",
                    worst.value(first, "stage"),
                    ((Number) worst.value(first, "stage_ns")).longValue() / 1e6,
                    holders,
                    ran == null ? "" : "; the guest ran " + ran);
        }
    }

    /** Whether a row is the first of those that have the same in these columns. */
    private static boolean starts(FigureTable table, int row, String... columns) {
        for (String column : columns) {
            if (row == 0 || !Objects.equals(table.value(row, column), table.value(row - 1, column))) {
                return true;
            }
        }
        return false;
    }

    private static String holder(FigureTable worst, int row) {
        String kind = (String) worst.value(row, "kind");
        Object who = worst.value(row, "holder");
        Object tid = worst.value(row, "tid");
        return String.format(
                Locale.ROOT,
                "%s%s%s %.1f %%",
                kind.equals("thread") ? "" : kind + (who == null ? "" : " "),
                who == null ? "" : who,
                tid == null ? "" : "-" + tid,
                ((Number) worst.value(row, "share_pct")).doubleValue());
    }
}
