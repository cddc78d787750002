package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.sampletraces.SampleTraces;
import dev.hindsight.sampletraces.synthetic.KvmPerfWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChosenTablesTest {

    @TempDir
    Path scratch;

    private static void assertAsAll(Path file) throws IOException {
        ReadEvents all;
        List<Warning> told;
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            all = ReadEvents.of(recording);
            told = recording.warnings().all();
        }
        for (String table : ChosenRows.tables(all)) {
            ChosenRows.assertAsAll(Recordings::open, file, ReadOptions.DEFAULT, all, told, table);
        }
        ChosenRows.assertAsAll(Recordings::open, file, ReadOptions.DEFAULT, all, told, "ev_no_such");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "perf-data/kvm-zstd.data",
                "ctf/lttng-host",
                "ctf/lttng-host-lossy",
                "ctf/kvmstat",
                "v7-buffers.dat"
            })
    void each_table_alone_has_the_rows_and_the_warnings_of_all_together(String sample) throws IOException {
        assertAsAll(SampleTraces.recordings().resolve(sample));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "perf-data/kvm-callchain.data.zst",
                "perf-data/kvm-pipe.data.zst",
                "perf-data/kvm-zstd.script.txt.zst",
                "ftrace-text/x86-pair.trace.txt.zst",
                "ftrace-text/x86-pair.report.txt.zst",
                "ftrace-text/x86-pair.latency.txt.zst",
                "ftrace-text/ppc64be-pr-load-other.trace.txt.zst"
            })
    void each_table_of_a_packed_sample_alone_has_them_too(String sample) throws IOException {
        Path unpacked = scratch.resolve("unpacked");
        try (var in = new com.github.luben.zstd.ZstdInputStream(
                Files.newInputStream(SampleTraces.recordings().resolve(sample)))) {
            Files.copy(in, unpacked);
        }
        assertAsAll(unpacked);
    }

    @Test
    void blocks_that_fill_have_the_same_rows() throws Exception {
        Path file = scratch.resolve("many.data");
        KvmPerfWorkload.main(new String[] {"file", "700000", file.toString()});
        assertAsAll(file);
    }
}
