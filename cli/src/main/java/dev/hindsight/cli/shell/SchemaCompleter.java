package dev.hindsight.cli.shell;

import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.sql.NamedQueries;
import dev.hindsight.queries.sql.NamedQuery;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Completes tables behind FROM and JOIN, elsewhere columns (those of the statement's tables first), tables and
 * keywords; behind a backslash commands, and behind those what they take.
 */
final class SchemaCompleter implements Completer {

    private static final Pattern BEHIND_TABLE_WORD =
            Pattern.compile("\\b(FROM|JOIN|DESCRIBE|SUMMARIZE|TABLE)\\s+\\w*$", Pattern.CASE_INSENSITIVE);

    private static final Pattern BEHIND_QUERY_COMMAND = Pattern.compile("^\\s*\\\\(run|show)\\s+\\w*$");

    private static final Pattern BEHIND_RUN = Pattern.compile("^\\s*\\\\run\\s+(\\w+)\\s.*", Pattern.DOTALL);

    private static final List<String> KEYWORDS = List.of(
            "SELECT",
            "FROM",
            "WHERE",
            "GROUP BY",
            "ORDER BY",
            "LIMIT",
            "JOIN",
            "LEFT JOIN",
            "ASOF JOIN",
            "ON",
            "USING",
            "AS",
            "AND",
            "OR",
            "NOT",
            "IN",
            "IS NULL",
            "IS NOT NULL",
            "BETWEEN",
            "LIKE",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "DISTINCT",
            "HAVING",
            "QUALIFY",
            "OVER",
            "PARTITION BY",
            "UNION ALL",
            "WITH",
            "DESC",
            "ASC",
            "NULLS LAST",
            "EXPLAIN ANALYZE",
            "DESCRIBE",
            "SUMMARIZE",
            "count(*)",
            "sum",
            "avg",
            "min",
            "max",
            "median",
            "quantile_cont",
            "quantile_disc",
            "histogram",
            "lag",
            "lead",
            "row_number");

    private final Manifest manifest;
    private final NamedQueries queries;

    SchemaCompleter(Manifest manifest, NamedQueries queries) {
        this.manifest = manifest;
        this.queries = queries;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String before = line.line().substring(0, line.cursor());
        Matcher run = BEHIND_RUN.matcher(before);
        if (run.matches()) {
            inputs(run.group(1), candidates);
        } else if (BEHIND_QUERY_COMMAND.matcher(before).find()) {
            namedQueries(candidates);
        } else if (before.stripLeading().startsWith("\\")) {
            behindBackslash(before, candidates);
        } else if (BEHIND_TABLE_WORD.matcher(before).find()) {
            tables(candidates);
        } else {
            columns(line.line(), candidates);
            tables(candidates);
            keywords(line.word(), candidates);
        }
    }

    private void behindBackslash(String before, List<Candidate> candidates) {
        if (before.strip().matches("\\\\\\S*") && !before.endsWith(" ")) {
            for (BackslashCommand command : BackslashCommand.values()) {
                candidates.add(candidate(command.word(), "commands", command.meaning()));
            }
        } else if (before.stripLeading().startsWith(BackslashCommand.DESCRIBE.word() + " ")) {
            tables(candidates);
            namedQueries(candidates);
        } else {
            for (BackslashCommand command : BackslashCommand.values()) {
                if (before.stripLeading().startsWith(command.word() + " ")) {
                    command.choices().forEach(choice -> candidates.add(candidate(choice, "choices", null)));
                }
            }
        }
    }

    private void inputs(String name, List<Candidate> candidates) {
        for (NamedQuery query : queries.all()) {
            if (query.name().equals(name)) {
                for (NamedQuery.Input input : query.inputs()) {
                    candidates.add(new Candidate(
                            input.name() + "=", input.name() + "=", "inputs", input.doc(), null, null, false));
                }
            }
        }
    }

    private void namedQueries(List<Candidate> candidates) {
        for (NamedQuery query : queries.all()) {
            candidates.add(candidate(query.name(), "named queries", query.purpose()));
        }
    }

    private void tables(List<Candidate> candidates) {
        candidates.add(candidate("events", "tables", "all raw events as text"));
        for (Manifest.Table table : manifest.tables()) {
            candidates.add(candidate(table.name(), "tables", table.doc().isEmpty() ? null : table.doc()));
        }
    }

    /** Those of the tables that the statement names; of all tables of the timeline where it names none yet. */
    private void columns(String statement, List<Candidate> candidates) {
        Set<String> named = new TreeSet<>();
        Set<String> ofTimeline = new TreeSet<>();
        for (Manifest.Table table : manifest.tables()) {
            boolean isNamed = Pattern.compile("\\b" + Pattern.quote(table.name()) + "\\b", Pattern.CASE_INSENSITIVE)
                    .matcher(statement)
                    .find();
            if (isNamed) {
                table.columns().forEach(column -> named.add(column.name()));
            } else if (!table.isEvents()) {
                table.columns().forEach(column -> ofTimeline.add(column.name()));
            }
        }
        Set<String> names = named.isEmpty() ? ofTimeline : named;
        names.add("trace");
        names.add("run");
        names.forEach(name -> candidates.add(candidate(name, "columns", null)));
    }

    private static void keywords(String word, List<Candidate> candidates) {
        boolean lower = !word.isEmpty() && word.equals(word.toLowerCase(Locale.ROOT));
        for (String keyword : KEYWORDS) {
            candidates.add(candidate(lower ? keyword.toLowerCase(Locale.ROOT) : keyword, "SQL", null));
        }
    }

    private static Candidate candidate(String value, String group, String meaning) {
        return new Candidate(value, value, group, meaning, null, null, true);
    }
}
