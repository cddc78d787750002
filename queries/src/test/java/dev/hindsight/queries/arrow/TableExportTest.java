package dev.hindsight.queries.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableExportTest {

    private static byte[] exported(String sample, String table) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Recording recording = Recordings.open(SampleTraces.trace(sample), ReadOptions.DEFAULT)) {
            TableExport.run(recording, table, List.of(), bytes);
        }
        return bytes.toByteArray();
    }

    /** What Arrow's own reader finds in a stream: a line a row, then the lines sorted. */
    private static List<String> rows(byte[] stream) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            List<FieldVector> vectors = reader.getVectorSchemaRoot().getFieldVectors();
            while (reader.loadNextBatch()) {
                for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
                    StringBuilder line = new StringBuilder();
                    for (FieldVector vector : vectors) {
                        line.append(vector.getName())
                                .append('=')
                                .append(value(vector, row, reader))
                                .append(' ');
                    }
                    lines.add(line.toString());
                }
            }
        }
        lines.sort(null);
        return lines;
    }

    private static String value(FieldVector vector, int row, ArrowStreamReader reader) throws IOException {
        Object value = vector.getObject(row);
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (value != null && encoding != null) {
            Dictionary dictionary = reader.getDictionaryVectors().get(encoding.getId());
            value = dictionary.getVector().getObject(((Number) value).intValue());
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (vector instanceof org.apache.arrow.vector.UInt8Vector && value instanceof Long bits) {
            return Long.toUnsignedString(bits);
        } else if (vector instanceof org.apache.arrow.vector.UInt4Vector && value instanceof Integer bits) {
            return Integer.toUnsignedString(bits);
        } else if (vector instanceof org.apache.arrow.vector.UInt1Vector && value instanceof Byte bits) {
            return Integer.toString(bits & 0xFF);
        } else if (vector instanceof org.apache.arrow.vector.UInt2Vector && value instanceof Character bits) {
            return Integer.toString(bits);
        }
        return String.valueOf(value);
    }

    private static List<String> rows(Dataset dataset, String table) {
        List<String> lines = new ArrayList<>();
        try (QueryResult result = dataset.query("SELECT * EXCLUDE (trace, run) FROM " + table)) {
            while (result.next()) {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < result.columns().size(); i++) {
                    Object value = result.value(i);
                    line.append(result.columns().get(i).name())
                            .append('=')
                            .append(
                                    value instanceof byte[] bytes
                                            ? HexFormat.of().formatHex(bytes)
                                            : value)
                            .append(' ');
                }
                lines.add(line.toString());
            }
        }
        lines.sort(null);
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bonnie-pitspin-base", "ppc32be-e500-load-other", "v7-buffers"})
    void every_table_holds_what_the_dataset_holds(String sample) throws IOException {
        try (Dataset dataset =
                Dataset.ofTraces(List.of(SampleTraces.trace(sample)), IngestOptions.DEFAULT, SqlAccess.CONFINED)) {
            int compared = 0;
            for (var table : dataset.manifest().tables()) {
                if (!List.of("trace", "warning", "event_type", "symbol").contains(table.name())) {
                    List<String> stream = rows(exported(sample, table.name()));
                    List<String> expected = rows(dataset, table.name());
                    assertThat(stream.size()).as(table.name()).isEqualTo(expected.size());
                    for (int row = 0; row < stream.size(); row++) {
                        assertThat(stream.get(row)).as(table.name()).isEqualTo(expected.get(row));
                    }
                    compared++;
                }
            }
            assertThat(compared).isGreaterThan(14);
        }
    }

    @Test
    void a_table_that_is_not_there_is_refused_with_those_that_are_and_nothing_is_written() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Recording recording = Recordings.open(SampleTraces.trace("v7-buffers"), ReadOptions.DEFAULT)) {
            assertThatThrownBy(() -> TableExport.run(recording, "ev_no_such", List.of(), bytes))
                    .isInstanceOf(NoSuchTableException.class)
                    .hasMessageContainingAll("ev_no_such", "ev_sched_sched_switch", "vcpu_span");
        }
        assertThat(bytes.size()).isZero();
    }

    @Test
    void a_failure_leaves_a_stream_without_an_end() throws IOException {
        byte[] whole = exported("bonnie-pitspin-base", "thread_span");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                if (bytes.size() + length > whole.length / 2) {
                    throw new IOException("no space left");
                }
                bytes.write(from, offset, length);
            }
        };
        try (Recording recording = Recordings.open(SampleTraces.trace("bonnie-pitspin-base"), ReadOptions.DEFAULT)) {
            assertThatThrownBy(() -> TableExport.run(recording, "thread_span", List.of(), full))
                    .hasStackTraceContaining("no space left");
        }
        assertThat(whole).startsWith(bytes.toByteArray());
    }
}
