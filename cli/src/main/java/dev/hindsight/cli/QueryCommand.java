package dev.hindsight.cli;

import dev.hindsight.analyses.Figures;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.result.ResultColumn;
import dev.hindsight.queries.result.ResultFormat;
import dev.hindsight.queries.sql.NamedQueries;
import dev.hindsight.queries.sql.NamedQuery;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight query}. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = {
            "Answers SQL, or a named query, on a dataset or a recording.",
            "The SQL (DuckDB's) may read the dataset's tables and no other file, unless --unsafe is given."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight query run1 \"SELECT reason, count(*) AS exits FROM vm_exit GROUP BY ALL\"",
            "  hindsight query run1 --named irq_latency --set slo_ns=1000000",
            "  hindsight query --list",
            "  hindsight query run1 \"SELECT * FROM events ORDER BY ts_ns LIMIT 20\" --format csv",
        })
final class QueryCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private MarkerOptions markers;

    @Mixin
    private GuestOptions guests;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TRACE|DATASET", description = "What to ask.")
    private Path data;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SQL", description = "The question, in quotes.")
    private String sql;

    @Option(names = "--named", paramLabel = "NAME", description = "Run a named query.")
    private String named;

    @Option(
            names = "--set",
            paramLabel = "INPUT=VALUE",
            description = "Value of a named query's input. May be given several times.")
    private Map<String, String> inputs = new LinkedHashMap<>();

    @Option(names = "--list", description = "List the named queries with their inputs, columns and units.")
    private boolean list;

    @Option(names = "--unsafe", description = "Let the SQL touch other files, and write.")
    private boolean unsafe;

    @Override
    public Integer call() {
        NamedQueries queries = Figures.QUERIES;
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            list(queries, out);
            return ExitCode.SUCCESS;
        }
        if (data == null || (sql == null) == (named == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "give a TRACE or DATASET and either SQL in quotes or --named NAME (--list shows the names)");
        }
        if (named == null && !inputs.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--set goes with --named");
        }
        Map<String, Object> values = named == null ? Map.of() : values(queries.get(named));
        SqlAccess access = unsafe ? SqlAccess.UNSAFE : SqlAccess.CONFINED;
        try (Dataset dataset =
                        OpenedData.open(data, markers.rules(), guests.files(), reading.read(), named == null, access);
                QueryResult rows = named == null ? dataset.query(sql) : dataset.run(queries, named, values)) {
            output.rows(out, rows);
            WarningLines.print(spec.commandLine().getErr(), OpenedData.warnings(dataset.manifest()));
            return OpenedData.exitCode(dataset.manifest());
        }
    }

    private Map<String, Object> values(NamedQuery query) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, String> given : inputs.entrySet()) {
            Object value = given.getValue();
            for (NamedQuery.Input input : query.inputs()) {
                if (input.name().equals(given.getKey())) {
                    value = input.parse(given.getValue());
                }
            }
            values.put(given.getKey(), value);
        }
        return values;
    }

    private void list(NamedQueries queries, PrintWriter out) {
        if (output.format() == ResultFormat.TABLE) {
            for (NamedQuery query : queries.all()) {
                out.println(query.name());
                out.println("    " + query.purpose());
                for (NamedQuery.Input input : query.inputs()) {
                    out.printf(
                            "    --set %-22s %s%s (default %s)%n",
                            input.name() + "=" + input.type(),
                            input.doc(),
                            input.unit().isEmpty() ? "" : ", in " + input.unit(),
                            input.defaultText());
                }
                for (ResultColumn column : query.columns()) {
                    out.printf("      %-26s %-9s %s%n", column.name(), column.unit(), column.doc());
                }
                out.println();
            }
            out.flush();
            return;
        }
        if (output.format() == ResultFormat.JSON) {
            List<Map<String, Object>> json = new ArrayList<>();
            for (NamedQuery query : queries.all()) {
                Map<String, Object> q = new LinkedHashMap<>();
                q.put("name", query.name());
                q.put("purpose", query.purpose());
                q.put("doc", query.doc());
                q.put("inputs", query.inputs());
                q.put("columns", query.columns());
                json.add(q);
            }
            OutputOptions.json(out, json);
            return;
        }
        List<List<Object>> rows = new ArrayList<>();
        for (NamedQuery query : queries.all()) {
            for (ResultColumn column : query.columns()) {
                rows.add(List.of(
                        query.name(), query.purpose(), column.name(), column.type(), column.unit(), column.doc()));
            }
        }
        List<ResultColumn> columns = new ArrayList<>();
        for (String name : List.of("query", "purpose", "column", "type", "unit", "meaning")) {
            columns.add(ResultColumn.undescribed(name, "VARCHAR"));
        }
        output.rows(out, new ListedRows(columns, rows));
    }
}
