package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetPublicationTest {

    @TempDir
    Path temp;

    private Path directory() {
        return temp.resolve("dataset");
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(temp)) {
            return entries.map(e -> e.getFileName().toString()).sorted().toList();
        }
    }

    /** Rows of the dataset, all of which must be of one generation. */
    private long generation() {
        try (Dataset dataset = Dataset.open(directory())) {
            long rows = (Long)
                    HandMade.values(dataset, "SELECT count(*) FROM numbers").get(0);
            assertThat(HandMade.values(dataset, "SELECT count(DISTINCT n) FROM numbers WHERE n < " + rows))
                    .containsExactly(rows);
            assertThat(dataset.manifest().tables())
                    .filteredOn(t -> t.name().equals("numbers"))
                    .extracting(Manifest.Table::rows)
                    .containsExactly(rows);
            return rows;
        }
    }

    @Test
    void a_writer_killed_at_any_time_leaves_a_whole_dataset() throws Exception {
        long seed = 20261122;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long last = 0;
        for (int kill = 0; kill < 6; kill++) {
            last = killOnce(last + 1, random.nextInt(120), last);
        }
        KilledWriter.write(directory(), 7);
        assertThat(entries()).contains("dataset");
        for (String left : entries()) {
            // A directory whose writer was killed before it locked it looks like one just made: it is left for 10 s.
            assertThat(left.equals("dataset") || isEmpty(temp.resolve(left)))
                    .as(left)
                    .isTrue();
        }
        assertThat(generation()).isEqualTo(7);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** Lets a writer finish one generation, then kills it some time later; tells the generation that is there. */
    private long killOnce(long first, int millis, long before) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        directory().toString(),
                        Long.toString(first))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = writer.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo(Long.toString(first));
            // The kill is meant to come at any point of the next generations.
            assertThat(writer.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
            // Not by Process, which would close what it still has to tell.
            writer.toHandle().destroyForcibly();
            long told = first;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                told = Long.parseLong(line);
            }
            writer.waitFor();
            long found = generation();
            assertThat(found).isBetween(told, told + 1).isGreaterThan(before);
            return found;
        } finally {
            writer.destroyForcibly();
        }
    }

    @Test
    void a_kill_between_the_two_renames_is_mended_by_whoever_opens_the_dataset_next() throws IOException {
        KilledWriter.write(directory(), 3);
        Files.move(directory(), temp.resolve(".dataset.old-0123456789abcdef"));
        Path half = Files.createDirectories(temp.resolve(".dataset.tmp-0123456789abcdef/numbers"));
        Files.writeString(half.resolve("part-00000.parquet"), "half");
        assertThat(Dataset.isDataset(directory())).isTrue();
        assertThat(generation()).isEqualTo(3);
    }

    @Test
    void a_half_deleted_old_dataset_is_not_taken_for_one() throws IOException {
        KilledWriter.write(directory(), 3);
        Path old = temp.resolve(".dataset.old-0123456789abcdef");
        Files.move(directory(), old);
        Files.delete(old.resolve("manifest.json"));
        assertThatThrownBy(() -> Dataset.open(directory()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("hindsight ingest");
    }

    @Test
    void what_killed_writers_left_is_swept_by_the_next_but_not_what_another_is_writing() throws IOException {
        Path stale = Files.createDirectories(temp.resolve(".dataset.tmp-0123456789abcdef"));
        Files.writeString(stale.resolve(".lock"), "");
        Path old = Files.createDirectories(temp.resolve(".dataset.old-0123456789abcdef"));
        try (DatasetWriter other = DatasetWriter.create(directory())) {
            KilledWriter.write(directory(), 2);
            KilledWriter.write(directory(), 3);
            assertThat(stale).doesNotExist();
            assertThat(old).doesNotExist();
            other.addTrace(HandMade.trace(0));
            other.commit(List.of());
        }
        assertThat(entries()).containsExactly("dataset");
    }

    @Test
    void a_writer_that_is_closed_without_commit_leaves_what_was_there() throws IOException {
        KilledWriter.write(directory(), 3);
        try (DatasetWriter writer = DatasetWriter.create(directory())) {
            writer.tables(0, "recorded").open(HandMade.NUMBERS).accept(HandMade.numbers(0, 5));
        }
        assertThat(generation()).isEqualTo(3);
        assertThat(entries()).containsExactly("dataset");
    }

    @Test
    void a_directory_of_something_else_is_never_replaced() throws IOException {
        Path precious = Files.createDirectories(directory()).resolve("manifest.json");
        Files.writeString(precious, "{\"name\": \"a web page\"}");
        assertThatThrownBy(() -> DatasetWriter.create(directory()))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("a directory of something else");
        assertThat(precious).hasContent("{\"name\": \"a web page\"}");
        assertThatThrownBy(() -> DatasetWriter.create(precious)).hasMessageContaining("found a file");
        assertThat(entries()).containsExactly("dataset");
    }

    @Test
    void an_empty_directory_and_a_link_to_a_dataset_may_be_written_to() throws IOException {
        Files.createDirectories(directory());
        KilledWriter.write(directory(), 1);
        Path link = Files.createSymbolicLink(temp.resolve("link"), directory());
        KilledWriter.write(link, 2);
        assertThat(link).isSymbolicLink();
        assertThat(generation()).isEqualTo(2);
    }

    @Test
    void a_manifest_of_another_version_is_refused_by_number() throws IOException {
        KilledWriter.write(directory(), 1);
        Path manifest = directory().resolve("manifest.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("\"version\" : 1,", "\"version\" : 99,"));
        assertThatThrownBy(() -> Dataset.open(directory()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("expected dataset version 1, found 99; ingest the trace again");
    }

    @Test
    void a_damaged_manifest_is_refused_in_one_line() throws IOException {
        KilledWriter.write(directory(), 1);
        Path manifest = directory().resolve("manifest.json");
        String text = Files.readString(manifest);
        for (String damaged : List.of(
                "",
                "[]",
                text.substring(0, text.length() / 2),
                text.replace("INT64", "INT65"),
                text.replace("\"numbers\"", "\"../numbers\""),
                text.replace("\"info\"", "\"inform\""),
                text.replace("\"tables\"", "\"tablets\""),
                text.replace("\"rows\" : 1,", "\"rows\" : \"many\","))) {
            Files.writeString(manifest, damaged);
            assertThatThrownBy(() -> Dataset.open(directory()))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("manifest.json")
                    .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        }
    }

    @Test
    void a_dataset_that_lacks_the_files_of_a_table_is_refused() throws IOException {
        KilledWriter.write(directory(), 1);
        PublishedDirectory.delete(directory().resolve("numbers"));
        assertThatThrownBy(() -> Dataset.open(directory()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("table numbers has 1 rows in the manifest and no files");
    }
}
