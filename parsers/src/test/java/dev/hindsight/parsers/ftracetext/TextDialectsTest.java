package dev.hindsight.parsers.ftracetext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadEvents.Event;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which tools write the lines of a trace. */
class TextDialectsTest {

    private static final String SWITCH = "sched_switch: prev_comm=a prev_pid=1 prev_prio=120 prev_state=R+ ==>"
            + " next_comm=CPU 0/KVM next_pid=146 next_prio=19\n";

    @TempDir
    Path scratch;

    private Path file(String text) throws IOException {
        return Files.write(scratch.resolve("trace.txt"), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private ReadEvents read(String text) throws IOException {
        return ReadEvents.of(file(text));
    }

    private List<String> warnings(String text) throws IOException {
        List<String> codes = new ArrayList<>();
        try (Recording recording = Recordings.open(file(text), ReadOptions.DEFAULT)) {
            ReadEvents.of(recording);
            for (Warning warning : recording.warnings().all()) {
                codes.add(warning.code() + " " + warning.count());
            }
        }
        return codes;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "       CPU 0/KVM-146     [001] d..2.    57.114635: |146|1|57114635000|1|2",
                "       CPU 0/KVM-146     [001] dNh4     57.114635: |146|1|57114635000|45|4",
                "       CPU 0/KVM-146     [001]    57.114635: |146|1|57114635000|0|0",
                "       CPU 0/KVM-146     [001]    57.114635362: |146|1|57114635362|0|0",
                "       CPU 0/KVM-146   (    143) [001] ..s.. 57.114635: |146|1|57114635000|16|0",
                "       CPU 0/KVM-146     (-----) [001] ...1   57.114635: |146|1|57114635000|0|1",
                "       CPU 0/KVM-146     [001]   (  143) .... 57.114635: |146|1|57114635000|0|0",
                "       CPU 0/KVM-146     [001] 210706754507: |146|1|210706754507|0|0",
                "       CPU 0/KVM-146     [001]210706754507: |146|1|210706754507|0|0",
                "CPU 0/KV-146     1d..2. 457260us!: |146|1|457260000|1|2",
                "CPU 0/KV-146       1d.h3.    57.113755: |146|1|57113755000|9|3",
                "   CPU 0/KVM     146   1 9 00000001 00000000 [03677a27] 457.260ms (+0.595ms): |146|1|57113127000|9|1",
                "       CPU 0/KVM   146 [001]    57.114635123:      sched:|146|1|57114635123|0|0",
                "       CPU 0/KVM   143/146   [001]    57.114635:   sched:|146|1|57114635000|0|0",
                "       CPU 0/KVM-146   [001]    57.114635: (+219)   |146|1|57114635000|0|0",
                "           <...>-146   [001] 57.114635: |146|1|57114635000|0|0",
                " a[b] - [7] 1-2-146   [001] 57.114635: |146|1|57114635000|0|0",
                "  irqbuf:        CPU 0/KVM-146   [001]    57.114635: |146|1|57114635000|0|0"
            })
    void one_line_of_each_tool(String head, int tid, int cpu, long tsNs, long flags, long preempt) throws IOException {
        Event event = read(head + SWITCH).events.get(0);
        assertThat(event.key()).isEqualTo("sched:sched_switch");
        assertThat(event.tid()).isEqualTo(tid);
        assertThat(event.cpu()).isEqualTo(cpu);
        assertThat(event.tsNs()).isEqualTo(tsNs);
        assertThat(event.flags()).isEqualTo(flags);
        assertThat(event.preempt()).isEqualTo(preempt);
        assertThat(event.fields())
                .containsEntry("prev_state", 0x100L)
                .containsEntry("next_comm", "CPU 0/KVM")
                .containsEntry("next_pid", 146L);
    }

    @Test
    void names_of_tasks_with_all_that_lines_are_made_of() throws IOException {
        String line = " a[b] - [7] 1-2-146   [001] 57.1: sched_switch: kworker/1:2:48 [120] S ==> x:9:7 [19]\n";
        try (Recording recording = Recordings.open(file(line), ReadOptions.DEFAULT)) {
            assertThat(recording.info().commByTid()).containsEntry(146, "a[b] - [7] 1-2");
            assertThat(ReadEvents.of(recording).events.get(0).fields())
                    .containsEntry("prev_comm", "kworker/1:2")
                    .containsEntry("prev_pid", 48L)
                    .containsEntry("next_comm", "x:9")
                    .containsEntry("next_pid", 7L);
        }
    }

    @Test
    void old_and_new_kernels_write_the_same_events_otherwise() throws IOException {
        String at = "  x-1 [000] 1.000001: ";
        List<Event> events = read(at + "kvm_exit: reason EXTERNAL_INTERRUPT rip 0x1000 info 0 80000020\n" + at
                        + "kvm_exit: vcpu 3 reason EPT_VIOLATION FAILED_VMENTRY rip 0x1000 info1 0x0000000000000001"
                        + " info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000\n" + at
                        + "kvm_exit: vcpu 3 reason npf rip 0x1000 info1 0x0000000000000001"
                        + " info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000\n" + at
                        + "kvm_exit: TRAP: HSR_EC: 0x0024 (DABT_LOW), PC: 0xffff800010a53ae8\n" + at
                        + "kvm_pio: pio_write at 0x70 size 1 count 1 val 0x8f \n" + at
                        + "kvm_pio: pio_read at 0x71 size 2 count 3\n" + at
                        + "kvm_apic_accept_irq: apicid 1 vec 253 (LowPrio|level) (coalesced)\n" + at
                        + "kvm_userspace_exit: reason restart (4)\n" + at
                        + "sched_wakeup: comm=mmcqd/0 pid=95 prio=120 success=1 target_cpu=000\n")
                .events;
        assertThat(events.get(0).fields()).containsEntry("exit_reason", 1L).containsEntry("isa", 1L);
        assertThat(events.get(0).fields()).containsEntry("info2", 0x8000_0020L).doesNotContainKey("vcpu_id");
        assertThat(events.get(1).fields())
                .containsEntry("exit_reason", 0x8000_0030L)
                .containsEntry("isa", 1L);
        assertThat(events.get(2).fields()).containsEntry("exit_reason", 0x400L).containsEntry("isa", 2L);
        assertThat(events.get(3).fields()).containsEntry("ret", 2L).containsEntry("esr_ec", 0x24L);
        assertThat(events.get(4).fields()).containsEntry("rw", 1L).containsEntry("val", 0x8FL);
        assertThat(events.get(5).fields()).containsEntry("count", 3L).doesNotContainKey("val");
        assertThat(events.get(6).fields()).containsEntry("vec", 253L).containsEntry("coalesced", 1L);
        assertThat(events.get(7).fields()).containsEntry("errno", -4L);
        assertThat(events.get(8).fields()).containsEntry("success", 1L).containsEntry("target_cpu", 0L);
    }

    @Test
    void unknown_events_become_fields_of_their_pairs_or_text() throws IOException {
        String at = "  x-1 [000] 1.000001: ";
        List<Event> events = read(at + "my_event: a=-5 b=0xff c=some words d=7\n" + at
                        + "my_event: a=6 b=0x0 c=else d=8\n" + at + "my_event: nothing of the kind\n" + at
                        + "sys_openat(dfd: 3, filename: 7ffd, flags: 0)\n" + at + "sys_openat -> 0x4\n" + at
                        + "vmstart <-vmlaunch\n")
                .events;
        assertThat(events.get(0).key()).isEqualTo("unknown:my_event");
        assertThat(events.get(0).fields().toString()).isEqualTo("{a=-5, b=255, c=some words, d=7}");
        assertThat(events.get(1).fields().toString()).isEqualTo("{a=6, b=0, c=else, d=8}");
        assertThat(events.get(2).fields().toString()).isEqualTo("{text=nothing of the kind}");
        assertThat(events.get(3).key()).isEqualTo("syscalls:sys_enter_openat");
        assertThat(events.get(4).key()).isEqualTo("syscalls:sys_exit_openat");
        assertThat(events.get(5).key()).isEqualTo("ftrace:function");
    }

    @Test
    void lost_events_are_losses_of_their_cpu() throws IOException {
        ReadEvents read = read("# entries-in-buffer/entries-written: 4/4   #P:2\n"
                + "  x-1 [000] 1.000001: local_timer_exit: vector=236\n"
                + "CPU:0 [LOST 12 EVENTS]\n"
                + "  x-1 [001] 1.000002: local_timer_exit: vector=236\n"
                + "  x-1 [000] 1.000003: local_timer_exit: vector=236\n"
                + "##### CPU 1 buffer started ####\n"
                + "CPU:1 [EVENTS DROPPED]\n"
                + "  x-1 [001] 1.000004: local_timer_exit: vector=236\n");
        assertThat(read.losses)
                .containsExactly(
                        new ReadEvents.Loss(0, 0, 1_000_001_000, 1_000_003_000, 12),
                        new ReadEvents.Loss(1, 0, 1_000_002_000, 1_000_004_000, -1));
        assertThat(read.events).hasSize(4);
    }

    @Test
    void what_was_overwritten_before_is_a_loss_too() throws IOException {
        ReadEvents read = read("# tracer: nop\n# entries-in-buffer/entries-written: 1/9   #P:1\n"
                + "  x-1 [000] 1.000001: local_timer_exit: vector=236\n");
        assertThat(read.losses).containsExactly(new ReadEvents.Loss(0, 0, 1_000_001_000, 1_000_001_000, 8));
    }

    @Test
    void lines_out_of_order_are_put_right() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4_992; i++) {
            int us = (i & ~15) + (15 - (i & 15));
            text.append(String.format("  x-1 [%03d] 1.%06d: local_timer_exit: vector=%d%n", i % 3, us, us));
        }
        List<Event> events = read(text.toString()).events;
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).fields()).containsEntry("vector", (long) i);
        }
        assertThat(warnings(text.toString())).isEmpty();
    }

    @Test
    void a_text_that_comes_twice_or_ends_within_a_line_is_told() throws IOException {
        String text = "  x-1 [000] 1.100000: local_timer_exit: vector=236\n"
                + "  x-1 [000] 1.200000: local_timer_exit: vector=236\n";
        assertThat(warnings(text)).isEmpty();
        assertThat(warnings(text + text)).anyMatch(w -> w.toString().contains("time-fell-in-text"));
        assertThat(warnings(text.strip())).anyMatch(w -> w.toString().contains("open-end"));
    }

    @Test
    void buffers_one_after_another_are_put_in_order_or_told() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int cpu = 0; cpu < 2; cpu++) {
            for (int i = 0; i < 400_000; i++) {
                text.append("  x-1 [00")
                        .append(cpu)
                        .append("] 1.")
                        .append(100_000 + i)
                        .append(": local_timer_exit: vector=236\n");
            }
        }
        assertThat(warnings(text.toString())).hasSize(1).first().asString().startsWith("time-fell");
        assertThat(read(text.toString()).events).hasSize(800_000);
    }

    @Test
    void stacks_belong_to_their_events() throws IOException {
        String text = "  x-1 [000] 1.000001: <stack trace>\n => __schedule\n => schedule+0x12/0x30\n"
                + "  x-1 [000] 1.000002: kernel_stack:         <stack trace >\n=> do_select (ffffffff8d983e5c)\n"
                + "perf   427 [000]    1.000003: irq:softirq_exit: vec=9 [action=RCU]\n"
                + "\tffffffffbca528c8 [unknown] ([kernel.kallsyms])\n\t           ee137 x+0x7 (/lib/libc.so.6)\n\n"
                + "perf   427 [000]    1.000004: irq:softirq_exit: vec=9 [action=RCU]\n";
        try (Recording recording = Recordings.open(file(text), ReadOptions.DEFAULT)) {
            List<Event> events = ReadEvents.of(recording).events;
            assertThat(events).hasSize(4);
            List<?> callers = (List<?>) events.get(0).fields().get("caller");
            assertThat(recording.info().kernelNames().of((Long) callers.get(0))).isEqualTo("__schedule");
            assertThat(recording.symbols().find((Long) callers.get(1))).isNotNegative();
            assertThat((List<?>) events.get(1).fields().get("caller")).hasSize(1);
            assertThat(recording.warnings().all()).isEmpty();
        }
    }

    @Test
    void pages_with_a_trace_in_them_are_read_from_its_first_event_on() throws IOException {
        String page = "<!DOCTYPE html>\n<html><head><script>var a = \"" + "x".repeat(100_000) + "\";\n</script>\n"
                + "<script class=\"trace-data\" type=\"application/text\">\n# tracer: nop\n#\n"
                + " mmcqd/0-95    ( 95) [000] ...1 50260.647846: tracing_mark_write: B|95|some event\n"
                + " mmcqd/0-95    ( 95) [000] ...1 50260.647847: 0: E|95\n"
                + "  </script>\n</body></html>\n";
        List<Event> events = read(page).events;
        assertThat(events).extracting(Event::key).containsExactly("ftrace:print", "ftrace:print");
        assertThat(events.get(0).fields().get("buf")).asString().startsWith("B|95|some event");
    }

    @Test
    void several_machines_in_one_text_are_not_mixed() throws IOException {
        String text = "        host.dat: cpus=2\nguest.dat: cpus=2\n"
                + "       guest.dat:        trace-cmd-130   [001]   176.101815: local_timer_exit:    vector=236\n"
                + "        host.dat:        trace-cmd-130   [001]   176.101816: local_timer_exit:    vector=236\n";
        assertThat(read(text).events).hasSize(1);
        assertThat(read(text).events.get(0).tsNs()).isEqualTo(176_101_816_000L);
        assertThat(warnings(text)).containsExactly("other-recording 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# tracer: function_graph\n#\n 0)   1.5 us    |  schedule();\n",
                "# tracer: irqsoff\n#\n# irqsoff latency trace v1.1.5 on 6.1\nnothing that is an event\n",
                "# tracer: nop\n#\nsched_switch: prev_comm=a prev_pid=1\n"
            })
    void what_has_no_events_is_refused_by_name(String text) {
        assertThatThrownBy(
                        () -> Recordings.open(file(text), ReadOptions.DEFAULT).close())
                .isInstanceOf(UnsupportedTraceException.class)
                .hasMessageMatching("(?s).*(function_graph|irqsoff|context-info).*");
    }

    @Test
    void a_trace_without_events_is_a_trace() throws IOException {
        assertThat(read("# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:4\n#\n").events)
                .isEmpty();
    }

    @Test
    void a_report_without_events_is_a_trace_too() throws IOException {
        assertThat(read("cpus=2\n").events).isEmpty();
        assertThat(read("version = 7\nCPU 1 is empty\ncpus=2\n").events).isEmpty();
    }

    @Test
    void a_byte_order_mark_is_none_of_the_first_line() throws IOException {
        String mark = "\u00EF\u00BB\u00BF";
        assertThat(read(mark + "       CPU 0/KVM-146     [001] d..2.    57.114635: " + SWITCH).events)
                .singleElement()
                .extracting(Event::tid)
                .isEqualTo(146);
        String headed = mark + "# tracer: nop\n#\n       CPU 0/KVM-146     [001] d..2.    57.114635: " + SWITCH;
        assertThat(read(headed).events).hasSize(1);
        assertThat(warnings(headed)).isEmpty();
    }

    @Test
    void the_head_tells_kernel_cpus_and_the_clock_follows_from_the_timers() throws IOException {
        String text = "# tracer: nop\n#\n# nop latency trace v1.1.5 on 6.1.0-56-amd64\n"
                + "# latency: 0 us, #2/2, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:8)\n"
                + "  <idle>-0       1d.h1.    7.484762: hrtimer_expire_entry: hrtimer=00000000a5a0dffc"
                + " function=apic_timer_fn [kvm] now=7484754912\n";
        try (Recording recording = Recordings.open(file(text), ReadOptions.DEFAULT)) {
            assertThat(recording.info().kernel()).isEqualTo("6.1.0-56-amd64");
            assertThat(recording.info().arch()).isEqualTo("x86_64");
            assertThat(recording.info().cpus()).isEqualTo(8);
            assertThat(recording.info().clock()).isEqualTo("mono");
            Event event = ReadEvents.withTexts(recording).events.get(0);
            assertThat(event.fields()).containsEntry("hrtimer", 0xa5a0dffcL);
            assertThat(recording.info().kernelNames().of((Long) event.fields().get("function")))
                    .isEqualTo("apic_timer_fn");
            assertThat(event.args()).isEqualTo("hrtimer=0xa5a0dffc function=apic_timer_fn now=7484754912");
        }
    }
}
