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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that compare runs: compare, replay, validate. */
final class PolicyCommandsTest {

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
    void recordings_of_two_machines_are_told() throws IOException {
        String[] args = {"compare", sample("bonnie-pitspin-base"), sample("arm64-load-other"), "--format", "json"};
        JsonNode differ = json(CommandRun.of(args)).path("machines_differ");
        assertThat(differ).hasSize(2);
        assertThat(differ.get(1).asText()).isEqualTo("architecture x86_64 and aarch64");
        args[args.length - 1] = "table";
        assertThat(CommandRun.of(args).out())
                .contains("not of one machine: kernel", "architecture x86_64 and aarch64; differences are not");
        assertThat(CommandRun.of("validate", sample("bonnie-pitspin-base"), sample("arm64-load-other"))
                        .out())
                .contains("not of one machine: kernel");
        args[1] = sample("bonnie-pitspin-shield");
        args[2] = sample("bonnie-pitspin-base");
        assertThat(CommandRun.of(args).out()).doesNotContain("not of one machine");
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
                "name: prioall\n"
                        + "prio: {vcpu@rtvmm: fifo:80, kvm-pit: fifo:85}\n"
                        + "---\n"
                        + "name: shield\n"
                        + "shield: {1: vcpu@rtvmm}\n");
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
        CommandRun explained = CommandRun.of(args);
        assertThat(explained.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(explained.err()).contains("--explain has no csv");
        args[args.length - 1] = "table";
        assertThat(CommandRun.of(args).out())
                .contains("Interrupt response of rtvmm vCPU 0 pit 0", "What prioall changes", "CPU waste", "1. worst");
    }

    @Test
    void the_numbers_of_a_replays_csv_are_plain() {
        String csv = CommandRun.of(
                        "replay", sample("bonnie-pitspin-base"), "--prio", "vcpu@rtvmm=fifo:80", "--format", "csv")
                .out();
        assertThat(csv).startsWith("policy,section,of,measure,unit,value\r\n");
        assertThat(csv.lines().skip(1))
                .hasSizeGreaterThan(50)
                .allMatch(line -> line.matches(".*,(-?[0-9]+([.][0-9]*[1-9])?)?"));
    }

    @Test
    void replay_and_analyze_say_what_it_means_that_no_wakeup_was_recorded() throws IOException {
        Path text = Files.writeString(temp.resolve("no-wakeups.txt"), """
                # tracer: nop
                #
                          <idle>-0       [000] d..2.     1.000000: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=load next_pid=7 next_prio=120
                            load-7       [000] d..2.     1.002000: sched_switch: prev_comm=load prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120
                          <idle>-0       [000] d..2.     1.003000: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=load next_pid=7 next_prio=120
                            load-7       [000] d..2.     1.004000: sched_switch: prev_comm=load prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120
                """);
        for (String[] args : new String[][] {
            {"replay", text.toString(), "--prio", "comm=load=fifo:80", "--format", "json"},
            {"analyze", text.toString(), "--format", "json"}
        }) {
            JsonNode warnings = json(CommandRun.of(args)).path("warnings");
            assertThat(warnings).as(args[0]).anySatisfy(warning -> {
                assertThat(warning.path("code").asText()).isEqualTo("no-wakeups");
                assertThat(warning.path("message").asText()).contains("sched_waking", "sleeps end when");
            });
        }
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
    void validate_all_writes_every_pair_as_markdown_and_tells_which_policy_fits_no_thread() throws IOException {
        Path recordings = Files.createDirectory(temp.resolve("recordings"));
        for (String policy : List.of("base", "prioall", "shieldprio")) {
            Files.copy(
                    SampleTraces.trace("bonnie-pitspin-" + policy),
                    recordings.resolve("bonnie-pitspin-" + policy + "-b.dat"));
        }
        Path yaml = Files.writeString(
                temp.resolve("p.yaml"),
                "- name: prioall\n  prio: {vcpu@rtvmm: fifo:80, kvm-pit: fifo:85}\n"
                        + "- name: shieldprio\n  shield: {1: vcpu@othervmm}\n");
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
                        "Not predicted: base to shieldprio, --shield 1=vcpu@othervmm: ",
                        "## Misses",
                        "| prioall | `--prio kvm-pit=fifo:85 --prio vcpu@rtvmm=fifo:80` |")
                .doesNotContain(temp.toString(), "| base | shieldprio |");
        assertThat(run.err())
                .contains("bonnie-pitspin-b: base to shieldprio is not predicted: --shield 1=vcpu@othervmm");
    }

    @Test
    void replay_says_why_a_guest_has_no_modelled_response_whose_entries_no_event_shows() {
        CommandRun run = CommandRun.of("replay", sample("ppc32be-e500-load-other"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("of 1 vCPU the recording shows interrupts, but no entry into the guest with any");
        assertThat(CommandRun.of("replay", sample("ppc64be-pr-load-other")).out())
                .doesNotContain("no entry");
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
    void of_several_policies_the_one_that_does_not_fit_is_named() throws IOException {
        Path yaml = Files.writeString(temp.resolve("pin.yaml"), "name: to-9\npin: {vcpu: 9}\n");
        CommandRun run =
                CommandRun.of("replay", sample("bonnie-pitspin-base"), "--prio", "vcpu=fifo:80", "-p", yaml.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("hindsight: policy 'to-9': --pin vcpu=9: CPU 9 is not there");
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
    void a_replay_that_ran_out_of_demand_says_how_to_go_on_until_it_does() {
        CommandRun bounded = CommandRun.of("replay", sample("compute-pithlt-base"));
        assertThat(bounded.out())
                .contains("modelled ran out of what was observed")
                .contains("with --extend, threads");
        CommandRun extended = CommandRun.of("replay", sample("compute-pithlt-base"), "--extend");
        assertThat(extended.exitCode()).as(extended.err()).isZero();
        assertThat(extended.out()).doesNotContain("--extend");
    }
}
