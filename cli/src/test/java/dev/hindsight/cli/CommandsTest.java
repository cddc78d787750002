package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.analyses.Figures;
import dev.hindsight.queries.sql.NamedQuery;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temp;

    private static String sample(String name) {
        return SampleTraces.trace(name).toString();
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JSON.readTree(run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bonnie-pitspin-base", "v6-lost", "v7-buffers", "arm64-load-other", "ppc32be-e500-load-other"})
    void info_counts_what_trace_cmd_counts(String name) throws IOException {
        JsonNode info = json(CommandRun.of("info", sample(name), "--format", "json"));
        JsonNode expected = JSON.readTree(Files.readAllBytes(SampleTraces.expected(name)));
        assertThat(info.path("events").asLong())
                .isEqualTo(expected.path("events").asLong());
        assertThat(info.path("first_ns").asLong())
                .isEqualTo(expected.path("first_ns").asLong());
        assertThat(info.path("last_ns").asLong())
                .isEqualTo(expected.path("last_ns").asLong());
        expected.path("by_event")
                .fields()
                .forEachRemaining(
                        e -> assertThat(info.path("by_event").path(e.getKey()).asLong())
                                .as(e.getKey())
                                .isEqualTo(e.getValue().path("total").asLong()));
        assertThat(info.path("by_event").size())
                .isEqualTo(expected.path("by_event").size());
    }

    @Test
    void a_recording_that_is_a_directory_stands_wherever_a_dataset_does() throws IOException {
        String ctf = SampleTraces.recordings().resolve("ctf/kvmstat").toString();
        assertThat(json(CommandRun.of("analyze", ctf, "--format", "json"))
                        .path("exits")
                        .size())
                .isPositive();
        assertThat(CommandRun.of("query", ctf, "SELECT count(*) AS n FROM vm_exit", "--format", "csv")
                        .out())
                .startsWith("n");
        assertThat(CommandRun.of("analyze", temp.toString()).err()).contains("expected a dataset");
    }

    @Test
    void a_marker_that_the_recording_never_shows_is_told_with_where_to_look() throws IOException {
        JsonNode report = json(CommandRun.of(
                "analyze",
                sample("bonnie-pitspin-base"),
                "--marker",
                "wrong=pio:0x999",
                "--marker",
                "job=pio:0x510",
                "--format",
                "json"));
        List<String> unseen = new ArrayList<>();
        for (JsonNode warning : report.path("warnings")) {
            if (warning.path("code").asText().equals("marker-unseen")) {
                unseen.add(warning.path("message").asText());
            }
        }
        assertThat(unseen).hasSize(1);
        assertThat(unseen.get(0))
                .startsWith("marker wrong=pio:0x999 was never seen")
                .contains("ev_kvm_kvm_pio");
    }

    @Test
    void sql_without_quotes_a_dataset_for_a_recording_and_a_missing_folder_are_told_with_what_to_do() {
        String dataset = temp.resolve("run").toString();
        assertThat(CommandRun.of("ingest", sample("v6-lost"), "-o", dataset).exitCode())
                .isZero();
        CommandRun unquoted = CommandRun.of("query", dataset, "SELECT", "1");
        assertThat(unquoted.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unquoted.err()).contains("put it in quotes");
        for (String command : List.of("info", "ingest")) {
            CommandRun again = command.equals("info")
                    ? CommandRun.of(command, dataset)
                    : CommandRun.of(command, dataset, "-o", dataset + "2");
            assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(again.err()).contains("is a dataset already", "hindsight analyze");
        }
        assertThat(CommandRun.of("query", dataset, "SELECT * FROM read_csv('/etc/hostname')")
                        .err())
                .contains("--unsafe");
        assertThat(CommandRun.of("info", dataset, "--profile", temp + "/no/run.json")
                        .err())
                .contains("there is no directory", "make it first");
    }

    @Test
    void a_folder_of_recordings_a_run_that_is_not_there_and_a_misspelt_query_are_told_with_what_to_do()
            throws IOException {
        Files.copy(SampleTraces.trace("v7-zlib"), temp.resolve("a.dat"));
        Files.writeString(temp.resolve("notes.txt"), "of Monday");
        CommandRun folder = CommandRun.of("analyze", temp.toString());
        assertThat(folder.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(folder.err()).contains(temp.toString(), "name one of them", "hindsight ingest");
        CommandRun into = CommandRun.of("ingest", sample("v7-zlib"), "-o", temp.resolve("a.dat") + "/run");
        assertThat(into.exitCode()).isEqualTo(ExitCode.UNWRITABLE);
        assertThat(into.err())
                .contains("cannot be written", "name another place")
                .doesNotContain("Exception");
        CommandRun onto = CommandRun.of(
                "ingest", sample("v7-zlib"), "-o", temp.resolve("a.dat").toString());
        assertThat(onto.exitCode()).isEqualTo(ExitCode.UNWRITABLE);
        assertThat(onto.err()).contains("expected a dataset or nothing, found a file");
        CommandRun run = CommandRun.of("analyze", sample("v7-zlib"), "--run", "what-if");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isEqualTo("hindsight: the dataset has no run 'what-if'; it has recorded\n");
        CommandRun query = CommandRun.of("query", sample("v7-zlib"), "--named", "irq_latancy");
        assertThat(query.exitCode()).isEqualTo(ExitCode.SQL);
        assertThat(query.err()).contains("did you mean 'irq_latency'?");
    }

    @Test
    void a_reader_of_our_output_that_has_had_enough_is_no_failure() {
        assertThatThrownBy(() -> WholeFile.stream("-", to -> {
                    throw new IOException("Broken pipe");
                }))
                .isInstanceOfSatisfying(ReaderLeft.class, left -> {
                    StringWriter err = new StringWriter();
                    CommandLine line = Hindsight.commandLine().setErr(new PrintWriter(err, true));
                    assertThat(new ErrorLine().handleExecutionException(left, line, line.parseArgs()))
                            .isEqualTo(ExitCode.SUCCESS);
                    assertThat(err.toString()).isEmpty();
                });
        assertThatThrownBy(() -> WholeFile.stream("-", to -> {
                    throw new IOException("No space left on device");
                }))
                .hasMessage("-: cannot be written: No space left on device");
    }

    /** Through links, so that a failure takes no device away. */
    @Test
    void a_device_is_written_to_and_a_link_stays_one() throws IOException {
        Path zero = Path.of("/dev/zero");
        assumeTrue(Files.exists(zero) && !Files.isRegularFile(zero), "a system with /dev/zero");
        Path device = Files.createSymbolicLink(temp.resolve("device"), zero);
        Path file = Files.writeString(temp.resolve("file"), "old");
        Path link = Files.createSymbolicLink(temp.resolve("link"), file);
        for (Path to : List.of(device, link)) {
            CommandRun run = CommandRun.of("export", sample("v7-zlib"), "vm", "--to", "csv", "-o", to.toString());
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(to).isSymbolicLink();
            CommandRun report = CommandRun.of("report", sample("v7-zlib"), "-o", to.toString());
            assertThat(report.exitCode()).as(report.err()).isZero();
            assertThat(to).isSymbolicLink();
        }
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>");
        try (var left = Files.list(temp)) {
            assertThat(left).containsExactlyInAnyOrder(device, file, link);
        }
    }

    @Test
    void info_names_machine_and_format() throws IOException {
        JsonNode info = json(CommandRun.of("info", sample("ppc32be-e500-load-other"), "--format", "json"));
        assertThat(info.path("format").asText()).isEqualTo("trace.dat");
        assertThat(info.path("version").asText()).isEqualTo("6");
        assertThat(info.path("endianness").asText()).isEqualTo("big");
        assertThat(info.path("cpus").asInt()).isPositive();
        assertThat(info.path("lost_events").asLong()).isZero();
        JsonNode arm = json(CommandRun.of("info", sample("arm64-load-other"), "--format", "json"));
        assertThat(arm.path("version").asText()).isEqualTo("7");
        assertThat(arm.path("endianness").asText()).isEqualTo("little");
        assertThat(arm.path("arch").asText()).isEqualTo("aarch64");
        assertThat(arm.path("kernel").asText()).isNotEmpty();
    }

    @Test
    void analyze_measures_a_guest_of_arm_to_its_entry_and_says_what_the_recording_hides() throws IOException {
        String[] marked = {"analyze", sample("arm64-load-other"), "--marker", "job=mmio:0x0a000000", "--format", "json"
        };
        JsonNode report = json(CommandRun.of(marked));
        JsonNode line = report.path("irq_latency").get(0);
        assertThat(line.path("source").asText()).isEqualTo("arch-timer");
        assertThat(line.path("response_end").asText()).isEqualTo("entered");
        assertThat(line.path("count").asLong()).isPositive();
        assertThat(report.path("hidden").findValuesAsText("moment")).containsExactly("due", "injected", "handled");
        assertThat(report.path("jobs").get(0).path("count").asLong()).isEqualTo(123);
        assertThat(CommandRun.of("analyze", marked[1], marked[2], marked[3]).out())
                .contains("or to the guest's entry (end) where its handler is hidden")
                .contains("What this recording hides");
    }

    @Test
    void analyze_reproduces_the_expected_response_and_jobs() throws IOException {
        String name = "bonnie-pitspin-prioall";
        JsonNode report = json(CommandRun.of(
                "analyze",
                sample(name),
                "--marker",
                "job=pio:0x510",
                "--slo",
                "1ms",
                "--worst",
                "3",
                "--format",
                "json"));
        JsonNode expected = JSON.readTree(Files.readAllBytes(SampleTraces.expected(name)));
        JsonNode line = report.path("irq_latency").get(0);
        JsonNode stage = expected.path("interrupt_response").path("stages").path("response");
        assertThat(line.path("irq").asLong())
                .isEqualTo(expected.path("interrupt_response").path("irq").asLong());
        assertThat(line.path("count").asLong()).isEqualTo(stage.path("count").asLong());
        assertThat(line.path("max_ns").asLong()).isEqualTo(stage.path("max_ns").asLong());
        for (String q : List.of("p50_ns", "p90_ns", "p99_ns", "p999_ns")) {
            assertThat(line.path(q).asDouble()).as(q).isCloseTo(stage.path(q).asDouble(), within(1.0));
        }
        JsonNode job = report.path("jobs").get(0);
        assertThat(job.path("marker").asText()).isEqualTo("job");
        assertThat(job.path("count").asLong())
                .isEqualTo(expected.path("jobs").path("count").asLong());
        assertThat(report.path("worst")).hasSize(3);
        for (String figure : List.of("exits", "sched_latency", "cpu_usage", "cpu_waste", "halt_poll", "warnings")) {
            assertThat(report.has(figure)).as(figure).isTrue();
        }
    }

    @Test
    void shares_of_blame_add_up_to_a_hundred_percent() throws IOException {
        JsonNode report = json(CommandRun.of("analyze", sample("compute-pithlt-base"), "--format", "json"));
        assertThat(report.path("worst")).isNotEmpty();
        for (JsonNode delivery : report.path("worst")) {
            double sum = 0;
            for (JsonNode held : delivery.path("blame")) {
                sum += held.path("share_pct").asDouble();
            }
            assertThat(sum).isCloseTo(100.0, within(0.01));
        }
    }

    @Test
    void a_dataset_answers_as_its_recording_does() throws IOException {
        String trace = sample("compute-exthlt-base");
        String dataset = temp.resolve("run1").toString();
        json(CommandRun.of("ingest", trace, "-o", dataset, "--marker", "job=pio:0x510", "--format", "json"));
        JsonNode ofDataset = json(CommandRun.of("analyze", dataset, "--format", "json"));
        JsonNode ofTrace = json(CommandRun.of("analyze", trace, "--marker", "job=pio:0x510", "--format", "json"));
        for (String figure : List.of("irq_latency", "jobs", "exits", "cpu_waste", "halt_poll")) {
            assertThat(ofDataset.path(figure)).as(figure).isEqualTo(ofTrace.path(figure));
        }
        JsonNode events = json(CommandRun.of(
                "query", dataset, "SELECT count(*) AS n FROM events WHERE name = 'kvm_exit'", "--format", "json"));
        JsonNode info = json(CommandRun.of("info", trace, "--format", "json"));
        assertThat(events.get(0).path("n").asLong())
                .isEqualTo(info.path("by_event").path("kvm_exit").asLong());
    }

    @Test
    void several_recordings_in_one_dataset_keep_apart() throws IOException {
        String dataset = temp.resolve("both").toString();
        json(CommandRun.of(
                "ingest",
                sample("compute-pithlt-base"),
                sample("bonnie-pitspin-shield"),
                "-o",
                dataset,
                "--no-raw",
                "--format",
                "json"));
        JsonNode report = json(CommandRun.of("analyze", dataset, "--format", "json"));
        assertThat(report.path("irq_latency").findValuesAsText("trace")).containsExactly("0", "1");
    }

    @Test
    void a_named_query_gives_csv_with_a_header() {
        CommandRun run = CommandRun.of("query", sample("compute-pithlt-base"), "--named", "exits", "--format", "csv");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("run,trace,vm,vcpu,isa,reason,kind,count,")
                .contains("\r\nrecorded,0,rtvmm,0,svm,");
    }

    @Test
    void named_queries_answer_of_any_recording_or_say_which_command_makes_what_they_need() {
        String dataset = temp.resolve("run").toString();
        assertThat(CommandRun.of("ingest", sample("v7-buffers"), "-o", dataset).exitCode())
                .isZero();
        List<String> refused = new ArrayList<>();
        for (NamedQuery query : Figures.QUERIES.all()) {
            CommandRun run = CommandRun.of("query", dataset, "--named", query.name(), "--format", "json");
            if (run.exitCode() != ExitCode.SUCCESS) {
                refused.add(query.name());
                assertThat(run.exitCode()).isEqualTo(ExitCode.SQL);
                assertThat(run.out()).isEmpty();
                assertThat(run.err().lines()).hasSize(1);
                assertThat(run.err()).contains("no replayed runs", "'hindsight replay TRACE", "-o DATASET'");
            }
        }
        assertThat(refused).containsExactly("replayed_runs");
        for (String data : List.of(dataset, sample("v7-buffers"))) {
            CommandRun exported = CommandRun.of("export", data, "replayed_run", "--to", "csv", "-o", "-");
            assertThat(exported.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(exported.err()).contains("no replayed runs", "'hindsight replay TRACE");
        }
    }

    @Test
    void the_list_of_named_queries_tells_columns_and_units() {
        CommandRun run = CommandRun.of("query", "--list");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("irq_latency", "p99_ns", "--set slo_ns=BIGINT", "cpu_waste");
    }

    @Test
    void sql_may_not_read_other_files_unless_allowed() throws IOException {
        Path secret = Files.writeString(temp.resolve("secret.csv"), "a,b\n1,2\n");
        String dataset = temp.resolve("d").toString();
        json(CommandRun.of("ingest", sample("v7-buffers"), "-o", dataset, "--format", "json"));
        String sql = "SELECT * FROM read_csv('" + secret + "')";
        CommandRun refused = CommandRun.of("query", dataset, sql);
        assertThat(refused.exitCode()).isEqualTo(ExitCode.SQL);
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(CommandRun.of("query", dataset, sql, "--unsafe").exitCode()).isZero();
    }

    @Test
    void a_truncated_recording_is_read_up_to_the_damage_with_an_exit_code_of_its_own() throws IOException {
        byte[] whole = Files.readAllBytes(SampleTraces.trace("bonnie-pitspin-base"));
        Path cut = Files.write(temp.resolve("cut.dat"), Arrays.copyOf(whole, whole.length - 300_000));
        CommandRun lenient = CommandRun.of("info", cut.toString());
        assertThat(lenient.exitCode()).isEqualTo(ExitCode.PARTIAL);
        assertThat(lenient.err()).contains("damage");
        CommandRun strict = CommandRun.of("info", cut.toString(), "--strict");
        assertThat(strict.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        assertThat(strict.err().lines()).hasSize(1);
        assertThat(strict.err()).contains(cut.toString(), "expected", "found");
    }

    @Test
    void a_table_is_exported_whole_or_not_at_all() throws IOException {
        String trace = SampleTraces.trace("bonnie-pitspin-base").toString();
        Path file = temp.resolve("exits.arrows");
        CommandRun wrong = CommandRun.of("export", trace, "ev_kvm_nothing", "-o", file.toString());
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("ev_kvm_nothing", "ev_kvm_kvm_exit", "thread_span");
        CommandRun unwritable = CommandRun.of("export", trace, "vm", "-o", file + "/vm");
        assertThat(unwritable.exitCode()).isEqualTo(ExitCode.UNWRITABLE);
        assertThat(unwritable.err()).contains("cannot be written");
        byte[] whole = Files.readAllBytes(Path.of(trace));
        Arrays.fill(whole, 1_500_000, 1_500_100, (byte) 0);
        Path holed = Files.write(temp.resolve("holed.dat"), whole);
        CommandRun strict =
                CommandRun.of("export", holed.toString(), "ev_kvm_kvm_exit", "-o", file.toString(), "--strict");
        assertThat(strict.exitCode()).isEqualTo(ExitCode.UNREADABLE);
        try (var left = Files.list(temp)) {
            assertThat(left).containsExactly(holed);
        }
        CommandRun partial = CommandRun.of("export", holed.toString(), "ev_kvm_kvm_exit", "-o", file.toString());
        assertThat(partial.exitCode()).isEqualTo(ExitCode.PARTIAL);
        long bytes = Files.size(file);
        CommandRun all = CommandRun.of("export", trace, "ev_kvm_kvm_exit", "-o", file.toString());
        assertThat(all.exitCode()).isZero();
        assertThat(all.err()).containsPattern("[0-9]+ rows of ev_kvm_kvm_exit");
        assertThat(Files.size(file)).isGreaterThan(bytes);
    }

    @Test
    void other_formats_and_missing_files_are_refused_by_name() throws IOException {
        Path text = Files.writeString(temp.resolve("trace.txt"), "nothing of the kind\n");
        for (String path : List.of(text.toString(), temp.resolve("none.dat").toString(), temp.toString())) {
            for (String command : List.of("info", "analyze")) {
                CommandRun run = CommandRun.of(command, path);
                assertThat(run.exitCode()).as(command + " " + path).isEqualTo(ExitCode.UNREADABLE);
                assertThat(run.err().lines()).hasSize(1);
                assertThat(run.err()).startsWith("hindsight: " + path);
            }
        }
    }

    @Test
    void wrong_use_is_told_in_a_line_that_points_to_the_help() {
        for (List<String> args : List.of(
                List.of("analyse", "x"),
                List.of("analyze"),
                List.of("analyze", "x", "--slo", "soon"),
                List.of("analyze", "x", "--marker", "job"),
                List.of("analyze", "x", "--format", "xml"),
                List.of("query", "x"),
                List.of("record", "--print", "--arch", "sparc"),
                new ArrayList<String>())) {
            CommandRun run = CommandRun.of(args.toArray(new String[0]));
            assertThat(run.exitCode()).as(args + run.err()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).startsWith("hindsight: ").contains("--help");
        }
    }

    @Test
    void every_command_has_help_with_examples() {
        for (String command :
                List.of("analyze", "compare", "export", "info", "ingest", "query", "record", "replay", "validate")) {
            CommandRun run = CommandRun.of(command, "--help");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("Examples:", "hindsight " + command, "--debug");
        }
    }

    @Test
    void record_prints_a_trace_cmd_line_in_every_format() throws IOException {
        assertThat(CommandRun.of("record", "--print", "--arch", "x86").out())
                .startsWith("trace-cmd record -C mono ")
                .contains("-e irq_vectors");
        assertThat(json(CommandRun.of("record", "--print", "--arch", "arm64", "--format", "json"))
                        .path("command")
                        .get(0)
                        .asText())
                .isEqualTo("trace-cmd");
        assertThat(CommandRun.of("record", "--print", "--arch", "ppc64", "--format", "csv")
                        .out())
                .startsWith("event,buys\r\n");
    }
}
