package dev.hindsight.cli;

import dev.hindsight.queries.dataset.Manifest;
import java.util.Locale;

/** How many events of a recording were lost, in words. */
final class LostEvents {

    private LostEvents() {}

    static boolean any(Manifest.Trace trace) {
        return trace.lostEvents() != 0 || trace.lossesUncounted() != 0;
    }

    static String words(Manifest.Trace trace) {
        if (!any(trace)) {
            return "none lost";
        }
        long lost = trace.lostEvents();
        return words(lost, String.format(Locale.ROOT, "%,d", lost), trace.lossesUncounted() == 0) + " lost";
    }

    /** How many, where {@code known} says whether all losses told their number. */
    static String words(long lost, String shown, boolean known) {
        if (!known && lost == 0) {
            return "an unknown number of";
        }
        return (known ? "" : "at least ") + shown;
    }
}
