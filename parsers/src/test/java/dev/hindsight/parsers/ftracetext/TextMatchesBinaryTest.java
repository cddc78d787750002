package dev.hindsight.parsers.ftracetext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadEvents.Event;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A text and the binary recording of the same events say the same, event by event and field by field. */
class TextMatchesBinaryTest {

    /** The kernel rounds times to microseconds. */
    private static final long MICROSECOND = 500;

    @TempDir
    Path scratch;

    @Test
    void the_kernels_own_text_says_what_the_ring_buffer_has() throws IOException {
        TextAgainstBinary compared = TextAgainstBinary.of(
                SampleTexts.text("ppc64be-pr-load-other.trace", scratch),
                SampleTraces.trace("ppc64be-pr-load-other"),
                MICROSECOND,
                true);
        assertThat(compared.differences).isEmpty();
        assertThat(compared.unread).isEmpty();
        assertThat(compared.hidden).isEmpty();
        assertThat(compared.events).isEqualTo(40_809);
        assertThat(compared.fields).isEqualTo(142_273);
        assertThat(compared.worstNs).isBetween(1L, MICROSECOND);
    }

    @ParameterizedTest
    @CsvSource({
        "ppc32be-e500-load-other, N, 28952",
        "ppc32be-e500-load-other, R, 28952",
        "arm64-load-other, R, 25011",
        "v6-buffers, N, 5326",
        "v6-buffers, R, 5326",
        "v7-buffers, N, 3688",
        "v7-buffers, R, 3688",
        "v7-guest-timeshift, N, 1870",
        "v7-guest-timeshift, R, 1870",
        "v7-tsc2nsec, N, 684",
        "v7-tsc2nsec, R, 684",
        "v6-dynamic, N, 957"
    })
    void trace_cmds_report_says_what_the_recording_has(String sample, String how, long events) throws IOException {
        TextAgainstBinary compared = TextAgainstBinary.of(
                SampleTexts.report(sample + ".report-" + how, scratch), SampleTraces.trace(sample), 0, false);
        assertThat(compared.differences).isEmpty();
        assertThat(compared.unread).isEmpty();
        assertThat(compared.events).isEqualTo(events);
    }

    @Test
    void what_trace_cmd_can_not_print_is_kept_as_text_and_told() throws IOException {
        // libtraceevent has no %c: "guest executed wf>c< at: 0x0"
        TextAgainstBinary compared = TextAgainstBinary.of(
                SampleTexts.report("arm64-load-other.report-N", scratch),
                SampleTraces.trace("arm64-load-other"),
                0,
                false);
        assertThat(compared.differences).isEmpty();
        assertThat(compared.unread).isEqualTo(Map.of("kvm:kvm_wfx_arm64", 498L));
        assertThat(compared.events).isEqualTo(25_011);
    }

    @Test
    @Tag("slow")
    void given_texts_say_what_their_recordings_have() throws IOException {
        int pairs = 0;
        for (Path recording : GivenRecordings.all()) {
            Path text = GivenRecordings.textOf(recording);
            if (text != null) {
                TextAgainstBinary compared = TextAgainstBinary.of(text, recording, MICROSECOND, true);
                assertThat(compared.differences).as(text.toString()).isEmpty();
                assertThat(compared.unread).as(text.toString()).isEmpty();
                assertThat(compared.events).as(text.toString()).isGreaterThan(1_000);
                pairs++;
            }
        }
        assumeTrue(pairs > 0, GivenRecordings.HOW);
    }

    @ParameterizedTest
    @CsvSource({"x86-pair.trace, 500", "x86-pair.tgid, 500", "x86-pair.report, 0"})
    void several_texts_of_one_ring_buffer_say_the_same(String name, long toleranceNs) throws IOException {
        TextAgainstBinary compared = TextAgainstBinary.of(
                SampleTexts.text(name, scratch), SampleTexts.text("x86-pair.report-R", scratch), toleranceNs, false);
        assertThat(compared.differences).isEmpty();
        assertThat(compared.unread).isEmpty();
        assertThat(compared.events).isEqualTo(4_539);
        assertThat(compared.worstNs).isLessThanOrEqualTo(toleranceNs);
    }

    @Test
    void the_latency_format_has_the_same_events_at_times_of_their_own() throws IOException {
        List<Event> shown = ReadEvents.of(SampleTexts.text("x86-pair.latency", scratch)).events;
        List<Event> full = ReadEvents.of(SampleTexts.text("x86-pair.trace", scratch)).events;
        assertThat(shown).hasSameSizeAs(full);
        long apart = full.get(0).tsNs() - shown.get(0).tsNs();
        for (int i = 0; i < full.size(); i++) {
            assertThat(shown.get(i).key()).isEqualTo(full.get(i).key());
            assertThat(shown.get(i).tid()).isEqualTo(full.get(i).tid());
            assertThat(shown.get(i).cpu()).isEqualTo(full.get(i).cpu());
            assertThat(shown.get(i).flags()).isEqualTo(full.get(i).flags());
            assertThat(shown.get(i).preempt()).isEqualTo(full.get(i).preempt());
            assertThat(shown.get(i).fields().keySet())
                    .isEqualTo(full.get(i).fields().keySet());
            assertThat(full.get(i).tsNs() - shown.get(i).tsNs()).isBetween(apart - 1000, apart + 1000);
        }
    }

    @ParameterizedTest
    @CsvSource({"kvm-zstd", "kvm-pipe", "kvm-callchain"})
    void perf_script_says_what_perf_data_has(String name) throws IOException {
        List<Event> shown = ReadEvents.of(SampleTexts.script(name, scratch)).events;
        assertThat(shown).isNotEmpty();
        for (Event event : shown) {
            assertThat(event.system()).as(event.toString()).isIn("kvm", "sched", "irq");
            assertThat(event.fields()).as(event.toString()).doesNotContainKey("text");
        }
    }
}
