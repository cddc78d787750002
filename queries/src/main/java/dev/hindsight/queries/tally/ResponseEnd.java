package dev.hindsight.queries.tally;

import dev.hindsight.parsers.table.ColumnData;
import java.util.List;

/** Where the responses of one line of interrupts end, as {@code delivery.sql} has it. */
final class ResponseEnd {

    private ResponseEnd() {}

    /**
     * Whether with the guest's entry, since less than half of those that reached the guest were seen handled.
     *
     * @param rows of the line, in these columns of {@code virq}
     */
    static boolean isEntry(List<Integer> rows, long[] enteredNs, long[] handledNs) {
        long seen = 0;
        long reached = 0;
        for (int row : rows) {
            boolean handled = handledNs[row] != ColumnData.NULL;
            seen += handled ? 1 : 0;
            reached += handled || enteredNs[row] != ColumnData.NULL ? 1 : 0;
        }
        return 2 * seen < reached;
    }
}
