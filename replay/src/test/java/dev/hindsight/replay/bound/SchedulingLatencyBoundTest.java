package dev.hindsight.replay.bound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bounds of small timelines, exact. */
class SchedulingLatencyBoundTest {

    private static final MachineFacts TWO_CPUS = new MachineFacts("6.1.0", 2, 0, 1_000_000);

    private final TimelineStore store = new TimelineStore(SchedulingLatencyBound.TABLES);
    private final List<TableAppender> tables = new ArrayList<>();
    private final TableAppender threads = table(TimelineTables.THREAD_SPAN);
    private final TableAppender wakeups = table(TimelineTables.WAKEUP);
    private final TableAppender irqs = table(TimelineTables.IRQ_SPAN);
    private final TableAppender vcpus = table(TimelineTables.VCPU_SPAN);
    private final TableAppender gaps = table(TimelineTables.GAP_SPAN);
    private final TableAppender losses = table(TimelineTables.LOST_SPAN);

    private TableAppender table(TableSchema schema) {
        TableAppender appender = new TableAppender(schema, store);
        tables.add(appender);
        return appender;
    }

    private void thread(int tid, int cpu, long start, long end, String state, int prio) {
        threads.addRow();
        threads.set(0, tid);
        threads.set(1, cpu);
        threads.set(2, start);
        threads.set(3, end);
        threads.setText(4, state);
        threads.set(5, prio);
        threads.setText(6, prio < 100 ? "rt" : "fair");
        threads.set(7, ColumnData.NULL);
    }

    private void wakeup(int tid, int cpu, long waking, long enqueued, long running) {
        wakeups.addRow();
        wakeups.set(0, waking);
        wakeups.set(1, 0);
        wakeups.setText(2, "hardirq");
        wakeups.set(3, tid);
        wakeups.set(4, cpu);
        wakeups.set(5, cpu);
        wakeups.set(6, enqueued);
        wakeups.set(7, running);
    }

    /** Thread 9 (FIFO 80) wakes over thread 5 (nice 0) and runs for 100 ns, then 5 again for 100. */
    private void preemption(int cpu, long runFrom, long waking, long running) {
        thread(5, cpu, runFrom, running, "running", 120);
        thread(9, cpu, waking + 10, running, "runnable-woken", 19);
        thread(9, cpu, running, running + 100, "running", 19);
        thread(5, cpu, running + 100, running + 200, "running", 120);
        wakeup(9, cpu, waking, waking + 10, running);
    }

    private void irq(int cpu, String kind, int number, long start, long end, long self) {
        irqs.addRow();
        irqs.set(0, cpu);
        irqs.set(1, start);
        irqs.set(2, end);
        irqs.setText(3, kind);
        irqs.set(4, number);
        irqs.setText(5, kind + number);
        irqs.set(6, 5);
        irqs.set(7, self);
        irqs.set(8, ColumnData.NULL);
        irqs.set(9, ColumnData.NULL);
    }

    private void exit(int cpu, long start, long end) {
        vcpus.addRow();
        vcpus.setText(0, "vm");
        vcpus.set(1, 0);
        vcpus.set(2, 5);
        vcpus.set(3, cpu);
        vcpus.set(4, start);
        vcpus.set(5, end);
        vcpus.setText(6, "exit");
    }

    private SchedulingLatencyBound machine() {
        tables.forEach(TableAppender::flush);
        return SchedulingLatencyBound.of(store, TWO_CPUS);
    }

    private List<SchedulingLatencyBound> perCpu() {
        tables.forEach(TableAppender::flush);
        return SchedulingLatencyBound.perCpu(store, TWO_CPUS);
    }

    @Test
    void without_interrupts_it_is_the_longest_delay() {
        preemption(0, 0, 1_000, 1_300);
        preemption(0, 1_500, 2_000, 2_450);
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 450, 450, 0, 0, 2));
    }

    @Test
    void interrupts_within_the_delay_are_taken_out_and_come_back_with_their_longest() {
        preemption(0, 0, 1_000, 1_300);
        irq(0, "vector", 236, 1_100, 1_200, 100);
        irq(0, "vector", 236, 50_000, 50_400, 400);
        // R = 300 - 100; one vector of at most 400 in any window of 600
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 600, 200, 0, 400, 1));
    }

    @Test
    void a_longer_window_lets_more_interrupts_in_until_nothing_changes() {
        preemption(0, 0, 1_000, 1_100);
        irq(0, "hardirq", 27, 50_000, 50_100, 100);
        irq(0, "hardirq", 27, 50_250, 50_350, 100);
        irq(0, "hardirq", 27, 50_600, 50_700, 100);
        irq(0, "hardirq", 27, 60_000, 60_100, 100);
        // a window of 100 meets one; of 200 two, from the last ns of the first; of 300 still two
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 300, 100, 0, 200, 1));
    }

    @Test
    void nested_interrupts_are_counted_once() {
        preemption(0, 0, 1_000, 1_500);
        irq(0, "vector", 236, 1_100, 1_200, 100);
        irq(0, "softirq", 1, 1_050, 1_300, 150);
        // R = 500 - 250; softirq 150 and vector 100
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 500, 250, 0, 250, 1));
    }

    @Test
    void the_longest_exit_is_added_without_its_interrupts() {
        preemption(0, 0, 1_000, 1_300);
        exit(0, 5_000, 5_700);
        exit(0, 6_000, 6_900);
        irq(0, "vector", 236, 6_100, 6_400, 300);
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 1_300, 300, 700, 300, 1));
    }

    @Test
    void a_gap_counts_as_an_interrupt_that_nobody_saw() {
        preemption(0, 0, 1_000, 6_200);
        gaps.addRow();
        gaps.set(0, 0);
        gaps.set(1, 1_100);
        gaps.set(2, 6_100);
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 5_200, 200, 0, 5_000, 1));
    }

    @Test
    void each_cpu_has_its_own_and_the_machine_the_largest_of_each_term() {
        preemption(0, 0, 1_000, 1_300);
        preemption(1, 0, 1_000, 1_200);
        irq(1, "hardirq", 27, 90_000, 90_050, 50);
        irq(0, "hardirq", 27, 90_000, 90_020, 20);
        assertThat(perCpu())
                .containsExactly(
                        new SchedulingLatencyBound(0, 320, 300, 0, 20, 1),
                        new SchedulingLatencyBound(1, 250, 200, 0, 50, 1));
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 350, 300, 0, 50, 2));
    }

    @Test
    void a_cpu_where_nobody_woke_so_has_the_delay_of_the_others() {
        preemption(0, 0, 1_000, 1_300);
        assertThat(perCpu().get(1)).isEqualTo(new SchedulingLatencyBound(1, 300, 300, 0, 0, 0));
    }

    @Test
    void interrupts_without_end_leave_no_bound() {
        preemption(0, 0, 1_000, 1_300);
        for (int i = 0; i < 1_001; i++) {
            irq(0, "hardirq", 27, 1_000L * i, 1_000L * i + 1_000, 1_000);
        }
        assertThat(machine().boundNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void waits_behind_an_equal_or_behind_another_switch_are_not_the_kernel_s_delay() {
        thread(5, 0, 0, 2_000, "running", 19);
        thread(9, 0, 1_010, 2_000, "runnable-woken", 19);
        thread(9, 0, 2_000, 3_000, "running", 19);
        wakeup(9, 0, 1_000, 1_010, 2_000);
        thread(5, 1, 0, 1_500, "running", 120);
        thread(6, 1, 1_500, 2_000, "running", 120);
        thread(9, 1, 1_010, 2_000, "runnable-woken", 19);
        thread(9, 1, 2_000, 3_000, "running", 19);
        wakeup(9, 1, 1_000, 1_010, 2_000);
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 0, 0, 0, 0, 0));
    }

    @Test
    void a_fair_thread_s_wakeup_counts_on_an_idle_cpu_alone() {
        thread(0, 0, 0, 2_000, "running", 120);
        thread(9, 0, 1_010, 2_000, "runnable-woken", 120);
        thread(9, 0, 2_000, 3_000, "running", 120);
        wakeup(9, 0, 1_000, 1_010, 2_000);
        thread(8, 1, 0, 5_000, "running", 120);
        thread(9, 1, 4_000, 5_000, "runnable-woken", 120);
        thread(9, 1, 5_000, 6_000, "running", 120);
        wakeup(9, 1, 3_900, 4_000, 5_000);
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 1_000, 1_000, 0, 0, 1));
    }

    @Test
    void a_thread_raised_while_it_waited_waited_as_what_it_was() {
        thread(5, 0, 0, 2_000, "running", 120);
        thread(9, 0, 1_010, 2_000, "runnable-woken", 120);
        thread(9, 0, 2_000, 3_000, "running", 19);
        wakeup(9, 0, 1_000, 1_010, 2_000);
        assertThat(machine().wakeups()).isZero();
    }

    @Test
    void throttled_and_lost_times_are_left_out_and_throttled_ones_counted() {
        thread(9, 0, 0, 10_000, "running", 19);
        thread(9, 0, 10_000, 60_000, "runnable-preempted", 19);
        thread(5, 0, 10_000, 60_000, "running", 120);
        thread(7, 0, 20_000, 60_000, "runnable-woken", 14);
        thread(7, 0, 60_000, 61_000, "running", 14);
        wakeup(7, 0, 19_000, 20_000, 60_000);
        preemption(1, 0, 1_000, 1_300);
        losses.addRow();
        losses.set(0, 1);
        losses.set(1, 0);
        losses.set(2, 1_100);
        losses.set(3, 1_200);
        losses.set(4, 3);
        assertThat(machine()).isEqualTo(new SchedulingLatencyBound(-1, 0, 0, 0, 0, 0));
        assertThat(OutrankingWakeups.of(store, 2).throttled()).isEqualTo(1);
    }
}
