package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadTableTest {

    private static List<String> threads(Script script, String... columns) {
        return script.play(SchedulerParts.ALL).lines(TimelineTables.THREAD, columns);
    }

    @ParameterizedTest
    @CsvSource({
        "vhost-1234, vhost",
        "kvm-pit/1234, kvm-pit",
        "CPU 0/KVM, vcpu",
        "IO mon_iothread, iothread",
        "IO iothread1, iothread",
        "irq/25-virtio0, irq",
        "ksoftirqd/0, ksoftirqd",
        "ktimers/1, ksoftirqd",
        "rcu_preempt, rcu",
        "rcuc/0, rcu",
        "rcuop/3, rcu",
        "kworker/0:1H, kworker",
        "kworker/u8:2, kworker",
        "migration/1, kernel",
        "jbd2/vda-8, kernel",
        "kvm-nx-lpage-re, kernel",
        "kthreadd, kernel",
        "ext4lazyinit, kernel",
        "qemu-system-x86, vmm",
        "bonnie++, user",
        "kernel-build, user",
    })
    void a_name_tells_the_role(String comm, String role) {
        assertThat(ThreadRoles.ofName(77, comm, false)).isEqualTo(role);
    }

    @Test
    void what_kthreadd_forks_is_a_kernel_thread_whatever_its_name() {
        assertThat(threads(
                        new Script()
                                .at(100, 0, 2, "sched:sched_process_fork", "kthreadd", 2, "kthreadd", 90)
                                .at(110, 0, 90, "task:task_rename", 90, "kthreadd", "acme_poller"),
                        "tid",
                        "comm",
                        "role"))
                .contains("90 acme_poller kernel");
    }

    @Test
    void names_come_from_switches_saved_names_renames_and_forks_and_the_last_one_counts() {
        assertThat(threads(
                        new Script()
                                .savedComm(7, "stale")
                                .savedComm(99, "only-saved")
                                .switches(100, 0, 7, 1, 8)
                                .at(110, 0, 8, "sched:sched_process_fork", "t8", 8, "child", 9)
                                .at(120, 0, 8, "task:task_rename", 8, "t8", "renamed"),
                        "tid",
                        "comm",
                        "first_ns",
                        "last_ns"))
                .containsExactly(
                        "0 swapper null null",
                        "7 t7 100 100",
                        "8 renamed 100 120",
                        "9 child 110 110",
                        "99 only-saved null null");
    }

    @Test
    void processes_come_from_exec_and_from_new_tasks() {
        long thread = 0x10000;
        assertThat(threads(
                        new Script()
                                .at(100, 0, 20, "task:task_newtask", 21, "a", thread)
                                .at(110, 0, 21, "task:task_newtask", 22, "a", thread)
                                .at(120, 0, 22, "task:task_newtask", 30, "a", 0L)
                                .at(130, 0, 20, "sched:sched_process_exec", "/bin/a", 20, 20),
                        "tid",
                        "tgid"))
                .containsExactly("0 0", "20 20", "21 20", "22 20", "30 30");
    }

    @Test
    void a_thread_beside_a_vcpu_in_its_process_belongs_to_the_monitor() {
        TimelinePartFactory finder = context -> new TimelinePart() {
            @Override
            public EventHandler handlerFor(dev.hindsight.parsers.recording.EventType type) {
                return null;
            }

            @Override
            public void lost(int cpu, long startNs, long endNs) {}

            @Override
            public void end(long lastNs) {
                context.threads().setTgid(20, 20);
                context.threads().setTgid(21, 20);
                context.threads().setVcpu(21, "vm-a", 0);
                context.threads().setServes(40, "vhost", "vm-a");
                context.threads().setServes(21, "vmm", "vm-a");
            }
        };
        assertThat(new Script()
                        .switches(100, 0, 20, 1, 21)
                        .switches(200, 0, 21, 1, 40)
                        .play(List.of(finder))
                        .lines(TimelineTables.THREAD, "tid", "role", "vm", "vcpu"))
                .containsExactly("0 idle null null", "20 vmm vm-a null", "21 vcpu vm-a 0", "40 vhost vm-a null");
    }

    @Test
    void cpus_are_covered_from_their_first_event_to_their_last() {
        assertThat(new Script()
                        .switches(100, 0, 7, 1, 8)
                        .switches(150, 2, 0, 0, 9)
                        .switches(200, 0, 8, 1, 7)
                        .play(List.of())
                        .lines(TimelineTables.CPU, "cpu", "first_ns", "last_ns", "events"))
                .containsExactly("0 100 200 2", "1 null null 0", "2 150 150 1");
    }

    @Test
    void thread_numbers_stay_dense_over_many_ids() {
        ThreadIndex index = new ThreadIndex();
        int[] tids = new int[100_003];
        for (int i = 0; i < 100_000; i++) {
            tids[i] = i * 41;
        }
        tids[100_000] = -1;
        tids[100_001] = Integer.MIN_VALUE;
        tids[100_002] = Integer.MAX_VALUE;
        for (int i = 0; i < tids.length; i++) {
            assertThat(index.find(tids[i])).isEqualTo(-1);
            assertThat(index.of(tids[i])).isEqualTo(i);
        }
        for (int i = 0; i < tids.length; i++) {
            assertThat(index.of(tids[i])).isEqualTo(i);
            assertThat(index.find(tids[i])).isEqualTo(i);
            assertThat(index.tid(i)).isEqualTo(tids[i]);
        }
        assertThat(index.size()).isEqualTo(tids.length);
    }
}
