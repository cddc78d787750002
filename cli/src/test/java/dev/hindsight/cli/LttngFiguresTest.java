package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A KVM host that LTTng and trace-cmd recorded at once has the figures of the other's recording: counts the same, times
 * within what the two tracers' probes lie apart.
 */
class LttngFiguresTest {

    private static final double SHARE = 0.05;
    private static final double NS = 20_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path ctf() {
        return SampleTraces.recordings().resolve("ctf");
    }

    private static JsonNode analyzed(String sample) throws IOException {
        CommandRun run = CommandRun.of("analyze", ctf().resolve(sample).toString(), "--slo", "1ms", "--format", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JSON.readTree(run.out());
    }

    private static JsonNode expected(String sample) throws IOException {
        return JSON.readTree(ctf().resolve(sample + ".trace-cmd.json").toFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lttng-host", "lttng-host-bare"})
    void interrupts_of_the_guest_take_as_long_in_every_stage_as_in_the_trace_dat_of_the_same_run(String sample)
            throws IOException {
        JsonNode lines = analyzed(sample).get("irq_latency");
        JsonNode expected = expected(sample).get("irq_latency");
        assertThat(lines.size()).isEqualTo(expected.size()).isEqualTo(1);
        JsonNode line = lines.get(0);
        JsonNode other = expected.get(0);
        for (String field : new String[] {"vm", "vcpu", "source", "irq", "coalesced", "unhandled"}) {
            assertThat(line.get(field)).as(field).isEqualTo(other.get(field));
        }
        assertAlike("response", line, other.get("response"));
        assertThat(line.get("stages").size()).isEqualTo(6);
        other.get("stages")
                .fields()
                .forEachRemaining(
                        stage -> assertAlike(stage.getKey(), line.get("stages").get(stage.getKey()), stage.getValue()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lttng-host", "lttng-host-bare"})
    void exits_are_as_many_of_each_reason_as_in_the_trace_dat_of_the_same_run(String sample) throws IOException {
        JsonNode exits = analyzed(sample).get("exits");
        JsonNode expected = expected(sample).get("exits");
        assertThat(exits.size()).isEqualTo(expected.size()).isGreaterThan(3);
        for (int i = 0; i < expected.size(); i++) {
            JsonNode exit = exits.get(i);
            JsonNode other = expected.get(i);
            for (String field : new String[] {"vm", "vcpu", "reason", "count"}) {
                assertThat(exit.get(field)).as(field + " of " + other).isEqualTo(other.get(field));
            }
            assertThat(exit.get("p50_ns").asDouble())
                    .as(other.toString())
                    .isCloseTo(other.get("p50_ns").asDouble(), within(NS));
        }
    }

    private static void assertAlike(String what, JsonNode found, JsonNode expected) {
        assertThat(found.get("count")).as(what).isEqualTo(expected.get("count"));
        for (String field : new String[] {"avg_ns", "p50_ns", "max_ns"}) {
            double real = expected.get(field).asDouble();
            assertThat(found.get(field).asDouble())
                    .as(field + " of " + what)
                    .isCloseTo(real, within(Math.max(NS, SHARE * real)));
        }
    }
}
