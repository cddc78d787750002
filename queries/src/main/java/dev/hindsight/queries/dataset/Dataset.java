package dev.hindsight.queries.dataset;

import static dev.hindsight.queries.dataset.SqlQuotes.literal;

import dev.hindsight.queries.profile.OwnWork;
import dev.hindsight.queries.result.JdbcResult;
import dev.hindsight.queries.result.NoRows;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.result.ResultColumn;
import dev.hindsight.queries.sql.NamedQueries;
import dev.hindsight.queries.sql.NamedQuery;
import dev.hindsight.queries.sql.SelectOnly;
import dev.hindsight.queries.sql.SqlParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * An open dataset: every table of its manifest is there in SQL under its name, with the columns {@code trace} and
 * {@code run} behind its own, and {@code events} is a view over all raw events.
 *
 * <p>Each query runs on a connection of its own, so several results may be open at once.
 */
public final class Dataset implements AutoCloseable {

    private static final long GIB = 1L << 30;

    private final Path directory;
    private final Manifest manifest;
    private final SqlAccess access;
    private final DuckDBConnection database;
    private final DatasetViews views;
    private final ScratchDirectory scratch;

    /** Of the query asked last; it may have ended. */
    private volatile PreparedStatement latest;

    private Dataset(
            Path directory,
            Manifest manifest,
            SqlAccess access,
            DuckDBConnection database,
            DatasetViews views,
            ScratchDirectory scratch) {
        this.directory = directory;
        this.manifest = manifest;
        this.access = access;
        this.database = database;
        this.views = views;
        this.scratch = scratch;
    }

    /** Whether a directory has a dataset's manifest, of whatever version. */
    public static boolean isDataset(Path directory) {
        PublishedDirectory.recover(directory);
        return Manifest.isDataset(directory);
    }

    /** Opens a dataset for SQL that touches nothing else. */
    public static Dataset open(Path directory) {
        return open(directory, SqlAccess.CONFINED);
    }

    /**
     * Opens a dataset.
     *
     * @throws DatasetException where there is none, or it is damaged or of another version
     */
    public static Dataset open(Path directory, SqlAccess access) {
        ScratchDirectory scratch = ScratchDirectory.create();
        try {
            return open(directory, access, scratch);
        } catch (RuntimeException | Error e) {
            scratch.close();
            throw e;
        }
    }

    /**
     * Ingests recordings into a temporary dataset, deleted on closing, and opens it.
     *
     * @throws dev.hindsight.parsers.fault.TraceException where one can't be read
     */
    public static Dataset ofTraces(List<Path> traces, IngestOptions options, SqlAccess access) {
        return made(directory -> Ingest.run(traces, directory, options), access);
    }

    /**
     * Lets a dataset be written to a temporary place, deleted on closing, and opens it.
     *
     * @param writer writes it to the path that it is given
     */
    public static Dataset made(Consumer<Path> writer, SqlAccess access) {
        ScratchDirectory scratch = ScratchDirectory.create();
        try {
            Path directory = scratch.path().resolve("dataset");
            writer.accept(directory);
            return open(directory, access, scratch);
        } catch (RuntimeException | Error e) {
            scratch.close();
            throw e;
        }
    }

    private static Dataset open(Path at, SqlAccess access, ScratchDirectory scratch) {
        PublishedDirectory.recover(at);
        Manifest manifest = Manifest.read(at);
        DuckDBConnection database = null;
        try {
            Path directory = at.toRealPath();
            Path spill = Files.createDirectory(scratch.path().resolve("spill"));
            Properties properties = new Properties();
            properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
            database = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
            execute(database, "SET temp_directory = " + literal(spill.toString()));
            execute(database, "SET max_temp_directory_size = '32GB'");
            execute(database, "SET memory_limit = '" + memoryLimit() / (1 << 20) + "MiB'");
            execute(database, "SET autoinstall_known_extensions = false");
            execute(database, "SET autoload_known_extensions = false");
            if (access == SqlAccess.CONFINED) {
                execute(database, "SET allowed_directories = [" + literal(directory + "/") + "]");
                execute(database, "SET enable_external_access = false");
            }
            if (access == SqlAccess.CONFINED) {
                execute(database, "SET lock_configuration = true");
            }
            return new Dataset(directory, manifest, access, database, new DatasetViews(directory, manifest), scratch);
        } catch (SQLException e) {
            close(database);
            throw new DatasetException(
                    at + ": cannot be opened: " + QueryException.of(e).getMessage(), e);
        } catch (IOException e) {
            close(database);
            throw new DatasetException(at + ": cannot be opened: " + e, e);
        }
    }

    private static void close(DuckDBConnection database) {
        try {
            if (database != null) {
                database.close();
            }
        } catch (SQLException e) {
            // The fault that made us close is the one to tell.
        }
    }

    private static void execute(DuckDBConnection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Half the machine's memory, from 1 to 8 GiB; larger sorts and joins spill to the disk. */
    private static long memoryLimit() {
        long physical = 4 * GIB;
        if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            physical = system.getTotalMemorySize();
        }
        return Math.max(GIB, Math.min(8 * GIB, physical / 2));
    }

    /**
     * Shows some of its runs only, in all tables; before the first query.
     *
     * @throws AbsentRunException where one is not there
     */
    public Dataset showOnly(Collection<String> runs) {
        for (String run : runs) {
            if (!manifest.runs().contains(run)) {
                throw new AbsentRunException("the dataset", run, manifest.runs());
            }
        }
        views.showOnly(runs);
        return this;
    }

    /** What the dataset holds. */
    public Manifest manifest() {
        return manifest;
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /**
     * Answers SQL.
     *
     * @throws QueryException where it is wrong, fails, or is not allowed
     */
    public QueryResult query(String sql) {
        return query(sql, Map.of());
    }

    /**
     * Answers SQL with values for its {@code $name}s.
     *
     * @throws QueryException where it is wrong, fails, or is not allowed
     */
    public QueryResult query(String sql, Map<String, ?> values) {
        return query(sql, values, Map.of());
    }

    /**
     * Answers a named query.
     *
     * @param inputs by name; what is not there has the default of the query's header
     */
    public QueryResult run(NamedQueries queries, String name, Map<String, ?> inputs) {
        NamedQuery query = queries.get(name);
        Map<String, Object> values = new LinkedHashMap<>();
        for (NamedQuery.Input input : query.inputs()) {
            values.put(input.name(), input.parse(input.defaultText()));
        }
        for (Map.Entry<String, ?> given : inputs.entrySet()) {
            if (!values.containsKey(given.getKey())) {
                throw new QueryException("query " + name + " has no input '" + given.getKey() + "'; it has "
                        + (values.isEmpty() ? "none" : String.join(", ", values.keySet())));
            }
            values.put(given.getKey(), given.getValue());
        }
        return query(queries.expandedSql(query), values, query.columnsByName());
    }

    /**
     * A connection of its own that sees the timeline's tables, for code that keeps intermediate results in temporary
     * tables. It is confined as the
     * dataset is, but its SQL is not checked: it is not for a user's. The caller closes it, before the dataset.
     */
    public Connection connect() {
        try {
            views.makeTimeline(database);
            return database.duplicate();
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    /**
     * As {@link #connect()}, but it sees all tables that this SQL names, raw events too.
     *
     * @throws QueryException where a table cannot be read
     */
    public Connection connectFor(String sql) {
        try {
            views.make(sql, database);
            return database.duplicate();
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    private QueryResult query(String sql, Map<String, ?> values, Map<String, ResultColumn> described) {
        try (ScopeLog work = OwnWork.begin("SQL", "query", sql)) {
            return answer(sql, values, described);
        } catch (SQLException e) {
            if (!makeAllViews(e)) {
                throw failure(e);
            }
        }
        try {
            return answer(sql, values, described);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Where DuckDB misses a table that a command would make, that is told instead of what the name resembles. */
    private static QueryException failure(SQLException e) {
        return AbsentTable.adviceOn(e.getMessage()).map(QueryException::new).orElseGet(() -> QueryException.of(e));
    }

    /** For a name that is not there: with all views DuckDB finds it, or says which one was perhaps meant. */
    private boolean makeAllViews(SQLException e) {
        if (e.getMessage() == null || !e.getMessage().startsWith("Catalog Error")) {
            return false;
        }
        try {
            return views.makeAll(database);
        } catch (SQLException ofView) {
            throw QueryException.of(ofView);
        }
    }

    private QueryResult answer(String sql, Map<String, ?> values, Map<String, ResultColumn> described)
            throws SQLException {
        DuckDBConnection connection = null;
        PreparedStatement statement = null;
        try {
            connection = database.duplicate();
            if (access == SqlAccess.CONFINED) {
                SelectOnly.check(connection, sql);
            }
            views.make(sql, database);
            SqlParameters numbered = SqlParameters.number(sql);
            statement = connection.prepareStatement(values.isEmpty() ? sql : numbered.sql());
            for (int i = 0; i < numbered.order().size() && !values.isEmpty(); i++) {
                String name = numbered.order().get(i);
                if (!values.containsKey(name)) {
                    throw new QueryException("no value for $" + name + "; there are " + values.keySet());
                }
                statement.setObject(i + 1, values.get(name));
            }
            latest = statement;
            if (!statement.execute()) {
                // Only with unsafe access: a statement that does something and tells nothing.
                close(statement, connection);
                return new NoRows();
            }
            return new JdbcResult(connection, statement, statement.getResultSet(), described);
        } catch (SQLException | RuntimeException e) {
            close(statement, connection);
            throw e;
        }
    }

    /**
     * Ends the query asked last, where it still runs or its rows are still being read: whoever waits for it gets a
     * {@link QueryException}. May be called from any thread.
     */
    public void cancel() {
        PreparedStatement running = latest;
        try {
            if (running != null && !running.isClosed()) {
                running.cancel();
            }
        } catch (SQLException e) {
            // It ended meanwhile, which was what was wanted.
        }
    }

    private static void close(PreparedStatement statement, DuckDBConnection connection) {
        try (connection;
                statement) {
            // Closed by leaving the block.
        } catch (SQLException e) {
            // The fault that made us close is the one to tell.
        }
    }

    @Override
    public void close() {
        close(database);
        scratch.close();
    }
}
