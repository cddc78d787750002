package dev.hindsight.cli.shell;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.result.ResultColumn;
import dev.hindsight.queries.result.ResultFormat;
import dev.hindsight.queries.sql.NamedQueries;
import dev.hindsight.queries.sql.NamedQuery;
import dev.hindsight.queries.sql.SqlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers one input after another, SQL or backslash commands; knows nothing of terminals. */
final class SqlSession {

    /** Files of statements that run one another end here rather than never. */
    private static final int MOST_NESTED = 16;

    private final Dataset dataset;
    private final NamedQueries queries;
    private final ShellOutput output;
    private boolean timing;
    private int nested;

    SqlSession(Dataset dataset, NamedQueries queries, ShellOutput output) {
        this.dataset = dataset;
        this.queries = queries;
        this.output = output;
    }

    /**
     * Answers an input of one or more whole statements, or one backslash command.
     *
     * @return false where the user wants to leave
     * @throws QueryException where one fails; those after it are not run
     */
    boolean answer(String input) {
        String text = input.strip();
        if (text.startsWith("\\")) {
            return command(text);
        }
        int from = 0;
        while (!SqlText.isBlank(text, from)) {
            int end = SqlText.endOfStatement(text, from);
            end = end < 0 ? text.length() : end;
            sql(text.substring(from, end));
            from = Math.min(text.length(), end + 1);
        }
        return true;
    }

    /** Answers the lines of a script: statements over several lines, backslash commands on a line each. */
    boolean script(List<String> lines) {
        StringBuilder statement = new StringBuilder();
        for (String line : lines) {
            boolean between = SqlText.isBlank(statement.toString(), 0);
            if (between && line.stripLeading().startsWith("\\")) {
                if (!command(line.strip())) {
                    return false;
                }
                continue;
            }
            statement.append(line).append('\n');
            if (StatementParser.isWhole(statement.toString())) {
                answer(statement.toString());
                statement.setLength(0);
            }
        }
        return answer(statement.toString());
    }

    private void sql(String sql) {
        if (SqlText.isBlank(sql, 0)) {
            return;
        }
        long beginNs = System.nanoTime();
        try (QueryResult rows = dataset.query(sql)) {
            show(rows, beginNs);
        }
    }

    private void show(QueryResult rows, long beginNs) {
        CountedRows counted = new CountedRows(rows);
        output.rows(counted);
        if (output.format() == ResultFormat.TABLE && !rows.columns().isEmpty()) {
            output.text("(" + counted.count() + (counted.count() == 1 ? " row)" : " rows)"));
        }
        if (timing) {
            output.say(String.format(Locale.ROOT, "Time: %.1f ms", (counted.endNs() - beginNs) / 1e6));
        }
    }

    private boolean command(String text) {
        String[] words = text.split("\\s+");
        BackslashCommand command = BackslashCommand.of(words[0]);
        if (command == null) {
            throw new QueryException("no command " + words[0] + "; \\? lists them");
        }
        String argument = words.length > 1 ? words[1] : null;
        switch (command) {
            case HELP -> help();
            case DESCRIBE -> describe(argument);
            case QUERIES -> listQueries();
            case RUN -> run(words);
            case SHOW ->
                output.text(queries.expandedSql(queries.get(needed(command, argument)))
                        .strip());
            case RUNS -> runs();
            case FORMAT -> output.format(format(needed(command, argument)));
            case TIMING -> {
                timing = onOff(command, argument, timing);
                output.say("timing is " + (timing ? "on" : "off"));
            }
            case PAGER -> {
                output.paging(onOff(command, argument, output.paging()));
                output.say("the pager is " + (output.paging() ? "on" : "off"));
            }
            case INPUT -> {
                return file(needed(command, argument));
            }
            case OUTPUT -> {
                if (argument == null) {
                    output.close();
                } else {
                    output.toFile(argument);
                }
            }
            case QUIT -> {
                return false;
            }
        }
        return true;
    }

    private static String needed(BackslashCommand command, String argument) {
        if (argument == null) {
            throw new QueryException(command.word() + " takes " + command.arguments());
        }
        return argument;
    }

    private static boolean onOff(BackslashCommand command, String argument, boolean now) {
        if (argument == null) {
            return !now;
        } else if (argument.equals("on") || argument.equals("off")) {
            return argument.equals("on");
        }
        throw new QueryException(command.word() + " takes on or off, not '" + argument + "'");
    }

    private static ResultFormat format(String name) {
        for (ResultFormat format : ResultFormat.values()) {
            if (format.toString().equals(name)) {
                return format;
            }
        }
        throw new QueryException("\\format takes table, json or csv, not '" + name + "'");
    }

    private void help() {
        output.text("SQL (DuckDB's) ends with a semicolon and may go over several lines. Tab completes.");
        for (BackslashCommand command : BackslashCommand.values()) {
            String synopsis = command.word() + " " + command.arguments();
            output.text(String.format(Locale.ROOT, "  %-30s %s", synopsis, command.meaning()));
        }
    }

    private boolean file(String name) {
        if (nested >= MOST_NESTED) {
            throw new QueryException(name + ": files run one another more than " + MOST_NESTED + " deep");
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(name));
        } catch (IOException | InvalidPathException e) {
            throw new QueryException(name + ": cannot be read: " + e);
        }
        nested++;
        try {
            return script(lines);
        } finally {
            nested--;
        }
    }

    private void describe(String name) {
        if (name == null) {
            List<List<Object>> rows = new ArrayList<>();
            rows.add(row("events", null, "all raw events as text (view)"));
            for (Manifest.Table table : dataset.manifest().tables()) {
                rows.add(row(table.name(), table.rows(), table.doc()));
            }
            output.rows(new ListedRows(columns("table VARCHAR", "rows BIGINT", "what a row is VARCHAR"), rows));
            return;
        }
        for (Manifest.Table table : dataset.manifest().tables()) {
            if (table.name().equalsIgnoreCase(name)) {
                describe(table);
                return;
            }
        }
        if (name.equalsIgnoreCase("events")) {
            try (QueryResult rows = dataset.query("DESCRIBE events")) {
                output.rows(rows);
            }
            return;
        }
        NamedQuery query = namedQuery(name);
        List<List<Object>> rows = new ArrayList<>();
        for (NamedQuery.Input input : query.inputs()) {
            rows.add(row(
                    input.name() + "=",
                    input.type(),
                    input.unit(),
                    input.doc() + " (default " + input.defaultText() + ")"));
        }
        for (ResultColumn column : query.columns()) {
            rows.add(row(column.name(), column.type(), column.unit(), column.doc()));
        }
        output.text(query.purpose());
        output.rows(new ListedRows(
                columns("input= or column VARCHAR", "type VARCHAR", "unit VARCHAR", "meaning VARCHAR"), rows));
    }

    private NamedQuery namedQuery(String name) {
        for (NamedQuery query : queries.all()) {
            if (query.name().equals(name)) {
                return query;
            }
        }
        throw new QueryException("no table and no named query '" + name + "'; \\d lists tables, \\queries queries");
    }

    private void describe(Manifest.Table table) {
        List<List<Object>> rows = new ArrayList<>();
        for (Manifest.ColumnEntry column : table.columns()) {
            rows.add(row(
                    column.name(),
                    column.type().toString().toLowerCase(Locale.ROOT),
                    column.nullable() ? "may be null" : "",
                    column.doc()));
        }
        rows.add(row("trace", "int32", "", "number of the recording in the dataset"));
        rows.add(row("run", "text", "", "recorded, or the name of a replay"));
        output.text(table.doc().isEmpty() ? "Raw events of this kind." : table.doc());
        output.rows(new ListedRows(columns("column VARCHAR", "type VARCHAR", "null VARCHAR", "meaning VARCHAR"), rows));
    }

    private void listQueries() {
        List<List<Object>> rows = new ArrayList<>();
        for (NamedQuery query : queries.all()) {
            List<String> inputs = new ArrayList<>();
            query.inputs().forEach(input -> inputs.add(input.name() + "="));
            rows.add(row(query.name(), String.join(" ", inputs), query.purpose()));
        }
        output.rows(new ListedRows(columns("query VARCHAR", "inputs VARCHAR", "purpose VARCHAR"), rows));
    }

    private void run(String[] words) {
        if (words.length < 2) {
            throw new QueryException("\\run takes " + BackslashCommand.RUN.arguments() + "; \\queries lists them");
        }
        NamedQuery query = queries.get(words[1]);
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals < 1) {
                throw new QueryException("expected INPUT=VALUE, found '" + words[i] + "'");
            }
            String input = words[i].substring(0, equals);
            String text = words[i].substring(equals + 1);
            Object value = text;
            for (NamedQuery.Input known : query.inputs()) {
                if (known.name().equals(input)) {
                    value = known.parse(text);
                }
            }
            values.put(input, value);
        }
        long beginNs = System.nanoTime();
        try (QueryResult rows = dataset.run(queries, query.name(), values)) {
            show(rows, beginNs);
        }
    }

    private void runs() {
        List<List<Object>> rows = new ArrayList<>();
        for (Manifest.Trace trace : dataset.manifest().traces()) {
            rows.add(row(
                    (long) trace.number(),
                    trace.info().file(),
                    trace.info().format(),
                    trace.events(),
                    String.join(", ", dataset.manifest().runs())));
        }
        output.rows(new ListedRows(
                columns("trace BIGINT", "file VARCHAR", "format VARCHAR", "events BIGINT", "runs VARCHAR"), rows));
    }

    private static List<Object> row(Object... values) {
        List<Object> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value);
        }
        return row;
    }

    private static List<ResultColumn> columns(String... namesAndTypes) {
        List<ResultColumn> columns = new ArrayList<>();
        for (String column : namesAndTypes) {
            int space = column.lastIndexOf(' ');
            columns.add(new ResultColumn(column.substring(0, space), column.substring(space + 1), "", ""));
        }
        return columns;
    }
}
