package dev.hindsight.queries.profile;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * Tells the profile what is being done: {@code try (ScopeLog work = OwnWork.begin("sql", "query", name)) { ... }}. Costs
 * next to nothing while nobody profiles; still, it is for steps of milliseconds, not for loops over events.
 */
public final class OwnWork {

    /** Where the events go; {@link OwnWorkFile} listens there. */
    static final Logger LOG = Logger.getLogger("dev.hindsight.work");

    private static final int LONGEST_VALUE = 300;

    private OwnWork() {}

    /**
     * A piece of work of this thread begins; closing what is returned ends it.
     *
     * @param what names the kind of work
     * @param details names and values, in turn
     */
    public static ScopeLog begin(String what, Object... details) {
        Object[] escaped = LOG.isLoggable(Level.FINE) ? escaped(details) : new Object[0];
        return new ScopeLog(LOG, Level.FINE, what, escaped);
    }

    /** The library writes texts into JSON as they are. */
    private static Object[] escaped(Object[] details) {
        Object[] escaped = new Object[details.length];
        for (int i = 0; i < details.length; i++) {
            String text = String.valueOf(details[i]);
            String cut = text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) : text;
            escaped[i] = details[i] instanceof Number ? details[i] : escaped(cut);
        }
        return escaped;
    }

    /**
     * Pure ASCII without quotation marks: Trace Compass looks for an event's end by counting those, escaped or not, and
     * takes bytes for characters.
     */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : JsonStringEncoder.getInstance().quoteAsString(text)) {
            if (c == '"') {
                escaped.setLength(escaped.length() - 1);
            }
            if (c == '"' || c > 126) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
