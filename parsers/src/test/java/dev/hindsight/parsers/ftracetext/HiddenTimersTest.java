package dev.hindsight.parsers.ftracetext;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadEvents.Event;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which expiries of a text that hides its timers belong to which starts. */
class HiddenTimersTest {

    @TempDir
    Path scratch;

    private final StringBuilder text = new StringBuilder("# tracer: nop\n#\n");
    private final List<Object> starts = new ArrayList<>();
    private long warned;

    private HiddenTimersTest line(int us, int cpu, String event) {
        text.append(String.format(
                Locale.ROOT, "  qemu-7  [%03d] d.h.. %d.%06d: %s%n", cpu, us / 1_000_000, us % 1_000_000, event));
        return this;
    }

    private HiddenTimersTest start(int us, int cpu, String function, long expiresUs) {
        return start(us, cpu, function, expiresUs, "");
    }

    private HiddenTimersTest start(int us, int cpu, String function, long expiresUs, String more) {
        return line(
                us,
                cpu,
                "hrtimer_start: hrtimer=(____ptrval____) function=" + function + " expires=" + 1000 * expiresUs
                        + " softexpires=" + 1000 * expiresUs + " mode=REL" + more);
    }

    private HiddenTimersTest expiry(int us, int cpu, String function) {
        return line(
                        us,
                        cpu,
                        "hrtimer_expire_entry: hrtimer=(____ptrval____) function=" + function + " now=" + 1000L * us)
                .line(us + 1, cpu, "hrtimer_expire_exit: hrtimer=(____ptrval____)");
    }

    private HiddenTimersTest cancel(int us, int cpu) {
        return line(us, cpu, "hrtimer_cancel: hrtimer=(____ptrval____)");
    }

    /** Of each expiry the time in us for which its timer was set, 0 where nobody knows. */
    private List<Long> dueUs() throws IOException {
        Path file = Files.writeString(scratch.resolve("trace.txt"), text);
        List<Long> due = new ArrayList<>();
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            Map<Object, Long> set = new HashMap<>();
            Object running = null;
            for (Event event : ReadEvents.of(recording).events) {
                Object timer = event.fields().get("hrtimer");
                if (event.name().equals("hrtimer_start")) {
                    set.put(timer, (Long) event.fields().get("expires"));
                    starts.add(timer);
                } else if (event.name().equals("hrtimer_expire_entry")) {
                    Long setFor = set.remove(timer);
                    due.add(setFor == null ? 0 : setFor / 1000);
                    running = timer;
                } else if (event.name().equals("hrtimer_expire_exit") && running != null) {
                    assertThat(timer).isEqualTo(running);
                }
            }
            warned = recording.warnings().all().stream()
                    .filter(warning -> warning.code().equals("hidden-timer"))
                    .mapToLong(Warning::count)
                    .sum();
        }
        return due;
    }

    @Test
    void an_expiry_is_of_the_only_timer_with_its_callback_whose_time_has_come() throws IOException {
        start(100, 0, "kvm_timer", 200).start(110, 0, "kvm_timer", 900).start(120, 0, "hrtimer_wakeup", 150);
        expiry(203, 0, "kvm_timer").expiry(205, 0, "hrtimer_wakeup").expiry(903, 1, "kvm_timer");
        assertThat(dueUs()).containsExactly(200L, 150L, 900L);
        assertThat(warned).isZero();
    }

    @Test
    void where_several_fit_nobody_knows_and_all_of_them_are_counted_but_later_ones_are_told_again() throws IOException {
        start(100, 0, "kvm_timer", 200).start(110, 1, "kvm_timer", 201);
        expiry(203, 0, "kvm_timer").expiry(204, 1, "kvm_timer");
        start(300, 0, "kvm_timer", 400).expiry(402, 0, "kvm_timer");
        assertThat(dueUs()).containsExactly(0L, 0L, 400L);
        assertThat(warned).isEqualTo(2);
    }

    @Test
    void the_ticks_timers_are_told_by_their_cpus() throws IOException {
        start(100, 0, "tick_sched_timer", 4000).start(110, 1, ".tick_sched_timer", 4000);
        expiry(4003, 1, ".tick_sched_timer").expiry(4004, 0, "tick_sched_timer");
        // Stopped and started again: there is but one of a CPU.
        start(4010, 0, "tick_sched_timer", 8000).start(4020, 0, "tick_sched_timer", 12000);
        expiry(12001, 0, "tick_sched_timer");
        assertThat(dueUs()).containsExactly(4000L, 4000L, 12000L);
        assertThat(warned).isZero();
    }

    @Test
    void a_timer_that_is_set_anew_takes_its_own_place() throws IOException {
        start(100, 0, "kvm_timer", 200)
                .cancel(150, 0)
                .start(150, 0, "kvm_timer", 300)
                .expiry(301, 0, "kvm_timer");
        assertThat(dueUs()).containsExactly(300L);
        assertThat(warned).isZero();
    }

    @Test
    void newer_kernels_say_that_a_timer_was_set() throws IOException {
        start(400, 0, "kvm_timer", 500, " was_armed=0").start(450, 0, "kvm_timer", 600, " was_armed=1");
        expiry(601, 0, "kvm_timer");
        assertThat(dueUs()).containsExactly(600L);
        assertThat(warned).isZero();
    }

    @Test
    void a_timer_is_known_again_where_it_starts_itself_or_its_thread_starts_it() throws IOException {
        // In its callback's interrupt, then by threads 7 and 8 (d..., no h: no interrupt).
        start(100, 0, "pit_timer", 200).expiry(203, 0, "pit_timer").start(205, 0, "pit_timer", 400);
        text.append(text.substring(text.lastIndexOf("  qemu-7"))
                .replace("0.000205", "0.000300")
                .replace("400000", "900000"));
        thread(500, 7, "apic_timer_fn", 600);
        expiry(601, 1, "apic_timer_fn");
        thread(700, 7, "apic_timer_fn", 800);
        thread(710, 8, "apic_timer_fn", 990);
        thread(720, 8, "hrtimer_wakeup", 991);
        expiry(992, 1, "hrtimer_wakeup");
        thread(993, 8, "hrtimer_wakeup", 999);
        dueUs();
        assertThat(starts.get(1)).isEqualTo(starts.get(0));
        assertThat(starts.get(2)).isNotEqualTo(starts.get(0));
        assertThat(starts.get(4)).isEqualTo(starts.get(3));
        assertThat(starts.get(5)).isNotEqualTo(starts.get(4));
        assertThat(starts.get(7)).isNotEqualTo(starts.get(6));
    }

    @Test
    void a_tick_that_the_idle_threads_of_two_cpus_start_is_not_one_timer() throws IOException {
        start(100, 0, "tick_sched_timer", 4000).start(200, 1, "tick_sched_timer", 4000);
        start(300, 0, "tick_sched_timer", 8000).start(400, 1, "tick_sched_timer", 8000);
        dueUs();
        assertThat(starts.get(1)).isNotEqualTo(starts.get(0));
        assertThat(starts.subList(2, 4)).isEqualTo(starts.subList(0, 2));
    }

    private void thread(int us, int tid, String function, long expiresUs) {
        int from = text.length();
        start(us, 0, function, expiresUs);
        String line = text.substring(from);
        text.setLength(from);
        text.append(line.replace("qemu-7 ", "qemu-" + tid + " ").replace("d.h..", "d...."));
    }

    @Test
    void a_cancellation_before_the_expiry_itself_cancels_nothing() throws IOException {
        start(100, 0, "kvm_timer", 200).cancel(201, 0).expiry(201, 0, "kvm_timer");
        assertThat(dueUs()).containsExactly(200L);
    }

    @Test
    void what_was_cancelled_leaves_doubt_until_it_is_overdue_by_a_second() throws IOException {
        start(100, 0, "kvm_timer", 200).start(110, 0, "hrtimer_wakeup", 9000).cancel(150, 0);
        line(160, 0, "hrtimer_expire_exit: hrtimer=(____ptrval____)");
        for (int us = 10_000; us < 1_100_000; us += 100_000) {
            start(us - 100, 0, "kvm_timer", us).expiry(us + 2, 0, "kvm_timer");
        }
        start(1_300_000, 0, "kvm_timer", 1_300_100).expiry(1_300_102, 0, "kvm_timer");
        List<Long> due = dueUs();
        assertThat(due.subList(0, 10)).containsOnly(0L);
        assertThat(due.subList(due.size() - 1, due.size())).containsExactly(1_300_100L);
        assertThat(warned).isBetween(10L, 11L);
    }

    @Test
    void times_of_another_clock_are_no_candidates_and_losses_forget_all() throws IOException {
        start(100, 0, "hrtimer_wakeup", 1_700_000_000_000_000L).start(110, 0, "hrtimer_wakeup", 200);
        expiry(203, 0, "hrtimer_wakeup").start(300, 0, "hrtimer_wakeup", 400);
        text.append("CPU:0 [LOST 5 EVENTS]\n");
        expiry(500, 0, "hrtimer_wakeup");
        assertThat(dueUs()).containsExactly(200L, 0L);
        assertThat(warned).isZero();
    }
}
