package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets with several runs, and runs added to one. */
class DatasetRunsTest {

    @TempDir
    Path temp;

    private Path recorded;

    @BeforeEach
    void write() {
        recorded = temp.resolve("recorded");
        try (DatasetWriter writer = DatasetWriter.create(recorded)) {
            writer.tables(0, "recorded").open(HandMade.NUMBERS).accept(HandMade.numbers(0, 10));
            writer.addTrace(HandMade.trace(0));
            writer.commit(List.of("job=pio:0x510"));
        }
    }

    private static void add(Path to, Path from, String run, long first, long end) {
        try (DatasetWriter writer = DatasetWriter.extending(to, from)) {
            writer.tables(0, run).open(HandMade.NUMBERS).accept(HandMade.numbers(first, end));
            writer.commit(Manifest.read(from).markers());
        }
    }

    @Test
    void another_dataset_with_all_of_the_old_one_gets_more_runs() {
        Path to = temp.resolve("more");
        add(to, recorded, "fifo-80", 100, 103);
        add(to, to, "shield", 200, 202);
        try (Dataset dataset = Dataset.open(to)) {
            assertThat(dataset.manifest().runs()).containsExactly("recorded", "fifo-80", "shield");
            assertThat(dataset.manifest().traces()).hasSize(1);
            assertThat(dataset.manifest().markers()).containsExactly("job=pio:0x510");
            assertThat(HandMade.values(dataset, "SELECT run || ' ' || sum(n) FROM numbers GROUP BY run ORDER BY run"))
                    .containsExactly("fifo-80 303", "recorded 45", "shield 401");
            assertThat(dataset.manifest().tables())
                    .filteredOn(table -> table.name().equals("numbers"))
                    .extracting(Manifest.Table::rows)
                    .containsExactly(15L);
        }
        try (Dataset dataset = Dataset.open(recorded)) {
            assertThat(HandMade.values(dataset, "SELECT DISTINCT run FROM numbers"))
                    .containsExactly("recorded");
        }
    }

    @Test
    void a_linked_dataset_outlives_the_one_that_it_was_made_of() throws IOException {
        Path to = temp.resolve("more");
        add(to, recorded, "fifo-80", 100, 103);
        PublishedDirectory.delete(recorded);
        assertThat(Files.exists(recorded)).isFalse();
        try (Dataset dataset = Dataset.open(to)) {
            assertThat(HandMade.values(dataset, "SELECT count(*) FROM numbers")).containsExactly(13L);
        }
    }

    @Test
    void a_run_that_is_there_is_not_written_again() {
        try (DatasetWriter writer = DatasetWriter.extending(temp.resolve("more"), recorded)) {
            assertThatThrownBy(() -> writer.tables(0, "recorded"))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("run 'recorded' of trace 0 is in the dataset already");
            writer.tables(1, "recorded");
        }
        assertThat(temp.resolve("more")).doesNotExist();
    }

    @Test
    void what_is_no_dataset_cannot_be_extended() {
        assertThatThrownBy(() -> DatasetWriter.extending(temp.resolve("more"), temp.resolve("nothing")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("expected a dataset");
    }

    @Test
    void a_dataset_shows_the_runs_that_it_is_told_to() {
        add(recorded, recorded, "fifo-80", 100, 103);
        try (Dataset dataset = Dataset.open(recorded).showOnly(List.of("fifo-80"))) {
            assertThat(HandMade.values(dataset, "SELECT n FROM numbers ORDER BY n"))
                    .containsExactly(100L, 101L, 102L);
            assertThat(HandMade.values(dataset, "SELECT tid FROM thread")).isEmpty();
        }
        try (Dataset dataset = Dataset.open(recorded)) {
            assertThatThrownBy(() -> dataset.showOnly(List.of("other")))
                    .isInstanceOf(AbsentRunException.class)
                    .hasMessageContaining("no run 'other'; it has recorded, fifo-80");
        }
    }
}
