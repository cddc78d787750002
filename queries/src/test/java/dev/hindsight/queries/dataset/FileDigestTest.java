package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.fault.UnreadableTraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDigestTest {

    // printf a | sha256sum
    private static final String A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    @TempDir
    Path directory;

    @Test
    void the_digest_of_a_directory_is_that_of_the_list_that_sha256sum_prints_of_its_files_by_name() throws IOException {
        Files.writeString(directory.resolve("metadata"), "a");
        Files.createDirectory(directory.resolve("index"));
        Files.writeString(directory.resolve("index").resolve("b"), "a");
        Path list = directory.resolveSibling(directory.getFileName() + ".list");
        Files.writeString(list, A + "  index/b\n" + A + "  metadata\n");
        try {
            FileDigest digest = FileDigest.of(directory);
            assertThat(digest.bytes()).isEqualTo(2);
            assertThat(digest.sha256()).isEqualTo(FileDigest.of(list).sha256());
        } finally {
            Files.delete(list);
        }
    }

    @Test
    void names_and_contents_both_count() throws IOException {
        Files.writeString(directory.resolve("one"), "a");
        String before = FileDigest.of(directory).sha256();
        Files.move(directory.resolve("one"), directory.resolve("two"));
        String renamed = FileDigest.of(directory).sha256();
        Files.writeString(directory.resolve("two"), "b");
        assertThat(before)
                .isNotEqualTo(renamed)
                .isNotEqualTo(FileDigest.of(directory).sha256());
        assertThat(renamed).isNotEqualTo(FileDigest.of(directory).sha256());
    }

    @Test
    void a_file_has_the_digest_that_everybody_knows() throws IOException {
        Path file = directory.resolve("one");
        Files.writeString(file, "a");
        assertThat(FileDigest.of(file)).isEqualTo(new FileDigest(1, A));
        assertThatThrownBy(() -> FileDigest.of(directory.resolve("none"))).isInstanceOf(UnreadableTraceException.class);
    }
}
