package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void the_list_of_named_queries_tells_columns_and_units() {
        CommandRun run = CommandRun.of("query", "--list");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("irq_latency", "p99_ns", "--set slo_ns=BIGINT", "cpu_waste");
    }

    @Test
    void compare_sets_two_recordings_side_by_side_in_every_format() throws IOException {
        String[] args = {
            "compare",
            sample("bonnie-pitspin-base"),
            sample("bonnie-pitspin-shield"),
            "--marker",
            "job=pio:0x510",
            "--slo",
            "1ms",
            "--resamples",
            "200",
            "--format",
            "json"
        };
        CommandRun first = CommandRun.of(args);
        JsonNode report = json(first);
        for (String side : List.of("a", "b")) {
            String name = side.equals("a") ? "bonnie-pitspin-base" : "bonnie-pitspin-shield";
            JsonNode expected = JSON.readTree(Files.readAllBytes(SampleTraces.expected(name)));
            JsonNode stage = expected.path("interrupt_response").path("stages").path("response");
            JsonNode line = report.path("irq_latency").get(0).path(side);
            assertThat(line.path("count").asLong())
                    .isEqualTo(stage.path("count").asLong());
            assertThat(line.path("p90_ns").asDouble())
                    .isCloseTo(stage.path("p90_ns").asDouble(), within(1.0));
            assertThat(report.path("jobs").get(0).path(side).path("count").asLong())
                    .isEqualTo(expected.path("jobs").path("count").asLong());
        }
        JsonNode p90 = report.path("irq_latency").get(0).path("difference").path("p90_ns");
        assertThat(p90.path("high").asDouble()).isNegative();
        assertThat(p90.path("low").asDouble()).isLessThan(p90.path("value").asDouble());
        assertThat(report.path("host_speed").path("factor").asDouble()).isBetween(0.5, 2.0);
        assertThat(report.path("background")
                        .path("difference")
                        .path("per_s")
                        .path("high")
                        .asDouble())
                .isNegative();
        assertThat(report.path("cpu_waste").path("b").path("spin_pct").asDouble())
                .isGreaterThan(
                        report.path("cpu_waste").path("a").path("spin_pct").asDouble());
        assertThat(CommandRun.of(args).out()).as("again").isEqualTo(first.out());
        args[args.length - 1] = "table";
        assertThat(CommandRun.of(args).out())
                .contains(
                        "Interrupt response", "rtvmm vCPU 0 pit 0", "p90", "B - A", "CPU waste", "times as long in B");
        args[args.length - 1] = "csv";
        assertThat(CommandRun.of(args).out()).startsWith("section,of,measure,unit,a,b,difference,low,high\r\n");
    }

    @Test
    void compare_refuses_runs_that_are_not_there() {
        CommandRun run = CommandRun.of("compare", sample("v7-buffers"), sample("v7-buffers"), "--run-b", "shield");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("no run 'shield'", "recorded");
        assertThat(CommandRun.of("compare", "a.dat", "b.dat", "--resamples", "1")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void replay_predicts_policies_beside_the_recording_and_its_model() throws IOException {
        Path yaml = Files.writeString(
                temp.resolve("policies.yaml"),
                "name: prioall\nprio: {vcpu@rtvmm: fifo:80, kvm-pit: fifo:85}\n---\nname: shield\nshield: {1: vcpu@rtvmm}\n");
        Path out = temp.resolve("out");
        String[] args = {
            "replay",
            sample("bonnie-pitspin-base"),
            "--marker",
            "job=pio:0x510",
            "--slo",
            "1ms",
            "--prio",
            "vcpu@rtvmm=fifo:80",
            "-p",
            yaml.toString(),
            "-o",
            out.toString(),
            "--explain",
            "1",
            "--format",
            "json"
        };
        CommandRun first = CommandRun.of(args);
        JsonNode report = json(first);
        List<String> names = new ArrayList<>();
        for (JsonNode run : report.path("runs")) {
            names.add(run.path("policy").asText());
            for (String part : List.of("irq_latency", "jobs", "cpu_usage", "cpu_waste", "truncated", "floor")) {
                assertThat(run.has(part)).as(run.path("policy") + " " + part).isTrue();
            }
        }
        assertThat(names).containsExactly("recorded", "modelled", "what-if", "prioall", "shield");
        assertThat(report.path("runs").get(1).path("floor").asBoolean()).isTrue();
        JsonNode expected = JSON.readTree(Files.readAllBytes(SampleTraces.expected("bonnie-pitspin-base")));
        assertThat(p90(report, 0))
                .isCloseTo(
                        expected.path("interrupt_response")
                                .path("stages")
                                .path("response")
                                .path("p90_ns")
                                .asDouble(),
                        within(1.0));
        assertThat(p90(report, 3)).as("prioall against base").isLessThan(p90(report, 1) / 5);
        assertThat(report.path("runs").get(3).path("changes").size()).isPositive();
        assertThat(report.path("explain")).hasSize(3);
        assertThat(report.path("explain")
                        .get(1)
                        .path("replayed")
                        .path("response_ns")
                        .asLong())
                .isEqualTo(report.path("runs")
                        .get(3)
                        .path("irq_latency")
                        .get(0)
                        .path("max_ns")
                        .asLong());
        assertThat(json(CommandRun.of("query", out.toString(), "--named", "jobs", "--format", "json"))
                        .size())
                .as("a row a run")
                .isEqualTo(5);
        assertThat(json(CommandRun.of(
                                "compare", out.toString(), out.toString(), "--run-b", "prioall", "--format", "json"))
                        .path("irq_latency")
                        .get(0)
                        .path("b")
                        .path("p90_ns")
                        .asDouble())
                .isEqualTo(p90(report, 3));
        args[args.length - 1] = "csv";
        assertThat(CommandRun.of(args).out()).startsWith("policy,section,of,measure,unit,value\r\n");
        args[args.length - 1] = "table";
        assertThat(CommandRun.of(args).out())
                .contains("Interrupt response of rtvmm vCPU 0 pit 0", "What prioall changes", "CPU waste", "1. worst");
    }

    private static double p90(JsonNode report, int run) {
        return report.path("runs")
                .get(run)
                .path("irq_latency")
                .get(0)
                .path("p90_ns")
                .asDouble();
    }

    @Test
    void a_replay_of_a_dataset_is_that_of_its_recording_and_the_same_each_time() throws IOException {
        Path dataset = temp.resolve("d");
        json(CommandRun.of(
                "ingest",
                sample("compute-pithlt-base"),
                "--marker",
                "job=pio:0x510",
                "--no-raw",
                "-o",
                dataset.toString(),
                "--format",
                "json"));
        List<String> policy = List.of("--shield", "1=vcpu@rtvmm", "--format", "json");
        List<String> ofRecording =
                new ArrayList<>(List.of("replay", sample("compute-pithlt-base"), "--marker", "job=pio:0x510"));
        ofRecording.addAll(policy);
        List<String> ofDataset = new ArrayList<>(List.of("replay", dataset.toString()));
        ofDataset.addAll(policy);
        JsonNode runs = json(CommandRun.of(ofRecording.toArray(new String[0]))).path("runs");
        assertThat(json(CommandRun.of(ofRecording.toArray(new String[0]))).path("runs"))
                .isEqualTo(runs);
        assertThat(json(CommandRun.of(ofDataset.toArray(new String[0]))).path("runs"))
                .isEqualTo(runs);
        assertThat(CommandRun.of("replay", dataset.toString(), "-o", dataset.toString())
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void validate_holds_a_prediction_against_its_recording() throws IOException {
        String base = sample("bonnie-pitspin-base");
        JsonNode report = json(CommandRun.of(
                "validate",
                base,
                sample("bonnie-pitspin-prioall"),
                "--prio",
                "vcpu@rtvmm=fifo:80",
                "--prio",
                "kvm-pit=fifo:85",
                "--marker",
                "job=pio:0x510",
                "--format",
                "json"));
        JsonNode expected = JSON.readTree(Files.readAllBytes(SampleTraces.expected("bonnie-pitspin-prioall")));
        boolean found = false;
        for (JsonNode figure : report.path("figures")) {
            if (figure.path("section").asText().equals("irq_latency")
                    && figure.path("measure").asText().equals("p90_ns")) {
                found = true;
                assertThat(figure.path("measured").asDouble())
                        .isCloseTo(
                                expected.path("interrupt_response")
                                        .path("stages")
                                        .path("response")
                                        .path("p90_ns")
                                        .asDouble(),
                                within(1.0));
                assertThat(figure.path("error").asDouble())
                        .isCloseTo(
                                100
                                        * Math.abs(figure.path("predicted").asDouble()
                                                - figure.path("measured").asDouble())
                                        / figure.path("measured").asDouble(),
                                within(0.01));
            }
        }
        assertThat(found).isTrue();
        assertThat(report.path("host_speed").path("factor").asDouble()).isBetween(0.5, 2.0);
    }

    @Test
    void validate_all_writes_every_pair_as_markdown() throws IOException {
        Path recordings = Files.createDirectory(temp.resolve("recordings"));
        for (String policy : List.of("base", "prioall")) {
            Files.copy(
                    SampleTraces.trace("bonnie-pitspin-" + policy),
                    recordings.resolve("bonnie-pitspin-" + policy + "-b.dat"));
        }
        Path yaml = Files.writeString(
                temp.resolve("p.yaml"), "name: prioall\nprio: {vcpu@rtvmm: fifo:80, kvm-pit: fifo:85}\n");
        Path file = temp.resolve("VALIDATION.md");
        CommandRun run = CommandRun.of(
                "validate",
                "--all",
                recordings.toString(),
                "-p",
                yaml.toString(),
                "--marker",
                "job=pio:0x510",
                "-o",
                file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readString(file))
                .contains(
                        "## Summary",
                        "## Ranking",
                        "## bonnie-pitspin-b",
                        "| base | prioall |",
                        "## Misses",
                        "| prioall | `--prio kvm-pit=fifo:85 --prio vcpu@rtvmm=fifo:80` |")
                .doesNotContain(temp.toString());
    }

    @Test
    void replay_refuses_a_bad_policy_with_its_reason_before_anything_runs() throws IOException {
        Path yaml = Files.writeString(temp.resolve("p.yaml"), "name: p\nprio: {vcpu@rtvmm: fifo:800}\n");
        Path twice = Files.writeString(temp.resolve("twice.yaml"), "name: what-if\nprio: {vcpu: fifo:80}\n");
        for (List<String> args : List.of(
                List.of("--prio", "vcpu@nobody=fifo:80"),
                List.of("--prio", "vcpu@rtvmm=fifo:100"),
                List.of("--prio", "vcpus=fifo:80"),
                List.of("--pin", "vcpu@rtvmm=7"),
                List.of("--cosched", "vcpu@rtvmm=fifo:80/other,detect=marker:none"),
                List.of("--prio", "vcpu@rtvmm=deadline:9ms/8ms"),
                List.of("-p", yaml.toString()),
                List.of("-p", temp.resolve("none.yaml").toString()),
                List.of("--prio", "vcpu=fifo:80", "-p", twice.toString()),
                List.of("--explain", "0"))) {
            List<String> all = new ArrayList<>(List.of("replay", sample("bonnie-pitspin-base")));
            all.addAll(args);
            all.addAll(List.of("-o", temp.resolve("out").toString()));
            CommandRun run = CommandRun.of(all.toArray(new String[0]));
            assertThat(run.exitCode()).as(args + " " + run.err()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err().lines()).as(run.err()).hasSize(1);
            assertThat(run.out()).isEmpty();
            assertThat(temp.resolve("out")).doesNotExist();
        }
    }

    @Test
    void validate_says_what_it_needs() {
        String base = sample("bonnie-pitspin-base");
        for (List<String> args : List.of(
                List.of("validate", base),
                List.of("validate", "--all", temp.toString()),
                List.of("validate", "--all", temp.toString(), "--prio", "vcpu=fifo:80"),
                List.of("validate", base, base, "--all", temp.toString()))) {
            CommandRun run = CommandRun.of(args.toArray(new String[0]));
            assertThat(run.exitCode()).as(args + run.err()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).startsWith("hindsight: ");
        }
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
        assertThat(unwritable.exitCode()).isEqualTo(ExitCode.UNREADABLE);
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
        Path text = Files.writeString(temp.resolve("trace.txt"), "# tracer: nop\n#\n");
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
