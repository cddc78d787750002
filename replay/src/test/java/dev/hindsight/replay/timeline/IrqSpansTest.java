package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IrqSpansTest {

    private static List<String> spans(Script script) {
        return script.play(List.of(IrqSpans::new))
                .lines(TimelineTables.IRQ_SPAN, "cpu", "start_ns", "end_ns", "kind", "irq", "name", "tid", "self_ns");
    }

    @Test
    void interrupts_nest_and_each_knows_its_own_time() {
        assertThat(spans(new Script()
                        .at(100, 0, 7, "irq:softirq_entry", 3)
                        .at(110, 0, 7, "irq_vectors:local_timer_entry", 236)
                        .at(120, 1, 8, "irq:irq_handler_entry", 25, "virtio0")
                        .at(130, 0, 7, "irq_vectors:local_timer_exit", 236)
                        .at(140, 0, 7, "irq:irq_handler_entry", 25, "virtio0")
                        .at(145, 0, 7, "irq:irq_handler_exit", 25, 1)
                        .at(150, 1, 8, "irq:irq_handler_exit", 25, 1)
                        .at(200, 0, 7, "irq:softirq_exit", 3)))
                .containsExactly(
                        "0 100 200 softirq 3 NET_RX 7 75",
                        "0 110 130 vector 236 local_timer 7 20",
                        "0 140 145 hardirq 25 virtio0 7 5",
                        "1 120 150 hardirq 25 virtio0 8 30");
    }

    @Test
    void a_softirq_knows_when_it_was_raised_first_and_the_handler_behind_it() {
        Script script = new Script()
                .declare("irq:softirq_raise", "vec")
                .at(100, 0, 7, "irq_vectors:local_timer_entry", 236)
                .at(105, 0, 7, "irq:softirq_raise", 1)
                .at(107, 0, 7, "irq:softirq_raise", 1)
                .at(110, 0, 7, "irq_vectors:local_timer_exit", 236)
                .at(120, 0, 7, "irq:softirq_entry", 1)
                .at(125, 0, 7, "irq:softirq_raise", 3)
                .at(130, 0, 7, "irq:softirq_exit", 1)
                .at(140, 0, 7, "irq:softirq_entry", 3)
                .at(150, 0, 7, "irq:softirq_exit", 3)
                .at(160, 0, 7, "irq:softirq_raise", 7)
                .at(170, 0, 7, "irq:softirq_entry", 7)
                .at(180, 0, 7, "irq:softirq_exit", 7)
                .at(190, 0, 7, "irq:softirq_entry", 7)
                .at(195, 0, 7, "irq:softirq_exit", 7)
                .at(200, 0, 7, "irq:softirq_raise", 6)
                .lost(0, 205, 210, 1)
                .at(210, 0, 7, "irq:softirq_entry", 6)
                .at(220, 0, 7, "irq:softirq_exit", 6);
        assertThat(script.play(List.of(IrqSpans::new))
                        .lines(TimelineTables.IRQ_SPAN, "start_ns", "name", "raised_ns", "handler_ns"))
                .containsExactly(
                        "100 local_timer null null",
                        "120 TIMER 105 100",
                        "140 NET_RX 125 100",
                        "170 SCHED 160 null",
                        "190 SCHED null null",
                        "210 TASKLET null null");
    }

    @Test
    void a_softirq_that_goes_on_after_its_thread_was_switched_out_keeps_its_handler() {
        Script script = new Script()
                .declare("irq:softirq_raise", "vec")
                .at(100, 0, 7, "irq:irq_handler_entry", 25, "virtio0")
                .at(105, 0, 7, "irq:softirq_raise", 3)
                .at(110, 0, 7, "irq:irq_handler_exit", 25, 1)
                .switches(120, 0, 7, 1, 15)
                .at(130, 0, 15, "irq:softirq_entry", 3)
                .switches(140, 0, 15, 0, 7)
                .switches(150, 0, 7, 1, 15)
                .at(160, 0, 15, "irq:softirq_exit", 3);
        assertThat(script.play(List.of(IrqSpans::new))
                        .lines(TimelineTables.IRQ_SPAN, "start_ns", "end_ns", "name", "raised_ns", "handler_ns"))
                .containsExactly("100 110 virtio0 null null", "130 140 NET_RX 105 100", "150 160 NET_RX 105 100");
    }

    @Test
    void handlers_that_share_a_line_are_told_apart_by_name() {
        assertThat(spans(new Script()
                        .declare("irq:irq_handler_entry", "irq", "name string")
                        .at(100, 0, 7, "irq:irq_handler_entry", 9, "acpi")
                        .at(110, 0, 7, "irq:irq_handler_exit", 9, 0)
                        .at(120, 0, 7, "irq:irq_handler_entry", 9, "i801_smbus")
                        .at(130, 0, 7, "irq:irq_handler_exit", 9, 1)
                        .at(140, 0, 7, "irq:irq_handler_entry", 9000, "nvme")
                        .at(150, 0, 7, "irq:irq_handler_exit", 9000, 1)))
                .containsExactly(
                        "0 100 110 hardirq 9 acpi 7 10",
                        "0 120 130 hardirq 9 i801_smbus 7 10",
                        "0 140 150 hardirq 9000 nvme 7 10");
    }

    @Test
    void interrupt_exceptions_of_power_are_vectors_around_the_devices_they_serve_and_calls_are_none() {
        Script script = new Script();
        for (String event : List.of("timer_interrupt", "irq", "doorbell", "hcall")) {
            script.declare("powerpc:" + event + "_entry", "regs ulong");
            script.declare("powerpc:" + event + "_exit", "regs ulong");
        }
        assertThat(spans(script.at(100, 0, 7, "powerpc:timer_interrupt_entry", 1)
                        .at(110, 0, 7, "powerpc:hcall_entry", 1)
                        .at(120, 0, 7, "powerpc:hcall_exit", 1)
                        .at(130, 0, 7, "powerpc:timer_interrupt_exit", 1)
                        .at(200, 0, 7, "powerpc:irq_entry", 1)
                        .at(210, 0, 7, "irq:irq_handler_entry", 16, "IPI-0")
                        .at(230, 0, 7, "irq:irq_handler_exit", 16, 1)
                        .at(240, 0, 7, "powerpc:irq_exit", 1)
                        .at(300, 0, 7, "powerpc:doorbell_entry", 1)
                        .at(340, 0, 7, "powerpc:doorbell_exit", 1)))
                .containsExactly(
                        "0 100 130 vector 2304 timer_interrupt 7 30",
                        "0 200 240 vector 1280 irq 7 20",
                        "0 210 230 hardirq 16 IPI-0 7 20",
                        "0 300 340 vector 3712 doorbell 7 40");
    }

    @Test
    void an_exit_without_its_entry_makes_no_span() {
        assertThat(spans(new Script()
                        .at(100, 0, 7, "irq:irq_handler_exit", 9, 1)
                        .at(110, 0, 7, "irq:softirq_exit", 1)
                        .at(120, 0, 7, "irq:softirq_entry", 1)
                        .at(125, 0, 7, "irq:irq_handler_exit", 9, 1)
                        .at(130, 0, 7, "irq:softirq_exit", 1)))
                .containsExactly("0 120 130 softirq 1 TIMER 7 10");
    }

    @Test
    void an_entry_without_its_exit_ends_with_what_it_is_nested_in() {
        assertThat(spans(new Script()
                        .at(100, 0, 7, "irq:softirq_entry", 1)
                        .at(110, 0, 7, "irq:irq_handler_entry", 9, "acpi")
                        .at(130, 0, 7, "irq:softirq_exit", 1)
                        .at(140, 0, 7, "irq:softirq_entry", 9)
                        .at(150, 1, 7, "irq:softirq_exit", 9)))
                .containsExactly(
                        "0 100 130 softirq 1 TIMER 7 10",
                        "0 110 130 hardirq 9 acpi 7 20",
                        "0 140 150 softirq 9 RCU 7 10");
    }

    @Test
    void a_loss_ends_what_is_open_on_its_cpu_alone() {
        assertThat(spans(new Script()
                        .at(100, 0, 7, "irq:softirq_entry", 1)
                        .at(110, 1, 8, "irq:softirq_entry", 2)
                        .lost(0, 120, 200, 5)
                        .at(150, 1, 8, "irq:softirq_exit", 2)
                        .at(200, 0, 7, "irq:softirq_exit", 1)))
                .containsExactly("0 100 120 softirq 1 TIMER 7 20", "1 110 150 softirq 2 NET_TX 8 40");
    }

    @Test
    void a_softirq_whose_thread_is_switched_out_goes_on_when_it_is_switched_in() {
        assertThat(spans(new Script()
                        .at(100, 0, 7, "irq:softirq_entry", 3)
                        .switches(150, 0, 7, 0, 8)
                        .at(160, 0, 8, "irq:softirq_entry", 1)
                        .at(170, 0, 8, "irq:softirq_exit", 1)
                        .switches(200, 0, 8, 1, 7)
                        .at(220, 0, 7, "irq:softirq_exit", 3)))
                .containsExactly(
                        "0 100 150 softirq 3 NET_RX 7 50",
                        "0 160 170 softirq 1 TIMER 8 10",
                        "0 200 220 softirq 3 NET_RX 7 20");
    }

    @Test
    void inter_processor_interrupts_are_vectors_without_a_number() {
        assertThat(spans(new Script().at(100, 0, 7, "ipi:ipi_entry", 1L).at(110, 0, 7, "ipi:ipi_exit", 1L)))
                .containsExactly("0 100 110 vector -1 ipi 7 10");
    }
}
