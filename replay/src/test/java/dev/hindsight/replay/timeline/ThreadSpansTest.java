package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadSpansTest {

    private static final long R = 0;
    private static final long S = 1;
    private static final long D = 2;
    private static final long DEAD = 0x10;
    private static final long PREEMPTED = 0x100;

    private static List<String> spans(Script script) {
        return script.play(List.of(ThreadSpans::new))
                .lines(TimelineTables.THREAD_SPAN, "tid", "cpu", "start_ns", "end_ns", "state", "by_tid");
    }

    private static List<String> wakeups(Script script) {
        return script.play(List.of(ThreadSpans::new))
                .lines(
                        TimelineTables.WAKEUP,
                        "ts_ns",
                        "waker_tid",
                        "context",
                        "wakee_tid",
                        "cpu",
                        "waker_cpu",
                        "enqueued_ns",
                        "running_ns");
    }

    @Test
    void a_thread_that_is_woken_waits_from_waking_to_its_switch_in() {
        Script script = new Script()
                .switches(100, 0, 7, S, 8)
                .at(200, 1, 9, "sched:sched_waking", "t7", 7, 120, 1)
                .at(210, 1, 9, "sched:sched_wakeup", "t7", 7, 120, 0)
                .switches(300, 0, 8, PREEMPTED, 7)
                .switches(400, 0, 7, D, 8)
                .at(500, 0, 8, "sched:sched_switch", "t8", 8, 120, R, "t7", 7, 120);
        assertThat(spans(script))
                .containsExactly(
                        "7 0 100 200 sleeping 9",
                        "7 0 200 300 runnable-woken 8",
                        "7 0 300 400 running null",
                        "7 0 400 500 blocked null",
                        "8 0 100 300 running null",
                        "8 0 300 400 runnable-preempted 7",
                        "8 0 400 500 running null",
                        "9 1 200 500 running null");
        assertThat(wakeups(script)).containsExactly("200 9 task 7 0 1 210 300");
    }

    @Test
    void spans_are_the_same_wherever_slices_and_blocks_end() {
        for (int perSlice = 1; perSlice < 7; perSlice++) {
            Script script = new Script()
                    .eventsPerSlice(perSlice)
                    .switches(100, 0, 7, S, 8)
                    .at(200, 1, 9, "sched:sched_waking", "t7", 7, 120, 0)
                    .switches(300, 0, 8, R, 7)
                    .switches(400, 0, 7, S, 8);
            assertThat(spans(script))
                    .as("%d events a slice", perSlice)
                    .containsExactly(
                            "7 0 100 200 sleeping 9",
                            "7 0 200 300 runnable-woken 8",
                            "7 0 300 400 running null",
                            "8 0 100 300 running null",
                            "8 0 300 400 runnable-preempted 7",
                            "9 1 200 400 running null");
        }
    }

    @Test
    void a_thread_woken_before_it_left_the_cpu_does_not_sleep() {
        Script script = new Script()
                .switches(100, 0, 0, R, 7)
                .at(150, 1, 9, "sched:sched_wakeup", "t5", 5, 120, 1)
                .at(200, 1, 9, "sched:sched_waking", "t7", 7, 120, 0)
                .switches(205, 0, 7, S, 0)
                .at(220, 0, 0, "sched:sched_wakeup", "t7", 7, 120, 0)
                .switches(240, 0, 0, R, 7);
        assertThat(spans(script)).contains("7 0 100 205 running null", "7 0 205 240 runnable-woken 0");
        assertThat(wakeups(script)).contains("200 9 task 7 0 1 220 240");
    }

    @Test
    void a_wakeup_of_a_thread_that_keeps_its_cpu_has_no_switch_in() {
        Script script = new Script()
                .switches(100, 0, 0, R, 7)
                .at(200, 1, 9, "sched:sched_waking", "t7", 7, 120, 0)
                .at(201, 1, 9, "sched:sched_wakeup", "t7", 7, 120, 0)
                .switches(300, 0, 7, S, 0)
                .switches(400, 0, 0, R, 7)
                .switches(500, 0, 7, S, 0);
        assertThat(spans(script))
                .contains("7 0 100 300 running null", "7 0 300 400 sleeping null", "7 0 400 500 running null");
        assertThat(wakeups(script)).containsExactly("200 9 task 7 0 1 201 null");
    }

    @Test
    void a_migration_splits_the_wait_but_one_before_the_enqueueing_only_moves_it() {
        Script script = new Script()
                .switches(100, 0, 7, S, 8)
                .switches(110, 1, 0, R, 9)
                .switches(120, 2, 0, R, 6)
                .at(200, 2, 6, "sched:sched_waking", "t7", 7, 120, 0)
                .at(201, 2, 6, "sched:sched_migrate_task", "t7", 7, 120, 0, 1)
                .at(202, 2, 6, "sched:sched_wakeup", "t7", 7, 120, 1)
                .at(300, 2, 6, "sched:sched_migrate_task", "t7", 7, 120, 1, 2)
                .switches(400, 2, 6, S, 7);
        assertThat(spans(script))
                .contains("7 1 200 300 runnable-woken 9", "7 2 300 400 runnable-woken 6", "7 0 100 200 sleeping 6");
    }

    @Test
    void the_context_of_a_wakeup_comes_from_the_flags_of_the_waking_event() {
        Script script = new Script()
                .flagged(100, 0, 3, 8 | 1, "sched:sched_waking", "t7", 7, 120, 0)
                .flagged(110, 0, 3, 16, "sched:sched_waking", "t8", 8, 120, 0)
                .flagged(120, 0, 3, 16 | 8, "sched:sched_waking", "t9", 9, 120, 0)
                .flagged(130, 0, 3, 4, "sched:sched_wakeup_new", "t10", 10, 120, 0);
        assertThat(wakeups(script))
                .containsExactly(
                        "100 3 hardirq 7 0 0 null null",
                        "110 3 softirq 8 0 0 null null",
                        "120 3 hardirq 9 0 0 null null",
                        "130 3 task 10 0 0 130 null");
    }

    @Test
    void priorities_by_inheritance_split_what_is_running_or_waiting() {
        Script script = new Script()
                .switches(100, 0, 0, R, 7)
                .at(150, 0, 7, "sched:sched_wakeup", "t8", 8, 120, 0)
                .at(200, 0, 7, "sched:sched_pi_setprio", "t7", 7, 120, 19)
                .at(210, 0, 7, "sched:sched_pi_setprio", "t8", 8, 120, -1)
                .at(300, 0, 7, "sched:sched_switch", "t7", 7, 19, S, "t8", 8, -1)
                .switches(400, 0, 8, S, 0);
        assertThat(script.play(List.of(ThreadSpans::new))
                        .lines(TimelineTables.THREAD_SPAN, "tid", "start_ns", "end_ns", "state", "prio", "policy"))
                .containsExactly(
                        "7 100 200 running 120 fair",
                        "7 200 300 running 19 rt",
                        "7 300 400 sleeping 19 rt",
                        "8 150 210 runnable-woken 120 fair",
                        "8 210 300 runnable-woken -1 deadline",
                        "8 300 400 running -1 deadline");
    }

    @Test
    void an_exit_ends_the_last_span_and_a_fork_begins_with_a_wait() {
        Script script = new Script()
                .switches(100, 0, 0, R, 7)
                .at(150, 0, 7, "sched:sched_process_fork", "t7", 7, "t7", 8)
                .at(160, 0, 7, "sched:sched_wakeup_new", "t7", 8, 120, 0)
                .at(200, 0, 7, "sched:sched_process_exit", "t7", 7, 120)
                .switches(210, 0, 7, DEAD, 8)
                .switches(400, 0, 8, S, 0)
                .switches(500, 0, 0, R, 9);
        assertThat(spans(script))
                .containsExactly(
                        "0 0 400 500 running null",
                        "7 0 100 210 running null",
                        "8 0 160 210 runnable-woken 7",
                        "8 0 210 400 running null",
                        "8 0 400 500 sleeping null");
    }

    @Test
    void a_thread_that_executes_takes_the_id_of_its_process() {
        Script script = new Script()
                .switches(100, 0, 0, R, 12)
                .at(200, 0, 10, "sched:sched_process_exec", "/bin/true", 10, 12)
                .switches(300, 0, 10, S, 0);
        assertThat(spans(script)).containsExactly("10 0 200 300 running null", "12 0 100 200 running null");
    }

    @Test
    void no_span_crosses_a_loss_on_its_cpu() {
        Script script = new Script()
                .switches(100, 0, 5, S, 7)
                .switches(110, 0, 7, PREEMPTED, 8)
                .switches(120, 1, 0, R, 9)
                .at(190, 0, 8, "sched:sched_waking", "t6", 6, 120, 0)
                .at(250, 1, 9, "sched:sched_waking", "t5", 5, 120, 0)
                .lost(0, 200, 300, 12)
                .at(260, 1, 9, "sched:sched_wakeup", "t5", 5, 120, 0)
                .at(300, 0, 7, "irq:softirq_entry", 1)
                .switches(350, 0, 7, S, 5)
                .switches(400, 1, 9, S, 0);
        assertThat(spans(script))
                .containsExactly(
                        "5 0 100 250 sleeping 9",
                        "5 0 350 400 running null",
                        "6 0 190 200 runnable-woken 8",
                        "7 0 100 110 running null",
                        "7 0 110 200 runnable-preempted 8",
                        "7 0 300 350 running null",
                        "7 0 350 400 sleeping null",
                        "8 0 110 200 running null",
                        "9 1 120 400 running null");
        assertThat(wakeups(script)).containsExactly("190 8 task 6 0 0 null null", "250 9 task 5 0 1 260 null");
        assertThat(script.play(List.of())
                        .lines(TimelineTables.LOST_SPAN, "cpu", "instance", "start_ns", "end_ns", "events"))
                .containsExactly("0 0 200 300 12");
    }

    @Test
    void a_loss_up_to_the_end_ends_what_was_open_on_that_cpu() {
        Script script = new Script()
                .switches(100, 0, 0, R, 7)
                .switches(150, 1, 0, R, 9)
                .lost(0, 200, 300, -1)
                .switches(300, 1, 9, S, 0);
        assertThat(spans(script)).containsExactly("7 0 100 200 running null", "9 1 150 300 running null");
    }

    @Test
    void without_switches_there_are_wakeups_but_no_spans() {
        Script script = new Script()
                .at(100, 0, 3, "sched:sched_waking", "t7", 7, 120, 0)
                .at(200, 0, 3, "sched:sched_migrate_task", "t7", 7, 120, 0, 1)
                .at(300, 0, 4, "sched:sched_wakeup", "t7", 7, 120, 1);
        assertThat(spans(script)).isEmpty();
        assertThat(wakeups(script)).containsExactly("100 3 task 7 1 0 300 null");
    }

    @Test
    void a_cpu_without_any_switch_ran_one_thread_all_the_time() {
        Script script = new Script()
                .at(100, 1, 0, "irq:softirq_entry", 1)
                .switches(200, 0, 7, S, 0)
                .at(900, 1, 0, "irq:softirq_exit", 1);
        assertThat(spans(script))
                .containsExactly("0 0 200 900 running null", "0 1 100 900 running null", "7 0 200 900 sleeping null");
    }

    @Test
    void an_event_from_a_second_ring_buffer_counts_once() {
        Script script = new Script()
                .instances("kvm")
                .switches(100, 0, 0, R, 7)
                .fromInstance(1, 101, 0, 0, "sched:sched_switch", "t0", 0, 120, R, "t7", 7, 120)
                .at(150, 0, 7, "irq:softirq_entry", 1)
                .switches(200, 0, 7, S, 0)
                .fromInstance(1, 201, 0, 7, "sched:sched_switch", "t7", 7, 120, S, "t0", 0, 120);
        assertThat(spans(script))
                .containsExactly("0 0 200 201 running null", "7 0 100 200 running null", "7 0 200 201 sleeping null");
    }

    @Test
    void a_switch_that_contradicts_the_last_one_ends_the_span_where_it_was_last_seen() {
        Script script = new Script()
                .switches(100, 0, 0, R, 7)
                .at(150, 0, 7, "irq:softirq_entry", 1)
                .switches(300, 0, 8, S, 9)
                .switches(400, 0, 9, S, 0);
        assertThat(spans(script))
                .containsExactly("7 0 100 150 running null", "8 0 300 400 sleeping null", "9 0 300 400 running null");
    }
}
