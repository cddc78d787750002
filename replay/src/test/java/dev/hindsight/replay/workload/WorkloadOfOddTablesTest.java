package dev.hindsight.replay.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that no recording should have make an odd workload, no error. */
class WorkloadOfOddTablesTest {

    private static final long LAST_NS = 10_000;

    @Test
    void no_rows_at_all_make_a_workload_in_which_nothing_happens() {
        Workload workload =
                WorkloadBuilder.build(new TimelineStore(WorkloadBuilder.TABLES), new MachineFacts(null, 2, 0, LAST_NS));
        assertThat(workload.threads().size()).isZero();
        assertThat(workload.arrivals().size()).isZero();
        assertThat(workload.cpus()).isEqualTo(2);
        samplesAreThere(workload);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void random_rows_make_a_workload_whose_parts_fit_each_other(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            TimelineStore store = new TimelineStore(WorkloadBuilder.TABLES);
            for (TableSchema schema : TimelineTables.ALL) {
                fill(random, store, schema, random.nextInt(60));
            }
            Workload workload = WorkloadBuilder.build(store, new MachineFacts("6.1.0", 2, 0, LAST_NS));
            fits(workload, "seed " + seed + ", round " + round);
        }
    }

    private static void fill(Random random, TimelineStore store, TableSchema schema, int rows) {
        TableAppender to = new TableAppender(schema, store);
        for (int row = 0; row < rows; row++) {
            to.addRow();
            List<Column> columns = schema.columns();
            for (int c = 0; c < columns.size(); c++) {
                Column column = columns.get(c);
                boolean none = column.nullable() && random.nextInt(5) == 0;
                switch (column.type()) {
                    case TEXT, SYMBOL -> to.setText(c, none ? null : text(random, column.name()));
                    case BOOL -> to.set(c, random.nextInt(2));
                    default -> to.set(c, none ? ColumnData.NULL : number(random, column.name()));
                }
            }
        }
        to.flush();
    }

    private static long number(Random random, String column) {
        if (column.endsWith("_ns")) {
            return random.nextInt((int) LAST_NS + 1);
        }
        return switch (column) {
            case "cpu", "waker_cpu" -> random.nextInt(3);
            case "vcpu" -> random.nextInt(2);
            case "prio" -> random.nextInt(140) - 1;
            default -> random.nextInt(6);
        };
    }

    private static String text(Random random, String column) {
        String[] of = switch (column) {
            case "state" ->
                new String[] {
                    "running", "runnable-preempted", "runnable-woken", "sleeping", "blocked", "guest", "vmm", "halted"
                };
            case "role" -> new String[] {"vcpu", "kvm-pit", "user", "kworker", "kernel"};
            case "context" -> new String[] {"task", "hardirq", "softirq"};
            case "comm" -> new String[] {"kworker/0:1", "kworker/99:1", "CPU 0/KVM", "kvm-pit/3", "x"};
            case "kind" -> new String[] {"hardirq", "vector", "softirq", "halt", "io", "interrupt", "job"};
            case "name" -> new String[] {"local_timer", "reschedule", "BLOCK", "TIMER", "disk"};
            case "source" -> new String[] {"pit", "pic", "msi", "lapic-timer", "lapic", "ipi"};
            case "function" -> new String[] {"pit_timer_fn", "hrtimer_wakeup", "timerfd_tmrproc"};
            default -> new String[] {"a", "b"};
        };
        return of[random.nextInt(of.length)];
    }

    private static void fits(Workload workload, String which) {
        samplesAreThere(workload);
        Threads threads = workload.threads();
        long all = -1L >>> (64 - workload.cpus());
        for (int i = 0; i < threads.size(); i++) {
            assertThat(threads.affinity()[i] & ~all).as(which).isZero();
            assertThat(threads.affinity()[i] >> threads.startCpu()[i] & 1)
                    .as(which)
                    .isOne();
            assertThat(threads.preemptDelayNs()[i]).as(which).isNotEmpty();
            stepsFit(workload, threads.program()[i], which);
            GuestProgram guest = threads.guest()[i];
            if (guest != null) {
                stepsFit(workload, guest.ops(), which);
                stepsFit(workload, guest.haltOps(), which);
                for (int r = 0; r < guest.responses(); r++) {
                    assertThat(guest.handlerTo()[r]).as(which).isGreaterThanOrEqualTo(guest.handlerFrom()[r]);
                    assertThat(guest.workTo()[r]).as(which).isGreaterThanOrEqualTo(guest.workFrom()[r]);
                    assertThat(guest.workTo()[r])
                            .as(which)
                            .isLessThanOrEqualTo(guest.ops().size());
                }
            }
        }
        Arrivals arrivals = workload.arrivals();
        for (int i = 0; i < arrivals.size(); i++) {
            assertThat(arrivals.dueNs()[i]).as(which).isBetween(workload.firstNs(), workload.lastNs());
            assertThat(i == 0 || arrivals.dueNs()[i - 1] <= arrivals.dueNs()[i])
                    .as(which)
                    .isTrue();
            assertThat(arrivals.irq()[i]).as(which).isBetween(0, workload.irqs().size() - 1);
            assertThat(arrivals.line()[i]).as(which).isLessThan(workload.lines().size());
            assertThat(arrivals.pit()[i]).as(which).isLessThan(workload.pits().size());
        }
    }

    private static void stepsFit(Workload workload, Program program, String which) {
        for (int i = 0; i < program.size(); i++) {
            switch (program.op(i)) {
                case Op.COMPUTE, Op.GUEST, Op.WAIT_FOR ->
                    assertThat(program.a(i)).as(which).isNotNegative();
                case Op.WAKE, Op.FORK ->
                    assertThat(program.b(i))
                            .as(which)
                            .isBetween(0, workload.threads().size() - 1);
                case Op.ASSERT, Op.ACK, Op.HANDLED ->
                    assertThat(program.b(i))
                            .as(which)
                            .isBetween(0, workload.lines().size() - 1);
                case Op.VM_EXIT ->
                    assertThat(program.b(i))
                            .as(which)
                            .isBetween(0, workload.exits().size() - 1);
                case Op.MARK ->
                    assertThat(program.b(i))
                            .as(which)
                            .isBetween(0, workload.markers().size() - 1);
                default -> assertThat(program.op(i)).as(which).isBetween(Op.COMPUTE, Op.GUEST_TURNS);
            }
        }
    }

    private static void samplesAreThere(Workload workload) {
        HostCosts host = workload.host();
        GuestCosts guest = workload.guest();
        for (long[] samples : new long[][] {
            host.tickCostNs(),
            host.switchOutNs(),
            host.switchInNs(),
            host.wakeNs(),
            host.idleExitNs(),
            host.reschedNs(),
            guest.resume().keptNs(),
            guest.resume().keptInjectNs(),
            guest.resume().otherNs(),
            guest.resume().otherInjectNs(),
            guest.resume().longAwayNs(),
            guest.wakeNs(),
            guest.interruptNs(),
            guest.injectNs(),
            guest.windowGuestNs(),
            guest.windowNs(),
            guest.kickNs()
        }) {
            assertThat(samples).isNotEmpty();
            for (long ns : samples) {
                assertThat(ns).isNotNegative();
            }
        }
        assertThat(workload.host().tickNs()).isPositive();
    }
}
