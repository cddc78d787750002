package dev.hindsight.cli;

import dev.hindsight.analyses.compare.HostSpeed;
import dev.hindsight.analyses.compare.MeasureUnit;
import dev.hindsight.analyses.compare.ValidatedFigure;
import dev.hindsight.analyses.compare.Validation;
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

/** A validation for people, and as rows. */
final class ValidationText {

    private ValidationText() {}

    static void print(PrintWriter out, Validation validation, Prediction.Target target, Prediction prediction) {
        out.printf(
                Locale.ROOT,
                "%s predicted from %s with %s%n",
                target.measured().path(),
                prediction.from().path(),
                target.policy() == null ? "its own policy" : target.policy().text());
        for (ChosenRun run : List.of(prediction.from(), target.measured())) {
            if (LostEvents.any(run.trace())) {
                out.printf(Locale.ROOT, "%s: events were lost, %s%n", run.path(), LostEvents.words(run.trace()));
            }
        }
        List<String> other = prediction.from().machineDiffersFrom(target.measured());
        if (!other.isEmpty()) {
            out.println("not of one machine: " + String.join(", ", other)
                    + "; a prediction is of another policy on the same machine");
        }
        out.printf(
                Locale.ROOT,
                "host speed: its own short paths took %.3f times as long when %s was recorded (median of %d kinds); the"
                        + " replay was scaled by that, exits by %.3f, the guest's handlers by %.3f%n",
                validation.hostSpeed().factor(),
                target.measured().path().getFileName(),
                validation.hostSpeed().paths().size(),
                validation.hostSpeed().factor(HostSpeed.Kind.EXITS),
                validation.hostSpeed().factor(HostSpeed.Kind.GUEST));
        out.printf(
                Locale.ROOT,
                "host stopped (no event though an interrupt was due): %.2f %% of the CPU time of %s, which the replay repeats,"
                        + " %.2f %% of that of %s%n",
                validation.hostSpeed().stoppedPctA(),
                prediction.from().path().getFileName(),
                validation.hostSpeed().stoppedPctB(),
                target.measured().path().getFileName());
        if (validation.truncated() != null && validation.truncated().threads() > 0) {
            out.printf(
                    Locale.ROOT,
                    "truncated: %d threads ran out of observed demand, for %.3f s together%n",
                    validation.truncated().threads(),
                    validation.truncated().ns() / 1e9);
        }
        out.println();
        List<List<Object>> rows = new ArrayList<>();
        for (ValidatedFigure f : validation.figures()) {
            String words = f.subject().words();
            rows.add(Arrays.asList(
                    words.isEmpty() ? f.subject().section().key() : words,
                    FigureText.name(f.measure()),
                    FigureText.of(f.measure(), f.recorded()),
                    FigureText.of(f.measure(), f.modelled()),
                    FigureText.of(f.measure(), f.predicted()),
                    FigureText.of(f.measure(), f.measured()),
                    off(f, f.error()),
                    off(f, f.noise()),
                    off(f, f.beyondNoise()),
                    f.target() == null || f.beyondNoise() == null
                            ? ""
                            : f.misses() ? "over " + off(f, f.target()) : "good"));
        }
        List<ResultColumn> columns = new ArrayList<>();
        columns.add(ResultColumn.undescribed("of", "VARCHAR"));
        columns.add(ResultColumn.undescribed("figure", "VARCHAR"));
        for (String name : List.of("recorded", "modelled", "predicted", "measured", "error", "noise", "beyond noise")) {
            columns.add(new ResultColumn(name, "BIGINT", "", ""));
        }
        columns.add(ResultColumn.undescribed("judged", "VARCHAR"));
        try {
            ResultFormat.TABLE.write(new ListedRows(columns, rows), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.flush();
    }

    /** An error: in percent, or in points of a share. */
    static String off(ValidatedFigure figure, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, figure.inPoints() ? "%.2f pt" : "%.1f %%", value);
    }

    static ListedRows rows(Validation validation) {
        List<ResultColumn> columns = new ArrayList<>();
        for (String name : List.of("section", "of", "measure", "unit")) {
            columns.add(ResultColumn.undescribed(name, "VARCHAR"));
        }
        for (String name :
                List.of("recorded", "modelled", "predicted", "measured", "again", "error", "noise", "beyond_noise")) {
            columns.add(ResultColumn.undescribed(name, "DOUBLE"));
        }
        List<List<Object>> rows = new ArrayList<>();
        for (ValidatedFigure f : validation.figures()) {
            rows.add(Arrays.asList(
                    f.subject().section().key(),
                    f.subject().words(),
                    f.measure(),
                    MeasureUnit.of(f.measure()).symbol(),
                    f.recorded(),
                    f.modelled(),
                    f.predicted(),
                    f.measured(),
                    f.again(),
                    f.error(),
                    f.noise(),
                    f.beyondNoise()));
        }
        return new ListedRows(columns, rows);
    }
}
