package dev.hindsight.queries.dataset;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to say of a table that a dataset lacks and another would have: what is missing and which command makes it. */
public final class AbsentTable {

    /** As DuckDB tells it. */
    private static final Pattern NOT_THERE = Pattern.compile("Table with name \"?(\\w+)\"? does not exist");

    private static final Map<String, String> ADVICE = Map.of(
            "replayed_run",
            "there are no replayed runs here (no table replayed_run); 'hindsight replay TRACE -p policies.yaml -o DATASET'"
                    + " makes a dataset that has some: ask that one");

    private AbsentTable() {}

    /**
     * @param table as the user wrote it
     * @return one line, empty where no command would make a table of that name
     */
    public static Optional<String> advice(String table) {
        return Optional.ofNullable(ADVICE.get(table.toLowerCase(Locale.ROOT)));
    }

    /**
     * @param error of DuckDB, may be null
     * @return one line, empty where the error is another
     */
    static Optional<String> adviceOn(String error) {
        Matcher absent = NOT_THERE.matcher(error == null ? "" : error);
        return absent.find() ? advice(absent.group(1)) : Optional.empty();
    }
}
