package dev.hindsight.queries.dataset;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a dataset holds: {@code DIR/manifest.json}. Written last, so that a directory which has one is whole.
 *
 * @param format always {@value #FORMAT}
 * @param version of the dataset's format; see {@link #VERSION_CURRENT}
 * @param tool version of Hindsight that wrote it
 * @param traces what was ingested, in order of number
 * @param runs names of the runs, {@code recorded} first
 * @param markers rules that the user gave, in the form of the flag
 * @param tables in order of documents: timeline tables first, then events by name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
        String format,
        int version,
        String tool,
        List<Trace> traces,
        List<String> runs,
        List<String> markers,
        List<Table> tables) {

    public static final String FORMAT = "hindsight-dataset";

    public static final int VERSION_START = 1;
    public static final int VERSION_CURRENT = 1;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .addMixIn(RecordingInfo.class, InfoInManifest.class)
            .build();

    /** Names of the kernel's functions are for who reads the recording; they are not kept. */
    @JsonIgnoreProperties("kernelNames")
    private abstract static class InfoInManifest {}

    /**
     * A recording that was ingested.
     *
     * @param number of the trace in the dataset, from 0
     * @param info what the recording says of itself
     * @param bytes of the file
     * @param sha256 of the file, lower-case hex
     * @param firstNs time of the first event, null where there is none
     * @param lastNs time of the last event, null where there is none
     * @param events read
     * @param lostEvents lost as far as the trace tells how many
     * @param lossesUncounted losses of which it does not tell how many
     * @param damaged whether events were lost to damage of the file
     * @param eventTypes kinds of events in it
     * @param warnings of the reader
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Trace(
            int number,
            RecordingInfo info,
            long bytes,
            String sha256,
            Long firstNs,
            Long lastNs,
            long events,
            long lostEvents,
            long lossesUncounted,
            boolean damaged,
            List<EventCount> eventTypes,
            List<Warning> warnings) {

        public Trace {
            eventTypes = List.copyOf(eventTypes);
            warnings = List.copyOf(warnings);
        }

        /** As this, with further warnings behind the reader's. */
        Trace withWarnings(List<Warning> further) {
            List<Warning> all = new ArrayList<>(warnings);
            all.addAll(further);
            return new Trace(
                    number,
                    info,
                    bytes,
                    sha256,
                    firstNs,
                    lastNs,
                    events,
                    lostEvents,
                    lossesUncounted,
                    damaged,
                    eventTypes,
                    all);
        }
    }

    /**
     * A kind of event in a trace.
     *
     * @param table that holds it, where raw events were kept
     * @param format its fields and how they are printed, null where the recording does not tell
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record EventCount(String system, String name, String table, EventFormat format, long count) {}

    /**
     * A table of the dataset.
     *
     * @param rows over all traces and runs
     * @param uniform whether all parts have the same columns; events may differ from kernel to kernel
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Table(String name, String doc, long rows, boolean uniform, List<ColumnEntry> columns) {

        public Table {
            columns = List.copyOf(columns);
        }

        /** Whether its rows are raw events. */
        @com.fasterxml.jackson.annotation.JsonIgnore
        public boolean isEvents() {
            return name.startsWith("ev_");
        }
    }

    /** A column of a table, without {@code trace} and {@code run}, which every table has. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ColumnEntry(String name, ColumnType type, boolean nullable, String doc) {

        static ColumnEntry of(Column column) {
            return new ColumnEntry(column.name(), column.type(), column.nullable(), column.doc());
        }

        Column column() {
            return new Column(name, type, nullable, doc);
        }
    }

    public Manifest {
        traces = List.copyOf(traces);
        runs = List.copyOf(runs);
        markers = List.copyOf(markers);
        tables = List.copyOf(tables);
    }

    /** Whether raw events were kept. */
    @com.fasterxml.jackson.annotation.JsonIgnore
    public boolean hasRawEvents() {
        for (Table table : tables) {
            if (table.isEvents()) {
                return true;
            }
        }
        return false;
    }

    void write(Path dataset) throws IOException {
        Files.write(dataset.resolve(DatasetLayout.MANIFEST), JSON.writeValueAsBytes(this));
    }

    /** Whether a directory has the manifest of a dataset, of whatever version. */
    static boolean isDataset(Path directory) {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(directory.resolve(DatasetLayout.MANIFEST)));
            return json != null && FORMAT.equals(json.path("format").asText());
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads and checks the manifest of a dataset. */
    static Manifest read(Path dataset) {
        Path file = dataset.resolve(DatasetLayout.MANIFEST);
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            String format = json.path("format").asText();
            if (!format.equals(FORMAT)) {
                throw new DatasetException(
                        file + ": expected format \"" + FORMAT + "\", found \"" + format + "\"; this is no dataset");
            }
            int version = json.path("version").asInt();
            if (version < VERSION_START || version > VERSION_CURRENT) {
                throw new DatasetException(file + ": expected dataset version "
                        + (VERSION_START == VERSION_CURRENT ? "" : VERSION_START + " to ") + VERSION_CURRENT
                        + ", found "
                        + version + "; ingest the trace again with this version of Hindsight");
            }
            Manifest manifest = JSON.treeToValue(json, Manifest.class);
            manifest.check(file);
            return manifest;
        } catch (NoSuchFileException e) {
            throw new DatasetException(
                    dataset + ": expected a dataset (with " + DatasetLayout.MANIFEST
                            + "), found none; if recordings are in"
                            + " it, name one of them, or make a dataset: 'hindsight ingest TRACE ... -o DIR'",
                    e);
        } catch (JacksonException | RuntimeJsonFault e) {
            throw new DatasetException(file + ": expected a manifest, found damage: " + firstLine(e), e);
        } catch (IOException e) {
            throw new DatasetException(file + ": cannot be read: " + e, e);
        }
    }

    /** Values that JSON allows and a manifest does not. */
    private static final class RuntimeJsonFault extends RuntimeException {
        RuntimeJsonFault(String message) {
            super(message);
        }
    }

    private void check(Path file) {
        for (Table table : tables) {
            if (table.name() == null || !table.name().matches("[A-Za-z0-9_]+")) {
                throw new RuntimeJsonFault("table name '" + table.name() + "'");
            }
            for (ColumnEntry column : table.columns()) {
                if (column.name() == null || column.type() == null || column.doc() == null) {
                    throw new RuntimeJsonFault("table " + table.name() + " has the column " + column);
                }
            }
        }
        for (Trace trace : traces) {
            if (trace.info() == null) {
                throw new RuntimeJsonFault("trace " + trace.number() + " says nothing of its recording");
            }
        }
    }

    private static String firstLine(Exception e) {
        String text = e instanceof JacksonException j ? j.getOriginalMessage() : e.getMessage();
        return text == null ? e.toString() : text.lines().findFirst().orElse(e.toString());
    }
}
