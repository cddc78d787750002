package dev.hindsight.replay.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.Script;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineTables;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exact rows that a guest's events by hand tell the host's trace. */
class GuestTimelineTest {

    private static final long SLEEPS = 1;
    private static final long PREEMPTED = 0x100;

    private static PairedGuest guest(long firstNs, long lastNs) {
        return new PairedGuest(
                Path.of("guest.dat"),
                ReadOptions.DEFAULT,
                null,
                "kvm",
                0L,
                null,
                null,
                firstNs,
                lastNs,
                List.of(new PairedGuest.PairedCpu(0, "vm-1", 2, 77, 0, 0)),
                List.of());
    }

    private static Tables told(Script script, PairedGuest guest, String... markers) {
        List<MarkerRule> rules =
                List.of(markers).stream().map(MarkerRule::parse).toList();
        Tables host = new Tables();
        script.play(List.of(
                context -> new GuestSpans(guest, context.threads(), host),
                context -> new GuestJobs(guest, "6.1.0", rules, host)));
        return host;
    }

    private static List<String> spans(Tables host) {
        return host.lines(
                TimelineTables.GUEST_SPAN, "vm", "vcpu", "guest_cpu", "start_ns", "end_ns", "kind", "guest_tid");
    }

    @Test
    void the_innermost_that_runs_is_told_without_hole_or_overlap_and_the_idle_task_is_idle() {
        Script script = new Script()
                .at(100, 0, 0, "irq_vectors:local_timer_entry", 236)
                .at(110, 0, 0, "irq_vectors:local_timer_exit", 236)
                .at(110, 0, 0, "irq:softirq_entry", 7)
                .at(115, 0, 0, "irq:irq_handler_entry", 28, "virtio0")
                .at(120, 0, 0, "irq:irq_handler_exit", 28, 1)
                .at(125, 0, 0, "irq:softirq_exit", 7)
                .switches(130, 0, 0, 0, 9)
                .switches(150, 0, 9, SLEEPS, 0)
                .switches(170, 0, 0, 0, 9);
        assertThat(spans(told(script, guest(0, 1000))))
                .containsExactly(
                        "vm-1 2 0 100 110 hardirq 0",
                        "vm-1 2 0 110 115 softirq 0",
                        "vm-1 2 0 115 120 hardirq 0",
                        "vm-1 2 0 120 125 softirq 0",
                        "vm-1 2 0 125 130 idle 0",
                        "vm-1 2 0 130 150 task 9",
                        "vm-1 2 0 150 170 idle 0");
    }

    @Test
    void spans_are_cut_to_the_time_that_both_recordings_cover_and_broken_by_losses() {
        Script script = new Script()
                .switches(100, 0, 9, SLEEPS, 0)
                .switches(200, 0, 0, 0, 9)
                .lost(0, 220, 260, 5)
                .switches(260, 0, 9, SLEEPS, 0)
                .switches(400, 0, 0, 0, 9);
        assertThat(spans(told(script, guest(150, 300))))
                .containsExactly("vm-1 2 0 150 200 idle 0", "vm-1 2 0 200 220 task 9", "vm-1 2 0 260 300 idle 0");
    }

    @Test
    void cpus_that_are_no_vcpu_of_the_host_and_recordings_without_switches_tell_nothing_of_tasks() {
        Script unknown = new Script().switches(100, 1, 9, SLEEPS, 0).switches(200, 1, 0, 0, 9);
        assertThat(spans(told(unknown, guest(0, 1000)))).isEmpty();
        Script blind = new Script()
                .at(100, 0, 5, "irq:softirq_entry", 7)
                .at(120, 0, 5, "irq:softirq_exit", 7)
                .at(140, 0, 5, "irq:softirq_entry", 7);
        assertThat(spans(told(blind, guest(0, 1000)))).containsExactly("vm-1 2 0 100 120 softirq 5");
    }

    @Test
    void a_tasks_job_lasts_from_its_wakeup_to_its_sleep_over_preemptions() {
        Script script = new Script()
                .at(100, 0, 0, "sched:sched_waking", "t9", 9, 120, 0)
                .at(101, 0, 0, "sched:sched_wakeup", "t9", 9, 120, 0)
                .switches(110, 0, 0, 0, 9)
                .switches(120, 0, 9, PREEMPTED, 5)
                .switches(130, 0, 5, SLEEPS, 9)
                .switches(140, 0, 9, SLEEPS, 0)
                .switches(160, 0, 0, 0, 9)
                .switches(170, 0, 9, SLEEPS, 0);
        Tables host = told(script, guest(0, 1000), "rt=guest_task:t9");
        assertThat(host.lines(TimelineTables.JOB, "marker", "vm", "vcpu", "start_ns", "end_ns", "lost"))
                .containsExactly("rt vm-1 2 100 140 0", "rt vm-1 2 160 170 0");
        assertThat(host.lines(TimelineTables.MARKER, "ts_ns", "vm", "vcpu", "kind", "value", "source"))
                .containsExactly(
                        "100 vm-1 2 rt 1 guest_task",
                        "140 vm-1 2 rt 0 guest_task",
                        "160 vm-1 2 rt 1 guest_task",
                        "170 vm-1 2 rt 0 guest_task");
    }
}
