package dev.hindsight.sampletraces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.sampletraces.SampleTraces.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleTracesTest {

    @Test
    void every_recording_is_the_one_that_was_recorded() throws IOException {
        assertThat(SampleTraces.all()).hasSizeGreaterThanOrEqualTo(8);
        for (Sample sample : SampleTraces.all()) {
            SampleTraces.verify(sample);
        }
    }

    @Test
    void no_recording_is_without_a_checksum() throws IOException {
        TreeSet<String> committed = new TreeSet<>();
        try (Stream<Path> files = Files.list(SampleTraces.recordings())) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".dat") || name.endsWith(".zst"))
                    .forEach(committed::add);
        }
        TreeSet<String> listed = new TreeSet<>();
        SampleTraces.all()
                .forEach(sample -> listed.add(sample.file().getFileName().toString()));
        assertThat(listed).isEqualTo(committed);
    }

    @Test
    void every_sample_opens_as_a_trace_dat() throws IOException {
        byte[] magic = {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'};
        for (Sample sample : SampleTraces.all()) {
            try (InputStream in = Files.newInputStream(SampleTraces.trace(sample.name()))) {
                assertThat(in.readNBytes(magic.length)).as(sample.name()).isEqualTo(magic);
            }
        }
    }

    @Test
    void a_packed_sample_is_unpacked_once() {
        Path first = SampleTraces.trace("v6-lost");
        assertThat(SampleTraces.named("v6-lost").packed()).isTrue();
        assertThat(SampleTraces.trace("v6-lost")).isEqualTo(first);
    }

    @Test
    void a_changed_file_is_refused_with_both_hashes(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("changed.dat");
        Files.writeString(file, "abc");
        String other = "0".repeat(64);
        assertThatThrownBy(() -> SampleTraces.verify(new Sample("changed", file, other)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(other)
                .hasMessageContaining("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void an_unknown_name_is_answered_with_the_known_ones() {
        assertThatThrownBy(() -> SampleTraces.named("nosuch"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bonnie-pitspin-base");
    }
}
