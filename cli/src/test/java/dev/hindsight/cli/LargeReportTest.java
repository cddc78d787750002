package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report of a million interrupts opens as one of few does: its data is binned. */
@Tag("slow")
final class LargeReportTest {

    private static final int COPIES = 348;

    @TempDir
    Path temp;

    @Test
    void a_million_deliveries_open_in_under_three_seconds() throws IOException, SQLException {
        Path dataset = temp.resolve("dataset");
        CommandRun ingest = CommandRun.of(
                "ingest",
                SampleTraces.trace("bonnie-pitspin-base").toString(),
                "--marker",
                "job=pio:0x510",
                "-o",
                dataset.toString());
        assertThat(ingest.exitCode()).as(ingest.err()).isZero();
        long deliveries = multiply(dataset.resolve("virq/trace=0/run=recorded/part-00000.parquet"));
        assertThat(deliveries).isGreaterThan(999_000);
        Path page = temp.resolve("large.html");
        long began = System.nanoTime();
        CommandRun report =
                CommandRun.of("report", dataset.toString(), "--slo", "1ms", "--worst", "10", "-o", page.toString());
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat(report.exitCode()).as(report.err()).isZero();
        assertThat(Files.size(page)).isLessThan(1_500_000);
        try (Chromium chromium = Chromium.start()) {
            chromium.window(1600, 900, false).open(page);
            long drawnMs = chromium.number("return Number(document.documentElement.dataset.drawn)");
            System.out.printf(
                    "%,d deliveries: report written in %.1f s, %,d bytes, opened and drawn in %d ms%n",
                    deliveries, seconds, Files.size(page), drawnMs);
            assertThat(drawnMs).isLessThan(3_000);
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    /** Each delivery again and again, a little later and a little longer each time. */
    private static long multiply(Path virq) throws SQLException, IOException {
        Path many = virq.resolveSibling("many");
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            statement.execute("""
                COPY (SELECT v.* REPLACE (asserted_ns + 97 * k AS asserted_ns, due_ns + 97 * k AS due_ns,
                                          runnable_ns + 97 * k AS runnable_ns, scheduled_ns + 101 * k AS scheduled_ns,
                                          injected_ns + 103 * k AS injected_ns, entered_ns + 107 * k AS entered_ns,
                                          handled_ns + 109 * k AS handled_ns)
                      FROM read_parquet('%s', hive_partitioning = false) AS v, range(%d) AS r(k))
                TO '%s' (FORMAT parquet)\
                """.formatted(virq, COPIES, many));
            Files.move(many, virq, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM read_parquet('" + virq + "')")) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
