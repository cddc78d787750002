package dev.hindsight.replay.outcome;

import static dev.hindsight.parsers.table.ColumnData.NULL;
import static dev.hindsight.replay.timeline.TimelineTables.CPU;
import static dev.hindsight.replay.timeline.TimelineTables.GAP_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.HALT_POLL;
import static dev.hindsight.replay.timeline.TimelineTables.IRQ_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.JOB;
import static dev.hindsight.replay.timeline.TimelineTables.MARKER;
import static dev.hindsight.replay.timeline.TimelineTables.THREAD_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VM_EXIT;
import static dev.hindsight.replay.timeline.TimelineTables.WAKEUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineInvariants;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Callbacks by hand and the exact rows. The window is [100, 1000). */
class ReplayedTimelineTest {

    private static final int PIO = 1;

    private final SmallWorkload workload = new SmallWorkload();
    private final Tables tables = new Tables();

    private ReplayedTimeline timeline(int cpus) {
        return new ReplayedTimeline(workload.build(cpus, 100, 1000), new TimelineStore(Set.of()), tables);
    }

    @Test
    void a_woken_thread_waits_from_the_waking_on_and_knows_who_runs_there() {
        int batch = workload.thread(20, 120, 0);
        int worker = workload.thread(30, 110, 0);
        ReplayedTimeline timeline = timeline(1);
        timeline.wakeup(100, batch, 0, 120, -1);
        timeline.switched(110, 0, -1, ThreadState.RUNNABLE, batch);
        timeline.waking(200, batch, WakeContext.HARDIRQ, worker, 0);
        timeline.wakeup(203, worker, 0, 110, batch);
        timeline.switched(210, 0, batch, ThreadState.RUNNABLE, worker);
        timeline.switched(300, 0, worker, ThreadState.BLOCKED, batch);
        timeline.end(1000);
        assertThat(tables.lines(THREAD_SPAN, "tid", "start_ns", "end_ns", "state", "prio", "policy", "by_tid"))
                .containsExactly(
                        "0 100 110 running 120 idle null",
                        "20 100 110 runnable-woken 120 fair 0",
                        "20 110 210 running 120 fair null",
                        "20 210 300 runnable-preempted 120 fair 30",
                        "20 300 1000 running 120 fair null",
                        "30 200 210 runnable-woken 110 fair 20",
                        "30 210 300 running 110 fair null",
                        "30 300 1000 blocked 110 fair null");
        assertThat(tables.lines(
                        WAKEUP, "ts_ns", "waker_tid", "context", "wakee_tid", "cpu", "enqueued_ns", "running_ns"))
                .containsExactly("200 20 hardirq 30 0 203 210");
        TimelineInvariants.holdInReplay(tables);
    }

    @Test
    void a_migration_and_a_priority_split_spans_of_the_same_state() {
        int one = workload.thread(20, 120, 0);
        int other = workload.thread(30, 120, 0);
        ReplayedTimeline timeline = timeline(2);
        timeline.wakeup(100, one, 0, 120, -1);
        timeline.switched(100, 0, -1, ThreadState.RUNNABLE, one);
        timeline.wakeup(100, other, 0, 120, one);
        timeline.priority(200, one, 19);
        timeline.migrated(300, other, 1);
        timeline.priority(350, other, -1);
        timeline.switched(400, 1, -1, ThreadState.RUNNABLE, other);
        timeline.switched(500, 1, other, ThreadState.DEAD, -1);
        timeline.end(1000);
        assertThat(tables.lines(THREAD_SPAN, "tid", "cpu", "start_ns", "end_ns", "state", "prio", "policy", "by_tid"))
                .containsExactly(
                        "0 1 100 400 running 120 idle null",
                        "0 1 500 1000 running 120 idle null",
                        "20 0 100 200 running 120 fair null",
                        "20 0 200 1000 running 19 rt null",
                        "30 0 100 300 runnable-woken 120 fair 20",
                        "30 1 300 350 runnable-woken 120 fair 0",
                        "30 1 350 400 runnable-woken -1 deadline 0",
                        "30 1 400 500 running -1 deadline null");
    }

    @Test
    void a_thread_woken_before_it_has_left_its_cpu_does_not_sleep() {
        int one = workload.thread(20, 120, 0);
        ReplayedTimeline timeline = timeline(1);
        timeline.wakeup(100, one, 0, 120, -1);
        timeline.switched(100, 0, -1, ThreadState.RUNNABLE, one);
        timeline.waking(200, -1, WakeContext.SOFTIRQ, one, 0);
        timeline.switched(210, 0, one, ThreadState.SLEEPING, -1);
        timeline.wakeup(220, one, 0, 120, -1);
        timeline.switched(230, 0, -1, ThreadState.RUNNABLE, one);
        timeline.end(1000);
        assertThat(tables.lines(THREAD_SPAN, "tid", "start_ns", "end_ns", "state", "by_tid"))
                .containsExactly(
                        "0 210 230 running null",
                        "20 100 210 running null",
                        "20 210 230 runnable-woken 0",
                        "20 230 1000 running null");
        assertThat(tables.lines(WAKEUP, "ts_ns", "waker_tid", "context", "running_ns"))
                .containsExactly("200 0 softirq 230");
    }

    @Test
    void an_interrupt_counts_what_is_nested_in_it_once() {
        int disk = workload.irq("hardirq", 14, "ata");
        workload.irq("vector", 236, "local_timer");
        int one = workload.thread(20, 120, 0);
        ReplayedTimeline timeline = timeline(1);
        timeline.irqBegin(200, 0, disk, one);
        timeline.irqBegin(210, 0, ReplayedTimeline.TICK, one);
        timeline.irqEnd(230, 0);
        timeline.irqEnd(250, 0);
        timeline.softirqBegin(250, 0, 4, -1);
        timeline.end(1000);
        assertThat(tables.lines(IRQ_SPAN, "start_ns", "end_ns", "kind", "irq", "name", "tid", "self_ns"))
                .containsExactly(
                        "200 250 hardirq 14 ata 20 30",
                        "210 230 vector 236 local_timer 20 20",
                        "250 1000 softirq 4 BLOCK 0 750");
    }

    @Test
    void a_delivery_to_a_halted_vcpu_has_all_its_stages() {
        int vcpu = workload.vcpu(40, "rt", 0, 19, 0);
        int worker = workload.thread(50, 120, 0);
        int line = workload.line(vcpu, "pit", 0, 48);
        int halt = workload.exit("svm", 0x78, "HLT", "halt");
        ReplayedTimeline timeline = timeline(2);
        timeline.wakeup(100, vcpu, 0, 19, -1);
        timeline.wakeup(100, worker, 1, 120, -1);
        timeline.switched(100, 0, -1, ThreadState.RUNNABLE, vcpu);
        timeline.switched(100, 1, -1, ThreadState.RUNNABLE, worker);
        timeline.entry(110, vcpu);
        timeline.exit(150, vcpu, halt, 0xfff0);
        timeline.halt(155, vcpu, true);
        timeline.halt(175, vcpu, false);
        timeline.switched(180, 0, vcpu, ThreadState.SLEEPING, -1);
        timeline.edge(300, line, worker, 1, 290, false);
        timeline.edge(302, line, worker, 1, NULL, true);
        timeline.waking(305, worker, WakeContext.TASK, vcpu, 1);
        timeline.wakeup(306, vcpu, 0, 19, -1);
        timeline.switched(320, 0, -1, ThreadState.RUNNABLE, vcpu);
        timeline.haltEnd(325, vcpu, false);
        timeline.injected(340, line);
        timeline.entry(350, vcpu);
        timeline.handled(360, line, PIO);
        timeline.handled(361, line, PIO);
        timeline.ack(370, line);
        timeline.end(1000);
        String[] stages = {
            "vm",
            "vcpu",
            "source",
            "irq",
            "vector",
            "due_ns",
            "asserted_ns",
            "runnable_ns",
            "scheduled_ns",
            "injected_ns",
            "entered_ns",
            "handled_ns",
            "handled_by",
            "eoi_ns",
            "coalesced",
            "asserted_by_tid",
            "asserted_cpu",
            "lost"
        };
        assertThat(tables.lines(VIRQ, stages))
                .containsExactly("rt 0 pit 0 48 290 300 305 320 340 350 360 pio 370 1 50 1 0");
        assertThat(tables.lines(VCPU_SPAN, "start_ns", "end_ns", "state", "cpu"))
                .containsExactly(
                        "110 150 guest 0",
                        "150 155 exit 0",
                        "155 175 halt_poll 0",
                        "175 180 exit 0",
                        "180 305 halted 0",
                        "305 320 preempted 0",
                        "320 350 exit 0",
                        "350 1000 guest 0");
        assertThat(tables.lines(VM_EXIT, "start_ns", "end_ns", "isa", "code", "reason", "kind", "rip", "on_cpu_ns"))
                .containsExactly("150 350 svm 120 HLT halt 65520 60");
        assertThat(tables.lines(HALT_POLL, "start_ns", "end_ns", "outcome", "poll_ns"))
                .containsExactly("155 325 wait 20");
        TimelineInvariants.holdInReplay(tables);
    }

    @Test
    void an_edge_for_a_vcpu_that_waits_or_runs_is_runnable_or_scheduled_at_once() {
        int vcpu = workload.vcpu(40, "rt", 0, 120, 0);
        int line = workload.line(vcpu, "ioapic", 8, 48);
        int batch = workload.thread(20, 120, 0);
        ReplayedTimeline timeline = timeline(1);
        timeline.wakeup(100, vcpu, 0, 120, -1);
        timeline.switched(100, 0, -1, ThreadState.RUNNABLE, vcpu);
        timeline.entry(110, vcpu);
        timeline.edge(200, line, vcpu, 0, 201, false);
        timeline.exit(210, vcpu, ReplayedTimeline.HOST_INTERRUPT, 0);
        timeline.wakeup(215, batch, 0, 120, vcpu);
        timeline.injected(220, line);
        timeline.edge(225, line, vcpu, 0, NULL, false);
        timeline.switched(230, 0, vcpu, ThreadState.RUNNABLE, batch);
        timeline.switched(240, 0, batch, ThreadState.RUNNABLE, vcpu);
        timeline.entry(250, vcpu);
        timeline.ack(260, line);
        timeline.exit(270, vcpu, ReplayedTimeline.INTERRUPT_WINDOW, 0);
        timeline.injected(280, line);
        timeline.end(1000);
        assertThat(tables.lines(
                        VIRQ,
                        "due_ns",
                        "asserted_ns",
                        "runnable_ns",
                        "scheduled_ns",
                        "injected_ns",
                        "entered_ns",
                        "handled_ns",
                        "handled_by",
                        "eoi_ns"))
                .containsExactly("null 200 200 200 220 250 260 eoi 260", "null 225 225 225 280 null null null null");
        assertThat(tables.lines(VM_EXIT, "start_ns", "end_ns", "kind", "rip", "on_cpu_ns"))
                .containsExactly("210 250 interrupt null 30", "270 null interrupt-window null null");
    }

    @Test
    void an_exit_for_the_host_has_the_reason_that_the_recording_has_of_that_kind() {
        int vcpu = workload.vcpu(40, "rt", 0, 120, 0);
        workload.exit("vmx", 12, "HLT", "halt");
        workload.exit("vmx", 99, "MINE", "interrupt");
        ReplayedTimeline timeline = timeline(1);
        timeline.wakeup(100, vcpu, 0, 120, -1);
        timeline.switched(100, 0, -1, ThreadState.RUNNABLE, vcpu);
        timeline.exit(210, vcpu, ReplayedTimeline.HOST_INTERRUPT, 0);
        timeline.exit(220, vcpu, ReplayedTimeline.INTERRUPT_WINDOW, 0);
        timeline.end(1000);
        assertThat(tables.lines(VM_EXIT, "start_ns", "isa", "code", "reason"))
                .containsExactly("210 vmx 99 MINE", "220 vmx 7 INTERRUPT_WINDOW");
    }

    @Test
    void the_monitor_keeps_its_state_asleep_and_a_preempted_poll_goes_on() {
        int vcpu = workload.vcpu(40, "rt", 0, 120, 0);
        int batch = workload.thread(20, 120, 0);
        ReplayedTimeline timeline = timeline(1);
        timeline.wakeup(100, vcpu, 0, 120, -1);
        timeline.switched(100, 0, -1, ThreadState.RUNNABLE, vcpu);
        timeline.vmm(110, vcpu, true);
        timeline.switched(120, 0, vcpu, ThreadState.SLEEPING, -1);
        timeline.waking(140, -1, WakeContext.HARDIRQ, vcpu, 0);
        timeline.wakeup(141, vcpu, 0, 120, -1);
        timeline.switched(150, 0, -1, ThreadState.RUNNABLE, vcpu);
        timeline.vmm(160, vcpu, false);
        timeline.halt(170, vcpu, true);
        timeline.wakeup(175, batch, 0, 120, vcpu);
        timeline.switched(180, 0, vcpu, ThreadState.RUNNABLE, batch);
        timeline.switched(190, 0, batch, ThreadState.DEAD, vcpu);
        timeline.haltEnd(195, vcpu, true);
        timeline.end(200);
        assertThat(tables.lines(VCPU_SPAN, "start_ns", "end_ns", "state"))
                .containsExactly(
                        "110 140 vmm",
                        "140 150 preempted",
                        "150 160 vmm",
                        "160 170 exit",
                        "170 180 halt_poll",
                        "180 190 preempted",
                        "190 195 halt_poll",
                        "195 200 exit");
        assertThat(tables.lines(HALT_POLL, "outcome", "poll_ns")).containsExactly("poll 15");
    }

    @Test
    void a_job_begun_twice_counts_from_the_later_begin() {
        int vcpu = workload.vcpu(40, "rt", 0, 120, 0);
        int job = workload.marker("job");
        ReplayedTimeline timeline = timeline(1);
        timeline.marker(200, vcpu, job, 1);
        timeline.marker(210, vcpu, job, 7);
        timeline.marker(220, vcpu, job, 0);
        timeline.marker(230, vcpu, job, 0);
        timeline.marker(240, -1, job, 1);
        timeline.marker(250, -1, job, 0);
        timeline.end(1000);
        assertThat(tables.lines(JOB, "marker", "vm", "vcpu", "start_ns", "end_ns", "lost"))
                .containsExactly("job null null 240 250 0", "job rt 0 210 220 0");
        assertThat(tables.lines(MARKER, "ts_ns", "value")).hasSize(6);
    }

    @Test
    void cpus_cover_the_window_and_gaps_stay() {
        workload.gap(0, 400, 500);
        ReplayedTimeline timeline = timeline(2);
        timeline.end(1000);
        assertThat(tables.lines(CPU, "cpu", "first_ns", "last_ns")).containsExactly("0 100 1000", "1 100 1000");
        assertThat(tables.lines(GAP_SPAN, "cpu", "start_ns", "end_ns")).containsExactly("0 400 500");
    }

    @Test
    void a_switch_from_a_thread_that_is_not_there_is_refused() {
        int one = workload.thread(20, 120, 0);
        int other = workload.thread(30, 120, 0);
        ReplayedTimeline timeline = timeline(1);
        assertThatThrownBy(() -> timeline.switched(200, 0, one, ThreadState.RUNNABLE, other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CPU 0 runs thread -1, not 0");
    }
}
