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
        return (trace.lossesUncounted() == 0 ? "" : "at least ")
                + String.format(Locale.ROOT, "%,d lost", trace.lostEvents());
    }
}
