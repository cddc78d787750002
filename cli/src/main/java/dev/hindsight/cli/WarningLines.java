package dev.hindsight.cli;

import dev.hindsight.parsers.fault.Warning;
import java.io.PrintWriter;
import java.util.List;

/** Warnings on standard error, a line each. */
final class WarningLines {

    private WarningLines() {}

    static void print(PrintWriter err, List<Warning> warnings) {
        for (Warning w : warnings) {
            err.println("hindsight: " + (w.damage() ? "damage: " : "warning: ") + w.message()
                    + (w.count() > 1 ? " (" + w.count() + " times)" : ""));
        }
        err.flush();
    }
}
