package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuGapsTest {

    private static final long MS = 1_000_000;
    private static final long TICK = 0xffff_8000_1234_5678L;

    private static Script script() {
        return new Script()
                .declare(
                        "timer:hrtimer_start",
                        "hrtimer ulong",
                        "function ulong",
                        "expires long",
                        "softexpires long",
                        "mode")
                .declare("timer:hrtimer_expire_entry", "hrtimer ulong", "now long", "function ulong")
                .declare("timer:hrtimer_cancel", "hrtimer ulong");
    }

    private static List<String> gaps(Script script) {
        return script.play(List.of(CpuGaps::new)).lines(TimelineTables.GAP_SPAN, "cpu", "start_ns", "end_ns");
    }

    private static Script armed(long atNs, long expiresNs) {
        return script().at(atNs, 0, 7, "timer:hrtimer_start", TICK, 1, expiresNs, expiresNs, 10);
    }

    @Test
    void a_silence_past_a_due_timer_is_a_gap_from_its_due_time_to_the_first_event_after() {
        assertThat(gaps(armed(MS, 5 * MS)
                        .at(8 * MS, 0, 7, "irq_vectors:local_timer_entry", 236)
                        .at(8 * MS + 20, 0, 7, "timer:hrtimer_expire_entry", TICK, 8 * MS + 20, 1)))
                .containsExactly("0 5000000 8000000");
    }

    @Test
    void a_late_timer_is_no_gap_where_the_cpu_showed_events_meanwhile() {
        assertThat(gaps(armed(MS, 5 * MS)
                        .at(6 * MS, 0, 7, "irq:softirq_entry", 1)
                        .at(6 * MS + 500, 0, 7, "irq:softirq_exit", 1)
                        .at(6 * MS + 900_000, 0, 7, "irq_vectors:local_timer_entry", 236)
                        .at(6 * MS + 900_020, 0, 7, "timer:hrtimer_expire_entry", TICK, 6 * MS + 900_020, 1)))
                .containsExactly("0 5000000 6000000");
        assertThat(gaps(armed(MS, 5 * MS)
                        .at(5 * MS + 100, 0, 7, "irq:softirq_entry", 1)
                        .at(8 * MS, 0, 7, "irq_vectors:local_timer_entry", 236)
                        .at(8 * MS + 20, 0, 7, "timer:hrtimer_expire_entry", TICK, 8 * MS + 20, 1)))
                .isEmpty();
    }

    @Test
    void a_silence_in_which_no_timer_was_due_is_no_gap() {
        assertThat(gaps(armed(MS, 8 * MS)
                        .at(8 * MS + 10, 0, 7, "irq_vectors:local_timer_entry", 236)
                        .at(8 * MS + 20, 0, 7, "timer:hrtimer_expire_entry", TICK, 8 * MS + 20, 1)))
                .isEmpty();
    }

    @Test
    void a_cancelled_timer_and_a_loss_of_events_make_no_gap() {
        assertThat(gaps(armed(MS, 5 * MS)
                        .at(MS + 10, 0, 7, "timer:hrtimer_cancel", TICK)
                        .at(8 * MS + 20, 0, 7, "timer:hrtimer_expire_entry", TICK, 8 * MS + 20, 1)))
                .isEmpty();
        assertThat(gaps(armed(MS, 5 * MS)
                        .lost(0, MS, 8 * MS, 3)
                        .at(8 * MS, 0, 7, "timer:hrtimer_expire_entry", TICK, 8 * MS, 1)))
                .isEmpty();
    }

    @Test
    void lateness_is_taken_on_the_timers_own_clock_where_the_trace_has_another() {
        assertThat(gaps(armed(MS, 105 * MS).at(8 * MS, 0, 7, "timer:hrtimer_expire_entry", TICK, 108 * MS, 1)))
                .containsExactly("0 5000000 8000000");
    }

    @Test
    void of_several_timers_due_in_one_silence_the_first_counts() {
        assertThat(gaps(armed(MS, 6 * MS)
                        .at(MS + 10, 0, 7, "timer:hrtimer_start", 99, 2, 4 * MS, 4 * MS, 0)
                        .at(8 * MS, 0, 7, "timer:hrtimer_expire_entry", 99, 8 * MS, 2)
                        .at(8 * MS + 50, 0, 7, "timer:hrtimer_expire_entry", TICK, 8 * MS, 1)
                        .at(20 * MS, 0, 7, "irq:softirq_entry", 1)))
                .containsExactly("0 4000000 8000000");
    }

    /** Thread 7 runs on CPU 0 from 1 ms on; CPU 1 queues thread 8 there at 3 ms. */
    private static Script queued() {
        return script().declare("irq_vectors:reschedule_entry", "vector")
                .at(MS, 0, 7, "irq:softirq_entry", 1)
                .at(3 * MS, 1, 9, "sched:sched_wakeup", "t8", 8, 120, 0);
    }

    @Test
    void a_request_to_reschedule_that_ends_a_silence_makes_it_a_gap_from_the_wakeup_that_made_it() {
        assertThat(gaps(queued().at(6 * MS, 0, 7, "irq_vectors:reschedule_entry", 253)
                        .switches(6 * MS + 50, 0, 7, 0, 8)
                        .at(20 * MS, 0, 8, "irq:softirq_entry", 1)))
                .containsExactly("0 3000000 6000000");
    }

    @Test
    void a_request_for_another_thread_and_a_silence_that_another_event_ends_are_no_gap() {
        assertThat(gaps(queued().at(6 * MS, 0, 7, "irq_vectors:reschedule_entry", 253)
                        .switches(6 * MS + 50, 0, 7, 0, 5)
                        .switches(6 * MS + 90, 0, 5, 1, 8)))
                .isEmpty();
        assertThat(gaps(queued().at(6 * MS, 0, 7, "irq_vectors:local_timer_entry", 236)
                        .at(6 * MS + 20, 0, 7, "irq_vectors:reschedule_entry", 253)
                        .switches(6 * MS + 50, 0, 7, 0, 8)))
                .isEmpty();
        assertThat(gaps(queued().at(4 * MS - 1, 0, 7, "irq_vectors:reschedule_entry", 253)
                        .switches(4 * MS + 50, 0, 7, 0, 8)))
                .as("less than a millisecond")
                .isEmpty();
    }

    @Test
    void of_a_due_timer_and_a_request_in_one_silence_the_earlier_counts() {
        Script both = queued().at(2 * MS, 1, 9, "timer:hrtimer_start", TICK, 1, 4 * MS, 4 * MS, 10);
        assertThat(gaps(both.at(6 * MS, 0, 7, "irq_vectors:reschedule_entry", 253)
                        .at(6 * MS + 20, 0, 7, "timer:hrtimer_expire_entry", TICK, 6 * MS + 20, 1)
                        .switches(6 * MS + 50, 0, 7, 0, 8)))
                .containsExactly("0 3000000 6000000");
    }
}
