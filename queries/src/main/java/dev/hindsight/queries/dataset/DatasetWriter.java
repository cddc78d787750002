package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a dataset: takes blocks of any table from several threads, writes them as Parquet on threads of its own, and
 * publishes the directory whole with {@link #commit}. Closed without it, nothing stays.
 *
 * <pre>
 * try (DatasetWriter writer = DatasetWriter.create(dir)) {
 *     TableSinks tables = writer.tables(0, "recorded");
 *     ... tables.open(schema).accept(block) ...
 *     writer.addTrace(trace);
 *     writer.commit(markers);
 * }
 * </pre>
 */
public final class DatasetWriter implements AutoCloseable {

    /** Row groups of a part, at most. */
    private static final int PART_BLOCKS = 8;

    /** Heap that the blocks of a part take, at most. */
    private static final long PART_BYTES = 16L << 20;

    private static final String VIEWS_HEAD = """
        -- The tables of this dataset for DuckDB without Hindsight, in the dataset's directory:
        --   duckdb -init views.sql
        -- or from elsewhere: SET file_search_path = 'DIRECTORY'; and then these statements.
        """;

    private static final long MOST_BUDGET = 96L << 20;

    private final PublishedDirectory directory;
    private final ParquetPool pool;
    private final Map<String, TableEntry> tables = new LinkedHashMap<>();
    private final List<PartSink> sinks = new ArrayList<>();
    private final List<Manifest.Trace> traces = new ArrayList<>();
    private final TreeSet<String> runs = new TreeSet<>();
    private Set<String> finishedRuns = Set.of();

    /** What the manifest will say of a table. */
    private static final class TableEntry {
        private TableSchema schema;
        private boolean uniform = true;
        private long rows;

        TableEntry(TableSchema schema) {
            this.schema = schema;
        }
    }

    private DatasetWriter(PublishedDirectory directory, ParquetPool pool) {
        this.directory = directory;
        this.pool = pool;
        for (TableSchema schema : TimelineTables.ALL) {
            tables.put(schema.name(), new TableEntry(schema));
        }
        for (TableSchema schema : TraceTables.ALL) {
            tables.put(schema.name(), new TableEntry(schema));
        }
    }

    /**
     * Begins a dataset beside where it will be, with two writing threads.
     *
     * @throws OutputException where {@code to} is a file or a directory of something else
     */
    public static DatasetWriter create(Path to) {
        return create(to, 2, Math.min(MOST_BUDGET, Runtime.getRuntime().maxMemory() / 8));
    }

    /**
     * Begins a dataset beside where it will be.
     *
     * @param writers threads that write
     * @param budget bytes of blocks that may wait to be written before who brings more has to wait
     */
    public static DatasetWriter create(Path to, int writers, long budget) {
        PublishedDirectory directory = PublishedDirectory.begin(to);
        try {
            return new DatasetWriter(directory, new ParquetPool(writers, budget));
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    /**
     * Begins a dataset that has all of another one: its traces, raw events and runs. Its files are linked, or copied
     * where they can't be, so that the two share nothing that changes.
     *
     * @param to may be {@code from} itself: it is then replaced when the new one is whole
     * @throws DatasetException where {@code from} is no dataset
     * @throws OutputException where {@code to} is something else than one
     */
    public static DatasetWriter extending(Path to, Path from) {
        PublishedDirectory.recover(from);
        Manifest manifest = Manifest.read(from);
        DatasetWriter writer = create(to);
        try {
            writer.finishedRuns = LinkedTables.link(from, manifest, writer.directory.work());
        } catch (RuntimeException | Error e) {
            writer.close();
            throw e;
        }
        for (Manifest.Table table : manifest.tables()) {
            List<Column> columns = new ArrayList<>();
            table.columns().forEach(column -> columns.add(column.column()));
            TableEntry entry = new TableEntry(new TableSchema(table.name(), table.doc(), columns));
            entry.uniform = table.uniform();
            entry.rows = table.rows();
            writer.tables.put(table.name(), entry);
        }
        writer.traces.addAll(manifest.traces());
        writer.runs.addAll(manifest.runs());
        return writer;
    }

    /**
     * Sinks for the tables of one trace and run; each sink may be fed from a thread of its own.
     *
     * @throws DatasetException where the dataset that this one extends has that run of that trace
     */
    public TableSinks tables(int trace, String run) {
        DatasetLayout.checkRun(run);
        if (finishedRuns.contains(DatasetLayout.runFolder(trace, run))) {
            throw new DatasetException(
                    "run '" + run + "' of trace " + trace + " is in the dataset already; name another");
        }
        synchronized (this) {
            runs.add(run);
        }
        return schema -> open(schema, trace, run);
    }

    private synchronized BlockSink open(TableSchema schema, int trace, String run) {
        if (!schema.name().matches("[A-Za-z0-9_]+")) {
            throw new IllegalArgumentException("table name '" + schema.name() + "'");
        }
        TableEntry entry = tables.get(schema.name());
        if (entry == null) {
            entry = new TableEntry(schema);
            tables.put(schema.name(), entry);
        } else if (!entry.schema.columns().equals(schema.columns())) {
            entry.uniform = false;
            entry.schema = union(entry.schema, schema);
        }
        int part = 0;
        for (PartSink sink : sinks) {
            if (sink.is(schema.name(), trace, run)) {
                part = Math.max(part, sink.firstPart + (1 << 16));
            }
        }
        PartSink sink = new PartSink(schema, trace, run, part);
        sinks.add(sink);
        return sink;
    }

    /** Columns of either; where both have one, the first one's type counts for the documents. */
    private static TableSchema union(TableSchema a, TableSchema b) {
        List<Column> columns = new ArrayList<>(a.columns());
        for (Column column : b.columns()) {
            if (a.indexOf(column.name()) < 0) {
                columns.add(Column.nullable(column.name(), column.type(), column.doc()));
            }
        }
        return new TableSchema(a.name(), a.doc(), columns);
    }

    /** Gathers the blocks of one table, trace and run into parts. */
    private final class PartSink implements BlockSink {

        private final TableSchema schema;
        private final int trace;
        private final String run;
        private final Path folder;
        private final int firstPart;
        private int parts;
        private List<TableBlock> blocks = new ArrayList<>();
        private long bytes;
        private long rows;

        PartSink(TableSchema schema, int trace, String run, int firstPart) {
            this.schema = schema;
            this.trace = trace;
            this.run = run;
            this.firstPart = firstPart;
            folder = DatasetLayout.folder(directory.work(), schema.name(), trace, run);
        }

        boolean is(String table, int ofTrace, String ofRun) {
            return schema.name().equals(table) && trace == ofTrace && run.equals(ofRun);
        }

        @Override
        public void accept(TableBlock block) {
            if (block.rows() == 0) {
                return;
            }
            long size = block.heapBytes();
            pool.reserve(size, DatasetWriter.this::flushAll);
            synchronized (this) {
                rows += block.rows();
                blocks.add(block);
                bytes += size;
                if (blocks.size() == PART_BLOCKS || bytes >= PART_BYTES) {
                    flush();
                }
            }
        }

        synchronized void flush() {
            if (blocks.isEmpty()) {
                return;
            }
            pool.submit(folder.resolve(DatasetLayout.part(firstPart + parts++)), schema, blocks, bytes);
            blocks = new ArrayList<>();
            bytes = 0;
        }
    }

    private void flushAll() {
        List<PartSink> all;
        synchronized (this) {
            all = List.copyOf(sinks);
        }
        for (PartSink sink : all) {
            sink.flush();
        }
    }

    /** Adds what is known of a trace; its rows in {@code trace} and {@code warning} are written too. */
    public void addTrace(Manifest.Trace trace) {
        TraceTables.write(trace, tables(trace.number(), DatasetLayout.RECORDED));
        synchronized (this) {
            traces.add(trace);
        }
    }

    /**
     * Writes what is left and the manifest, brings all to the disk and publishes it.
     *
     * @param markers rules that the user gave, in the form of the flag
     * @return what was written
     */
    public Manifest commit(List<String> markers) {
        flushAll();
        pool.finish();
        Manifest manifest = manifest(markers);
        try {
            Files.writeString(
                    directory.work().resolve(DatasetLayout.VIEWS), VIEWS_HEAD + DatasetViews.script(manifest));
            manifest.write(directory.work());
        } catch (IOException e) {
            throw new OutputException(directory.work().toString(), e);
        }
        directory.publish();
        return manifest;
    }

    private synchronized Manifest manifest(List<String> markers) {
        for (PartSink sink : sinks) {
            tables.get(sink.schema.name()).rows += sink.rows;
        }
        List<Manifest.Table> entries = new ArrayList<>();
        List<Manifest.Table> events = new ArrayList<>();
        for (TableEntry entry : tables.values()) {
            List<Manifest.ColumnEntry> columns = new ArrayList<>();
            entry.schema.columns().forEach(c -> columns.add(Manifest.ColumnEntry.of(c)));
            Manifest.Table table =
                    new Manifest.Table(entry.schema.name(), entry.schema.doc(), entry.rows, entry.uniform, columns);
            (table.isEvents() ? events : entries).add(table);
        }
        events.sort(Comparator.comparing(Manifest.Table::name));
        entries.addAll(events);
        traces.sort(Comparator.comparingInt(Manifest.Trace::number));
        List<String> names = new ArrayList<>(runs);
        names.sort(Comparator.comparing((String run) -> !run.equals(DatasetLayout.RECORDED))
                .thenComparing(Comparator.naturalOrder()));
        return new Manifest(Manifest.FORMAT, Manifest.VERSION_CURRENT, toolVersion(), traces, names, markers, entries);
    }

    private static String toolVersion() {
        String version = DatasetWriter.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void close() {
        pool.close();
        directory.close();
    }
}
