package dev.hindsight.queries.result;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Results as a table of aligned columns. Widths are those of the first {@value #LOOK_AHEAD} rows. */
final class TableText {

    private static final int LOOK_AHEAD = 1000;

    /** A column of texts is cut to this, with an ellipsis, unless it is the last. */
    private static final int MAX_WIDTH = 60;

    private TableText() {}

    static void write(QueryResult result, Writer to) throws IOException {
        List<ResultColumn> columns = result.columns();
        int n = columns.size();
        String[] header = new String[n];
        int[] widths = new int[n];
        for (int i = 0; i < n; i++) {
            header[i] = header(columns.get(i));
            widths[i] = header[i].length();
        }
        List<String[]> first = new ArrayList<>();
        while (first.size() < LOOK_AHEAD && result.next()) {
            String[] row = row(result, columns);
            for (int i = 0; i < n; i++) {
                widths[i] = Math.max(widths[i], Math.min(row[i].length(), MAX_WIDTH));
            }
            first.add(row);
        }
        line(header, columns, widths, to);
        String[] rule = new String[n];
        for (int i = 0; i < n; i++) {
            rule[i] = "-".repeat(widths[i]);
        }
        line(rule, columns, widths, to);
        for (String[] row : first) {
            line(row, columns, widths, to);
        }
        if (first.size() == LOOK_AHEAD) {
            while (result.next()) {
                line(row(result, columns), columns, widths, to);
            }
        }
    }

    /** Times show their own unit, so their {@code _ns} would mislead. */
    private static String header(ResultColumn column) {
        String name = column.name();
        if (isDuration(column)) {
            return name.endsWith("_ns") ? name.substring(0, name.length() - 3) : name.equals("ns") ? "time" : name;
        }
        return column.unit().isEmpty() || column.unit().equals("ns") ? name : name + " [" + column.unit() + "]";
    }

    private static String[] row(QueryResult result, List<ResultColumn> columns) throws IOException {
        String[] row = new String[columns.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = cell(result.value(i), columns.get(i));
        }
        return row;
    }

    private static String cell(Object value, ResultColumn column) throws IOException {
        if (value == null) {
            return "-";
        } else if (value instanceof Long ns && isDuration(column)) {
            return duration(ns);
        } else if (value instanceof Double d) {
            return isDuration(column) ? duration(Math.round(d)) : String.format(Locale.ROOT, "%.3f", d);
        }
        String text = CsvText.text(value);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line.toString();
    }

    /** Names of points in time keep their ns, so that they can be looked up in the trace. */
    private static boolean isDuration(ResultColumn column) {
        String name = column.name();
        if (!column.unit().equals("ns") || name.endsWith("_at_ns")) {
            return false;
        }
        return switch (name) {
            case "ts_ns",
                    "start_ns",
                    "end_ns",
                    "due_ns",
                    "asserted_ns",
                    "runnable_ns",
                    "scheduled_ns",
                    "injected_ns",
                    "entered_ns",
                    "handled_ns",
                    "eoi_ns",
                    "enqueued_ns",
                    "first_ns",
                    "last_ns" -> false;
            default -> true;
        };
    }

    /** Three decimals of the largest unit that leaves at least one before the point. */
    static String duration(long ns) {
        double magnitude = Math.abs((double) ns);
        if (magnitude < 1e3) {
            return ns + " ns";
        } else if (magnitude < 1e6) {
            return String.format(Locale.ROOT, "%.3f us", ns / 1e3);
        } else if (magnitude < 1e9) {
            return String.format(Locale.ROOT, "%.3f ms", ns / 1e6);
        }
        return String.format(Locale.ROOT, "%.3f s", ns / 1e9);
    }

    private static void line(String[] cells, List<ResultColumn> columns, int[] widths, Writer to) throws IOException {
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i];
            boolean last = i == cells.length - 1;
            if (cell.length() > widths[i] && !last) {
                cell = cell.substring(0, Math.max(0, widths[i] - 1)) + "…";
            }
            String pad = " ".repeat(Math.max(0, widths[i] - cell.length()));
            boolean right = columns.get(i).isNumber();
            to.write(i == 0 ? "" : "  ");
            to.write(right ? pad + cell : last ? cell : cell + pad);
        }
        to.write('\n');
    }
}
