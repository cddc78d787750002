package dev.hindsight.analyses;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Tables of a timeline as lists of rows. */
final class TimelineRows {

    private TimelineRows() {}

    /** A row of a table, by column. */
    record Row(Map<String, Object> values) {
        long ns(String column) {
            return ((Number) values.get(column)).longValue();
        }

        Long orNull(String column) {
            return values.get(column) == null ? null : ns(column);
        }

        int number(String column) {
            return ((Number) values.get(column)).intValue();
        }

        String text(String column) {
            return (String) values.get(column);
        }

        boolean is(String column) {
            return (Boolean) values.get(column);
        }
    }

    static List<Row> read(Connection connection, String table) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                Map<String, Object> values = new HashMap<>();
                for (int i = 1; i <= columns; i++) {
                    values.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
                }
                rows.add(new Row(values));
            }
        }
        return rows;
    }

    /** Spans of a CPU, to be asked which one covers a moment: of several the one that began last. */
    static final class Cover {
        final List<Row> spans = new ArrayList<>();
        private final long[] starts;
        private final long[] maxEnds;

        Cover(List<Row> rows, Integer cpu, Predicate<Row> taken) {
            for (Row row : rows) {
                if (row.orNull("cpu") != null
                        && (cpu == null || row.number("cpu") == cpu)
                        && row.ns("start_ns") < row.ns("end_ns")
                        && taken.test(row)) {
                    spans.add(row);
                }
            }
            spans.sort((a, b) -> Long.compare(a.ns("start_ns"), b.ns("start_ns")));
            starts = spans.stream().mapToLong(s -> s.ns("start_ns")).toArray();
            maxEnds = new long[starts.length];
            for (int i = 0; i < starts.length; i++) {
                maxEnds[i] = Math.max(
                        i == 0 ? Long.MIN_VALUE : maxEnds[i - 1], spans.get(i).ns("end_ns"));
            }
        }

        Row at(long ns) {
            int i = Arrays.binarySearch(starts, ns);
            i = i < 0 ? -i - 2 : i;
            while (i + 1 < starts.length && starts[i + 1] == ns) {
                i++;
            }
            for (; i >= 0 && maxEnds[i] > ns; i--) {
                if (spans.get(i).ns("end_ns") > ns) {
                    return spans.get(i);
                }
            }
            return null;
        }
    }
}
