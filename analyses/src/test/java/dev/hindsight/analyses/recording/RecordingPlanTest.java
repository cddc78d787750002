package dev.hindsight.analyses.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordingPlanTest {

    private static RecordingPlan plan(TargetArch arch, String... command) {
        return new RecordingPlan(arch, "mono", 16384, "trace.dat", List.of(command));
    }

    @Test
    void every_architecture_records_the_scheduler_and_kvm() {
        for (TargetArch arch : TargetArch.values()) {
            assertThat(plan(arch).events())
                    .extracting(RecordedEvent::event)
                    .contains("kvm", "sched:sched_switch", "sched:sched_waking", "irq", "timer:hrtimer_expire_entry")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void events_of_another_architecture_are_left_out() {
        assertThat(plan(TargetArch.X86).events())
                .extracting(RecordedEvent::event)
                .contains("irq_vectors")
                .doesNotContain("kvm_hv", "ipi");
        assertThat(plan(TargetArch.PPC64).events())
                .extracting(RecordedEvent::event)
                .contains("kvm_hv")
                .doesNotContain("irq_vectors");
    }

    @Test
    void every_event_says_what_it_buys() {
        for (TargetArch arch : TargetArch.values()) {
            assertThat(plan(arch).events()).allSatisfy(e -> assertThat(e.buys()).isNotBlank());
        }
    }

    @Test
    void a_command_with_blanks_is_quoted_for_the_shell() {
        assertThat(plan(TargetArch.X86, "sh", "-c", "echo it's on").shellLine())
                .startsWith("trace-cmd record -C mono -b 16384 -e sched:sched_switch ")
                .endsWith(" -o trace.dat sh -c 'echo it'\\''s on'");
    }

    @Test
    void an_unknown_architecture_is_refused_with_the_known_ones() {
        assertThatThrownBy(() -> TargetArch.of("sparc64")).hasMessageContaining("x86, arm64 and ppc64");
    }
}
