package dev.hindsight.replay.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Script;
import org.junit.jupiter.api.Test;

/** Rules by which spans, wakeups and timers become a thread's program; one or two threads on two CPUs. */
class ThreadProgramsTest {

    private static final int HARDIRQ = 8;
    private static final int SOFTIRQ = 16;
    private static final long US = 1_000;
    private static final long MS = 1_000_000;

    private static Script script() {
        return new Script()
                .declare("timer:hrtimer_start", "hrtimer ulong", "function text", "expires long", "softexpires long")
                .declare("timer:hrtimer_expire_entry", "hrtimer ulong", "now long", "function text")
                .declare("timer:hrtimer_expire_exit", "hrtimer ulong")
                .switches(0, 0, 0, 0, 7)
                .switches(0, 1, 0, 0, 8);
    }

    private static Script waking(Script script, long ns, int cpu, int tid, int flags, int wakee) {
        return script.flagged(ns, cpu, tid, flags, "sched:sched_waking", "t" + wakee, wakee, 120, 0)
                .flagged(ns + 5 * US, cpu, tid, flags, "sched:sched_wakeup", "t" + wakee, wakee, 120, 0);
    }

    /** Thread 7 runs on CPU 0 from {@code ns} to the recording's end, long enough that no rule of ends applies. */
    private static PlayedWorkload end(Script script, long ns) {
        script.switches(ns, 0, 0, 0, 7);
        return PlayedWorkload.of(script.switches(ns + MS, 1, 8, 0, 0).switches(ns + MS, 0, 7, 0, 0), 2);
    }

    private static long in(PlayedWorkload played) {
        return played.workload().host().switchInNs()[0];
    }

    @Test
    void a_wakeup_by_a_thread_stands_in_its_program_and_ends_the_others_wait() {
        Script script = script().switches(100 * US, 0, 7, 1, 0);
        waking(script, 300 * US, 1, 8, 0, 7);
        PlayedWorkload played = end(script, 400 * US);
        assertThat(played.program(7)).startsWith("compute 100000, wait, compute " + (MS - in(played)));
        assertThat(played.program(8)).isEqualTo("compute 300000, wake 7 +5000, compute 1100000");
    }

    @Test
    void a_block_that_a_thread_ends_which_was_awake_already_is_for_what_that_holds_since_as_long_before() {
        Script script = script().switches(300 * US, 0, 7, 2, 0);
        waking(script, 400 * US, 1, 8, 0, 7);
        PlayedWorkload played = end(script, 500 * US);
        assertThat(played.program(7)).startsWith("compute 300000, wait held 0, compute " + (MS - in(played)));
        assertThat(played.program(8))
                .isEqualTo("compute 200000, hold 0, compute 200000, release 0 +5000, compute 1100000");
    }

    /** Thread 7 goes to sleep at 300 us, woken 10 us before by 8; at 600 us it does, in whatever state. */
    private static PlayedWorkload wokenAsItGoes(long laterState) {
        Script script = script().flagged(290 * US, 1, 8, 0, "sched:sched_waking", "t7", 7, 120, 0)
                .switches(300 * US, 0, 7, 2, 0)
                .flagged(305 * US, 0, 0, HARDIRQ, "sched:sched_wakeup", "t7", 7, 120, 0)
                .switches(310 * US, 0, 0, 0, 7)
                .switches(600 * US, 0, 7, laterState, 0);
        waking(script, 700 * US, 1, 0, HARDIRQ, 7);
        return end(script, 800 * US);
    }

    @Test
    void a_sleep_that_a_wakeup_forestalls_is_uninterruptible_of_a_thread_that_is_in_no_other() {
        PlayedWorkload never = wokenAsItGoes(2);
        assertThat(never.program(7)).contains(", wait held 0, compute ");
        assertThat(never.program(8)).contains("hold 0, release 0 +");
        PlayedWorkload sleeps = wokenAsItGoes(1);
        assertThat(sleeps.program(7)).contains(", wait, compute ").doesNotContain("held");
        assertThat(sleeps.program(8)).contains("wake 7 +").doesNotContain("hold");
    }

    @Test
    void a_block_that_the_thread_ends_which_the_blocked_one_woke_is_for_its_answer() {
        Script script = script().switches(50 * US, 1, 8, 1, 0);
        waking(script, 200 * US, 0, 7, 0, 8);
        script.switches(210 * US, 1, 0, 0, 8).switches(300 * US, 0, 7, 2, 0);
        waking(script, 400 * US, 1, 8, 0, 7);
        PlayedWorkload played = end(script, 500 * US);
        assertThat(played.program(7)).startsWith("compute 200000, wake 8 +5000, compute 100000, wait, compute ");
        assertThat(played.program(8))
                .contains("wait, compute")
                .contains("wake 7 +5000")
                .doesNotContain("release");
    }

    @Test
    void a_block_that_a_thread_ends_which_slept_when_it_began_is_for_its_answer() {
        Script script = script().switches(50 * US, 1, 8, 1, 0).switches(100 * US, 0, 7, 2, 0);
        waking(script, 300 * US, 0, 0, HARDIRQ, 8);
        script.switches(310 * US, 1, 0, 0, 8);
        waking(script, 400 * US, 1, 8, 0, 7);
        PlayedWorkload played = end(script, 500 * US);
        assertThat(played.program(7)).startsWith("compute 100000, wait, compute ");
    }

    /** Thread 8 on CPU 1 wakes 7 for CPU 0, which is idle and asked to queue it, but stands still for a while. */
    private static Script queuedLate() {
        return script().switches(100 * US, 0, 7, 1, 0)
                .at(9_000 * US, 0, 0, "timer:hrtimer_start", 77, "other", 10_100 * US, 10_100 * US)
                .at(9_300 * US, 1, 8, "sched:sched_waking", "t7", 7, 120, 0)
                .at(15_000 * US, 0, 0, "ipi:ipi_entry", 1L)
                .at(15_020 * US, 0, 0, "sched:sched_wakeup", "t7", 7, 120, 0)
                .at(15_030 * US, 0, 0, "ipi:ipi_exit", 1L)
                .at(15_040 * US, 0, 0, "irq_vectors:local_timer_entry", 236)
                .at(15_041 * US, 0, 0, "timer:hrtimer_expire_entry", 77, 15_041 * US, "other")
                .at(15_042 * US, 0, 0, "timer:hrtimer_expire_exit", 77)
                .at(15_045 * US, 0, 0, "irq_vectors:local_timer_exit", 236);
    }

    @Test
    void a_cpu_stands_still_from_the_wakeup_that_it_queued_only_after_a_gap_and_the_wakeup_is_late_by_its_work_alone() {
        PlayedWorkload played = end(queuedLate(), 15_100 * US);
        assertThat(played.workload().gaps().startNs()).containsExactly(9_300 * US);
        assertThat(played.workload().gaps().endNs()).containsExactly(15_000 * US);
        assertThat(played.program(8)).isEqualTo("compute 9300000, wake 7 +20000, compute 6800000");
    }

    @Test
    void a_wakeup_that_another_cpu_queues_is_no_sample_of_what_queueing_takes() {
        Script script = script().switches(100 * US, 0, 7, 1, 0);
        for (int i = 1; i <= 6; i++) {
            waking(script, i * MS, 1, 8, 0, 9);
            script.at(i * MS + 300 * US, 1, 8, "sched:sched_waking", "t7", 7, 120, 0)
                    .at(i * MS + 500 * US, 0, 0, "ipi:ipi_entry", 1L)
                    .at(i * MS + 520 * US, 0, 0, "sched:sched_wakeup", "t7", 7, 120, 0)
                    .at(i * MS + 530 * US, 0, 0, "ipi:ipi_exit", 1L)
                    .switches(i * MS + 540 * US, 0, 0, 0, 7)
                    .switches(i * MS + 600 * US, 0, 7, 1, 0);
        }
        assertThat(end(script, 7 * MS).workload().host().wakeNs()).hasSize(6).containsOnly(5 * US);
    }

    @Test
    void interrupts_and_softirqs_are_taken_off_and_steps_come_at_the_offset_of_demand() {
        Script script = script().at(100 * US, 1, 8, "irq_vectors:local_timer_entry", 236)
                .at(130 * US, 1, 8, "irq_vectors:local_timer_exit", 236)
                .at(130 * US, 1, 8, "irq:softirq_entry", 1)
                .at(150 * US, 1, 8, "irq:softirq_exit", 1)
                .switches(160 * US, 0, 7, 1, 0);
        waking(script, 300 * US, 1, 8, 0, 7);
        PlayedWorkload played = end(script, 400 * US);
        assertThat(played.program(8)).isEqualTo("compute 250000, wake 7 +5000, compute 1100000");
    }

    @Test
    void softirqs_that_ksoftirqd_runs_are_its_demand_and_their_wakeups_its_steps() {
        Script script = script().switches(100 * US, 0, 7, 1, 0);
        script.at(100 * US, 1, 8, "sched:sched_switch", "t8", 8, 120, 0, "ksoftirqd/1", 20, 120)
                .at(120 * US, 1, 20, "irq:softirq_entry", 3);
        waking(script, 150 * US, 1, 20, SOFTIRQ, 7);
        script.at(180 * US, 1, 20, "irq:softirq_exit", 3)
                .at(200 * US, 1, 20, "sched:sched_switch", "ksoftirqd/1", 20, 120, 1, "t8", 8, 120);
        PlayedWorkload played = end(script, 400 * US);
        assertThat(played.program(20)).isEqualTo("compute 50000, wake 7 +5000, compute 50000, wait");
        assertThat(played.program(7)).startsWith("compute 100000, wait, ");
    }

    @Test
    void what_ksoftirqd_does_once_an_interrupt_has_woken_it_is_raised_by_that_interrupt() {
        Script script = script();
        ksoftirqd(script, 100 * US);
        script.at(300 * US, 1, 8, "irq:irq_handler_entry", 25, "net")
                .flagged(310 * US, 1, 8, HARDIRQ, "sched:sched_waking", "ksoftirqd/1", 20, 120, 1)
                .flagged(315 * US, 1, 8, HARDIRQ, "sched:sched_wakeup", "ksoftirqd/1", 20, 120, 1)
                .at(320 * US, 1, 8, "irq:irq_handler_exit", 25, 1);
        ksoftirqd(script, 330 * US);
        PlayedWorkload played = end(script, 450 * US);
        assertThat(played.program(20)).matches("compute [0-9]+, wait, compute [0-9]+, wait");
        Arrivals arrivals = played.workload().arrivals();
        assertThat(arrivals.dueNs()).containsExactly(300 * US);
        assertThat(arrivals.irq())
                .containsExactly(played.workload().irqs().name().indexOf("net"));
        assertThat(arrivals.wakes()).containsExactly(played.thread(20));
        assertThat(arrivals.cpu()).containsExactly(1);
        assertThat(played.workload().softirqs().threadOfCpu()).containsExactly(-1, played.thread(20));
        assertThat(played.workload().softirqs().usual()[1]).isEqualTo(3);
    }

    /** 100 us of ksoftirqd in place of thread 8. */
    private static void ksoftirqd(Script script, long ns) {
        script.at(ns, 1, 8, "sched:sched_switch", "t8", 8, 120, 0, "ksoftirqd/1", 20, 120)
                .at(ns + 10 * US, 1, 20, "irq:softirq_entry", 3)
                .at(ns + 90 * US, 1, 20, "irq:softirq_exit", 3)
                .at(ns + 100 * US, 1, 20, "sched:sched_switch", "ksoftirqd/1", 20, 120, 1, "t8", 8, 120);
    }

    @Test
    void a_wakeup_of_a_thread_that_does_not_sleep_is_dropped() {
        Script script = script();
        waking(script, 200 * US, 1, 8, 0, 7);
        script.switches(400 * US, 0, 7, 0, 0);
        PlayedWorkload played = end(script, 400 * US);
        assertThat(played.program(8)).isEqualTo("compute 1400000");
    }

    @Test
    void a_wait_ended_by_a_timer_that_the_thread_set_itself_lasts_from_its_block() {
        Script script = script().at(90 * US, 0, 7, "timer:hrtimer_start", 99, "hrtimer_wakeup", 390 * US, 390 * US)
                .switches(100 * US, 0, 7, 1, 0);
        expiry(script, 400 * US, 99, "hrtimer_wakeup", 7);
        assertThat(end(script, 450 * US).program(7)).startsWith("compute 100000, wait for 290000 local_timer, ");
    }

    @Test
    void a_wait_ended_by_a_timer_on_a_grid_lasts_until_its_time() {
        Script script = script();
        for (int i = 1; i <= 4; i++) {
            long due = i * MS;
            script.at(due - 900 * US, 0, 7, "timer:hrtimer_start", 99, "timerfd_tmrproc", due, due)
                    .switches(due - 800 * US, 0, 7, 1, 0);
            expiry(script, due + 10 * US, 99, "timerfd_tmrproc", 7);
            script.switches(due + 50 * US, 0, 0, 0, 7);
        }
        script.switches(5 * MS, 0, 7, 1, 0);
        assertThat(PlayedWorkload.of(script, 2).program(7))
                .contains("wait until 1000000 local_timer", "wait until 2000000", "wait until 4000000");
    }

    private static void expiry(Script script, long ns, long timer, String function, int wakee) {
        script.flagged(ns, 0, 0, 0, "irq_vectors:local_timer_entry", 236)
                .flagged(ns + US, 0, 0, HARDIRQ, "timer:hrtimer_expire_entry", timer, ns, function);
        waking(script, ns + 2 * US, 0, 0, HARDIRQ, wakee);
        script.flagged(ns + 10 * US, 0, 0, HARDIRQ, "timer:hrtimer_expire_exit", timer)
                .flagged(ns + 12 * US, 0, 0, 0, "irq_vectors:local_timer_exit", 236);
    }

    @Test
    void a_wait_ended_by_a_device_lasts_until_its_interrupt() {
        Script script = script().switches(100 * US, 0, 7, 2, 0);
        script.at(300 * US, 0, 0, "irq:irq_handler_entry", 25, "disk");
        waking(script, 310 * US, 0, 0, HARDIRQ, 7);
        script.at(320 * US, 0, 0, "irq:irq_handler_exit", 25, 1);
        PlayedWorkload played = end(script, 400 * US);
        assertThat(played.program(7)).startsWith("compute 100000, wait for 200000 disk, ");
        IrqKinds irqs = played.workload().irqs();
        int disk = irqs.name().indexOf("disk");
        assertThat(irqs.beforeNs()[disk]).isEqualTo(10 * US);
        assertThat(irqs.afterNs()[disk]).isEqualTo(5 * US);
        assertThat(played.workload().arrivals().size()).isZero();
    }

    @Test
    void a_wait_that_nobody_explains_keeps_its_length() {
        Script script = script().switches(100 * US, 0, 7, 1, 0).at(290 * US, 0, 0, "irq:softirq_entry", 1);
        waking(script, 300 * US, 0, 0, SOFTIRQ, 7);
        script.at(310 * US, 0, 0, "irq:softirq_exit", 1);
        assertThat(end(script, 400 * US).program(7)).startsWith("compute 100000, wait for 200000, ");
    }

    @Test
    void a_devices_interrupt_that_ends_no_wait_arrives_all_the_same() {
        Script script = script().at(300 * US, 1, 8, "irq:irq_handler_entry", 25, "net")
                .at(320 * US, 1, 8, "irq:irq_handler_exit", 25, 1)
                .switches(350 * US, 0, 7, 0, 0);
        Arrivals arrivals = end(script, 350 * US).workload().arrivals();
        assertThat(arrivals.dueNs()).containsExactly(300 * US);
        assertThat(arrivals.line()).containsExactly(-1);
        assertThat(arrivals.cpu()).containsExactly(1);
    }

    @Test
    void a_thread_that_is_first_woken_by_another_is_forked_by_it() {
        Script script = script();
        waking(script, 200 * US, 1, 8, 0, 9);
        script.switches(300 * US, 0, 7, 0, 9).switches(400 * US, 0, 9, 1, 0);
        PlayedWorkload played = end(script, 400 * US);
        assertThat(played.program(8)).isEqualTo("compute " + (200 * US - in(played)) + ", fork 9, compute 1200000");
        assertThat(played.workload().threads().runnableAtNs()[played.thread(9)]).isEqualTo(Long.MAX_VALUE);
        assertThat(played.workload().threads().runnableAtNs()[played.thread(8)]).isZero();
    }

    @Test
    void a_thread_that_exits_ends() {
        Script script = script().at(90 * US, 0, 7, "sched:sched_process_exit", "t7", 7, 120);
        script.switches(100 * US, 0, 7, 0x20, 0).switches(200 * US, 0, 0, 0, 9).switches(900 * US, 0, 9, 1, 0);
        assertThat(PlayedWorkload.of(script, 2).program(7)).isEqualTo("compute 100000, end");
    }

    @Test
    void a_change_of_priority_comes_before_the_wait_from_which_the_thread_woke_with_it() {
        Script script = script().switches(100 * US, 0, 7, 1, 0);
        script.at(300 * US, 1, 8, "sched:sched_waking", "t7", 7, 19, 0)
                .at(305 * US, 1, 8, "sched:sched_wakeup", "t7", 7, 19, 0)
                .at(310 * US, 0, 0, "sched:sched_switch", "t0", 0, 120, 0, "t7", 7, 19)
                .at(500 * US, 0, 7, "sched:sched_switch", "t7", 7, 19, 1, "t0", 0, 120)
                .switches(900 * US, 1, 8, 0, 0);
        PlayedWorkload played = PlayedWorkload.of(script, 2);
        assertThat(played.program(7)).startsWith("compute " + (100 * US - in(played)) + ", priority 19, wait, ");
    }

    @Test
    void a_time_in_which_nothing_is_known_of_a_thread_is_waited_out() {
        Script script = script().lost(0, 200 * US, 600 * US, 9)
                .at(600 * US, 0, 7, "irq:softirq_entry", 1)
                .at(610 * US, 0, 7, "irq:softirq_exit", 1)
                .switches(800 * US, 0, 7, 1, 0)
                .switches(900 * US, 1, 8, 0, 0);
        assertThat(PlayedWorkload.of(script, 2).program(7)).contains("wait until 600000");
    }

    @Test
    void threads_with_the_name_of_a_cpus_own_are_bound_to_it() {
        Script script = script().savedComm(7, "kworker/1:2H").savedComm(8, "kworker/u4:1");
        PlayedWorkload played = PlayedWorkload.of(
                script.at(50 * US, 0, 7, "task:task_rename", 7, "t7", "kworker/1:2H")
                        .at(60 * US, 1, 8, "task:task_rename", 8, "t8", "kworker/u4:1")
                        .at(500 * US, 0, 7, "irq:softirq_entry", 1)
                        .at(600 * US, 1, 8, "irq:softirq_entry", 1),
                2);
        Threads threads = played.workload().threads();
        assertThat(threads.affinity()[played.thread(7)]).isEqualTo(0b10);
        assertThat(threads.bound()[played.thread(7)]).isTrue();
        assertThat(threads.affinity()[played.thread(8)]).isEqualTo(0b11);
        assertThat(threads.bound()[played.thread(8)]).isFalse();
    }

    @Test
    void a_thread_that_waited_long_beside_an_idle_cpu_is_taken_for_pinned() {
        Script script = script().switches(10 * US, 1, 8, 1, 0);
        long ns = 20 * US;
        for (int i = 0; i < 30; i++) {
            script.switches(ns, 0, 7, 0, 9).switches(ns + 5 * MS, 0, 9, 0, 7);
            ns += 10 * MS;
        }
        script.switches(ns, 0, 7, 1, 0);
        PlayedWorkload played = PlayedWorkload.of(script, 2);
        assertThat(played.workload().threads().affinity()[played.thread(7)]).isEqualTo(1);
        assertThat(played.workload().threads().affinity()[played.thread(8)]).isEqualTo(0b11);
        assertThat(played.workload().threads().hungry()[played.thread(7)]).isTrue();
    }
}
