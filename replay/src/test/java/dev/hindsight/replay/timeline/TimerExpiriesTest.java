package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimerExpiriesTest {

    private static final long MS = 1_000_000;
    private static final int HARDIRQ = 8;

    private static Script script() {
        return new Script()
                .declare("timer:hrtimer_start", "hrtimer ulong", "function text", "expires long", "softexpires long")
                .declare("timer:hrtimer_expire_entry", "hrtimer ulong", "now long", "function text")
                .declare("timer:hrtimer_expire_exit", "hrtimer ulong");
    }

    private static Script starts(Script script, long ns, int tid, int flags, long timer, String function, long due) {
        return script.flagged(ns, 0, tid, flags, "timer:hrtimer_start", timer, function, due, due);
    }

    private static Script expires(Script script, long ns, long timer, String function) {
        return script.flagged(ns, 0, 7, HARDIRQ, "timer:hrtimer_expire_entry", timer, ns - 2, function)
                .flagged(ns + 10, 0, 7, HARDIRQ, "timer:hrtimer_expire_exit", timer);
    }

    private static List<String> rows(Script script) {
        return script.play(List.of(TimerExpiries::new))
                .lines(
                        TimelineTables.TIMER_EXPIRY,
                        "cpu",
                        "timer",
                        "function",
                        "armed_ns",
                        "armed_by_tid",
                        "due_ns",
                        "expired_ns",
                        "returned_ns");
    }

    @Test
    void an_expiry_tells_who_set_the_timer_when_and_for_when() {
        Script script = starts(script(), MS, 7, 0, 99, "hrtimer_wakeup", 3 * MS);
        assertThat(rows(expires(script, 3 * MS + 20, 99, "hrtimer_wakeup")))
                .containsExactly("0 99 hrtimer_wakeup 1000000 7 3000000 3000020 3000030");
    }

    @Test
    void a_timer_that_its_callback_sets_again_was_set_by_no_thread() {
        Script script = starts(script(), MS, 7, HARDIRQ, 99, "pit_timer_fn", 3 * MS);
        assertThat(rows(expires(script, 3 * MS + 20, 99, "pit_timer_fn")))
                .containsExactly("0 99 pit_timer_fn 1000000 null 3000000 3000020 3000030");
    }

    @Test
    void a_timer_that_was_set_before_the_recording_began_has_no_due_time() {
        assertThat(rows(expires(script(), 3 * MS, 99, "hrtimer_wakeup")))
                .containsExactly("0 99 hrtimer_wakeup null null null 3000000 3000010");
    }

    @Test
    void an_expiry_whose_return_was_lost_has_no_end() {
        Script script = starts(script(), MS, 7, 0, 99, "hrtimer_wakeup", 3 * MS)
                .flagged(3 * MS, 0, 7, HARDIRQ, "timer:hrtimer_expire_entry", 99, 3 * MS, "hrtimer_wakeup")
                .lost(0, 3 * MS, 4 * MS, 5)
                .flagged(5 * MS, 0, 7, HARDIRQ, "timer:hrtimer_expire_exit", 99);
        assertThat(rows(script)).containsExactly("0 99 hrtimer_wakeup 1000000 7 3000000 3000000 null");
    }

    @Test
    void the_tick_makes_no_rows_but_tells_its_period() {
        Script script = script();
        for (int tick = 1; tick <= 6; tick++) {
            // One tick is left out, as on an idle CPU.
            if (tick != 4) {
                starts(script, (4 * tick - 1) * MS, 7, HARDIRQ, 55, "tick_sched_timer", 4 * tick * MS);
                expires(script, 4 * tick * MS + 500, 55, "tick_sched_timer");
            }
        }
        Tables tables = script.play(List.of(TimerExpiries::new));
        assertThat(tables.rows(TimelineTables.TIMER_EXPIRY)).isEmpty();
        assertThat(tables.lines(TimelineTables.CPU, "cpu", "tick_ns")).containsExactly("0 4000000");
    }

    @Test
    void without_ticks_no_period_is_told() {
        assertThat(script().switches(MS, 0, 7, 1, 0)
                        .play(List.of(TimerExpiries::new))
                        .lines(TimelineTables.CPU, "cpu", "tick_ns"))
                .containsExactly("0 null");
    }

    @Test
    void many_timers_at_a_time_keep_apart() {
        Script script = script();
        for (int timer = 1; timer <= 1000; timer++) {
            starts(script, timer, 7, 0, 4096L * timer, "hrtimer_wakeup", MS + timer);
        }
        for (int timer = 1; timer <= 1000; timer++) {
            expires(script, 2 * MS + 100 * timer, 4096L * timer, "hrtimer_wakeup");
        }
        List<String> due = script.play(List.of(TimerExpiries::new))
                .lines(TimelineTables.TIMER_EXPIRY, "timer", "armed_ns", "due_ns");
        assertThat(due).hasSize(1000).contains("4096 1 1000001", "4096000 1000 1001000");
    }
}
