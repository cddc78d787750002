package dev.hindsight.analyses;

import dev.hindsight.queries.profile.OwnWork;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.ResultColumn;
import dev.hindsight.queries.sql.NamedQueries;
import dev.hindsight.queries.sql.NamedQuery;
import dev.hindsight.queries.sql.SqlParameters;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * Runs the named queries of this package one after another on one connection, with one set of inputs. What several of
 * them use is computed once and kept as a temporary table until the connection is closed.
 *
 * <p>The connection needs the tables of a timeline, with columns {@code run} and {@code trace}. It is not closed here.
 * Not safe for use by several threads.
 */
public final class Figures {

    /** The queries of this package, checked. */
    public static final NamedQueries QUERIES = NamedQueries.onClasspath(
            Figures.class.getClassLoader(), "dev/hindsight/analyses", "dev/hindsight/analyses/report");

    private final Connection connection;
    private final Map<String, Object> inputs;
    private final Set<String> kept = new HashSet<>();

    /** Figures of what the connection shows. */
    public Figures(Connection connection, AnalysisOptions options) {
        this(connection, inputs(options));
    }

    private Figures(Connection connection, Map<String, Object> inputs) {
        this.connection = connection;
        this.inputs = inputs;
    }

    /**
     * The same with other inputs, among them those that no option gives. What does not depend on them is not computed
     * again; these figures here are not to be used any more.
     */
    public Figures with(Map<String, Object> others) {
        Map<String, Object> all = new LinkedHashMap<>(inputs);
        all.putAll(others);
        Figures figures = new Figures(connection, all);
        for (String name : kept) {
            if (!dependsOn(QUERIES.get(name), others.keySet())) {
                figures.kept.add(name);
            }
        }
        return figures;
    }

    private static boolean dependsOn(NamedQuery query, Set<String> names) {
        for (NamedQuery.Input input : query.inputs()) {
            if (names.contains(input.name())) {
                return true;
            }
        }
        for (String used : query.uses()) {
            if (dependsOn(QUERIES.get(used), names)) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Object> inputs(AnalysisOptions options) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("slo_ns", options.sloNs().isPresent() ? options.sloNs().getAsLong() : null);
        values.put("worst", (long) options.worst());
        values.put("starved_ns", options.starvedNs());
        values.put("inverted_ns", options.invertedNs());
        values.put("shielded_cpus", cpuList(options.shieldedCpus()));
        AnalysisOptions.IdleLoop loop = options.idleLoop();
        values.put("idle_rip_first", loop == null ? null : Long.toUnsignedString(loop.firstRip()));
        values.put("idle_rip_last", loop == null ? null : Long.toUnsignedString(loop.lastRip()));
        values.put("explained", null);
        values.put("explained_run", null);
        return values;
    }

    private static String cpuList(List<Integer> cpus) {
        if (cpus.isEmpty()) {
            return null;
        }
        StringBuilder list = new StringBuilder();
        for (int cpu : cpus) {
            list.append(list.length() == 0 ? "" : ",").append(cpu);
        }
        return list.toString();
    }

    /**
     * Computes a figure.
     *
     * @param name of its query
     * @throws QueryException where it is not there or fails
     */
    public FigureTable compute(String name) {
        NamedQuery query = QUERIES.get(name);
        try (ScopeLog work = OwnWork.begin("figure", "query", name)) {
            for (String used : query.uses()) {
                keep(QUERIES.get(used));
            }
            if (kept.contains(name)) {
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("SELECT * FROM temp." + name)) {
                    return table(query, rows);
                }
            }
            try (PreparedStatement statement = prepare(query.sql());
                    ResultSet rows = statement.executeQuery()) {
                return table(query, rows);
            }
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    /** Takes a row from where the result stands; columns by number from 1, as in the query's header. */
    public interface RowReader {

        void read(ResultSet row) throws SQLException;
    }

    /**
     * Computes a figure and hands its rows on one by one: for figures of many rows.
     *
     * @throws QueryException where it is not there or fails
     */
    public void each(String name, RowReader reader) {
        NamedQuery query = QUERIES.get(name);
        try {
            for (String used : query.uses()) {
                keep(QUERIES.get(used));
            }
            try (PreparedStatement statement = prepare(query.sql());
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    private void keep(NamedQuery query) throws SQLException {
        if (!kept.add(query.name())) {
            return;
        }
        for (String used : query.uses()) {
            keep(QUERIES.get(used));
        }
        try (ScopeLog work = OwnWork.begin("intermediate figure", "query", query.name());
                PreparedStatement statement =
                        prepare("CREATE OR REPLACE TEMP TABLE " + query.name() + " AS " + query.sql())) {
            statement.execute();
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        SqlParameters numbered = SqlParameters.number(sql);
        PreparedStatement statement = connection.prepareStatement(numbered.sql());
        for (int i = 0; i < numbered.order().size(); i++) {
            String input = numbered.order().get(i);
            if (!inputs.containsKey(input)) {
                statement.close();
                throw new IllegalStateException("no option gives input " + input);
            }
            statement.setObject(i + 1, inputs.get(input));
        }
        return statement;
    }

    private static FigureTable table(NamedQuery query, ResultSet rows) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        List<ResultColumn> columns = query.columns();
        if (meta.getColumnCount() != columns.size()) {
            throw new IllegalStateException("query " + query.name() + " describes " + columns.size()
                    + " columns and has " + meta.getColumnCount());
        }
        List<List<Object>> values = new ArrayList<>();
        while (rows.next()) {
            List<Object> row = new ArrayList<>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                row.add(plain(rows.getObject(i)));
            }
            values.add(row);
        }
        return new FigureTable(query.name(), columns, values);
    }

    private static Object plain(Object value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        return value;
    }
}
