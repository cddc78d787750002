package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.JOB;
import static dev.hindsight.replay.timeline.TimelineTables.MARKER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.Tables;
import org.junit.jupiter.api.Test;

class MarkersTest {

    private static final int VCPU = 143;

    private static KvmScript guest() {
        KvmScript s = new KvmScript();
        s.script.savedComm(142, "rtvmm").savedComm(VCPU, "CPU 0/KVM").savedComm(145, "kvm-pit/142");
        s.script.marker("job=pio:0x510").marker("call=hypercall:77").marker("note=trace_marker:job");
        return s.entry(10, 0, VCPU);
    }

    @Test
    void a_job_is_from_a_value_other_than_zero_to_zero() {
        Tables tables = guest().out(100, 0, VCPU, 0x510, 1)
                .out(150, 0, VCPU, 0x20, 0x20)
                .out(200, 0, VCPU, 0x510, 0)
                .out(300, 0, VCPU, 0x510, 5)
                .play();
        assertThat(tables.lines(MARKER, "ts_ns", "vm", "vcpu", "kind", "value", "source"))
                .containsExactly("100 rtvmm 0 job 1 pio", "200 rtvmm 0 job 0 pio", "300 rtvmm 0 job 5 pio");
        assertThat(tables.lines(JOB, "marker", "vm", "vcpu", "start_ns", "end_ns", "lost"))
                .containsExactly("job rtvmm 0 100 200 0");
    }

    @Test
    void a_begin_within_a_job_starts_it_anew_and_an_end_alone_is_none() {
        assertThat(guest().out(50, 0, VCPU, 0x510, 0)
                        .out(100, 0, VCPU, 0x510, 1)
                        .out(120, 0, VCPU, 0x510, 1)
                        .out(200, 0, VCPU, 0x510, 0)
                        .lines(JOB, "start_ns", "end_ns"))
                .containsExactly("120 200");
    }

    @Test
    void reading_the_port_says_nothing() {
        KvmScript s = guest();
        s.script.at(100, 0, VCPU, "kvm:kvm_pio", 0, 0x510, 1, 1, 1);
        assertThat(s.play().rows(MARKER)).isEmpty();
    }

    @Test
    void hypercalls_say_it_by_their_first_argument() {
        KvmScript s = guest();
        s.script.at(100, 0, VCPU, "kvm:kvm_hypercall", 77, 3, 0, 0, 0);
        s.script.at(110, 0, VCPU, "kvm:kvm_hypercall", 78, 3, 0, 0, 0);
        s.script.at(200, 0, VCPU, "kvm:kvm_hypercall", 77, 0, 0, 0, 0);
        assertThat(s.lines(JOB, "marker", "start_ns", "end_ns")).containsExactly("call 100 200");
    }

    @Test
    void a_store_to_an_emulated_address_says_it_by_its_value_and_a_load_says_nothing() {
        ArmScript s = new ArmScript();
        s.script.savedComm(VCPU, "CPU 1/KVM").marker("job=mmio:0x0a000000");
        s.entry(10, 0, VCPU)
                .store(100, 0, VCPU, 0x0a000000L, 1)
                .store(110, 0, VCPU, 0x0a000004L, 0)
                .store(200, 0, VCPU, 0x0a000000L, 0);
        s.script.at(300, 0, VCPU, "kvm:kvm_mmio", 1, 4, 0x0a000000L, 7);
        Tables tables = s.play();
        assertThat(tables.lines(MARKER, "ts_ns", "vcpu", "kind", "value", "source"))
                .containsExactly("100 1 job 1 mmio", "200 1 job 0 mmio");
        assertThat(tables.lines(JOB, "marker", "vcpu", "start_ns", "end_ns")).containsExactly("job 1 100 200");
    }

    @Test
    void a_store_whose_value_is_recorded_in_bytes_says_the_number_that_they_are() {
        KvmScript s = new KvmScript();
        s.script.savedComm(142, "rtvmm").savedComm(VCPU, "CPU 0/KVM").marker("job=mmio:0xfe000000");
        s.script.declare("kvm:kvm_mmio", "type", "len", "gpa long", "val_bytes list");
        s.entry(10, 0, VCPU);
        s.script.at(100, 0, VCPU, "kvm:kvm_mmio", 2, 4, 0xfe000000L, new long[] {0x78, 0x56, 0x34, 0xF2});
        s.script.at(200, 0, VCPU, "kvm:kvm_mmio", 2, 1, 0xfe000000L, new long[] {0});
        assertThat(s.lines(MARKER, "ts_ns", "value", "source")).containsExactly("100 4063516280 mmio", "200 0 mmio");
    }

    @Test
    void a_hypercall_of_arm_is_named_by_its_immediate_and_says_what_the_first_register_holds() {
        ArmScript s = new ArmScript();
        s.script.marker("job=hypercall:0x51");
        s.entry(10, 0, VCPU);
        s.script.at(100, 0, VCPU, "kvm:kvm_hvc_arm64", 0x4000, 1, 0x51);
        s.script.at(150, 0, VCPU, "kvm:kvm_hvc_arm64", 0x4000, 0x84000001L, 0);
        s.script.at(200, 0, VCPU, "kvm:kvm_hvc_arm64", 0x4000, 0, 0x51);
        assertThat(s.lines(JOB, "marker", "start_ns", "end_ns")).containsExactly("job 100 200");
    }

    @Test
    void lines_of_the_host_belong_to_no_machine() {
        KvmScript s = guest();
        s.script.at(100, 1, 50, "ftrace:print", 0, "job begins\n");
        s.script.at(150, 1, 50, "ftrace:print", 0, "no job\n");
        s.script.at(200, 1, 50, "ftrace:print", 0, "job 0\n");
        assertThat(s.lines(MARKER, "ts_ns", "vm", "value", "source"))
                .containsExactly("100 null 1 trace_marker", "200 null 0 trace_marker");
        assertThat(s.lines(JOB, "marker", "vm", "start_ns", "end_ns")).containsExactly("note null 100 200");
    }

    @Test
    void a_loss_within_a_job_marks_it() {
        assertThat(guest().out(100, 0, VCPU, 0x510, 1)
                        .lost(0, 100, 150)
                        .out(200, 0, VCPU, 0x510, 0)
                        .out(300, 0, VCPU, 0x510, 1)
                        .out(400, 0, VCPU, 0x510, 0)
                        .lines(JOB, "start_ns", "lost"))
                .containsExactly("100 1", "300 0");
    }

    @Test
    void the_value_of_a_line_is_the_integer_that_follows() {
        assertThat(MarkerText.valueAfter("job 12", 3)).isEqualTo(12);
        assertThat(MarkerText.valueAfter("job=0x1f!", 3)).isEqualTo(31);
        assertThat(MarkerText.valueAfter("job: -4", 3)).isEqualTo(-4);
        assertThat(MarkerText.valueAfter("job", 3)).isEqualTo(1);
        assertThat(MarkerText.valueAfter("job done", 3)).isEqualTo(1);
        assertThat(MarkerText.valueAfter("job 99999999999999999999", 3)).isEqualTo(1);
    }

    @Test
    void a_hypercall_of_power_is_named_and_its_value_is_the_argument_that_the_rule_tells() {
        PowerScript s = new PowerScript();
        s.script.marker("job=hypercall:H_PUT_TERM_CHAR:3").marker("len=hypercall:0x58:2");
        s.enter(1000, 0, 0x1000, 0).leave(1100, 0, 0xc00, 0x1094);
        s.at(1110, 0, "kvm_hv:kvm_hcall_enter", 0, 0x58, 0, 1, 1, 0);
        s.enter(1200, 0, 0x1094, 0).leave(1300, 0, 0xc00, 0x1094);
        s.at(1310, 0, "kvm_hv:kvm_hcall_enter", 0, 0x58, 0, 1, 0, 0);
        s.at(1320, 0, "kvm_hv:kvm_hcall_enter", 0, 0x54, 0, 1, 1, 0);
        assertThat(s.lines(JOB, "marker", "vm", "vcpu", "start_ns", "end_ns")).containsExactly("job vm-67 0 1110 1310");
        assertThat(s.lines(MARKER, "ts_ns", "kind", "value", "source"))
                .containsExactly(
                        "1110 job 1 hypercall", "1110 len 1 hypercall", "1310 job 0 hypercall", "1310 len 1 hypercall");
    }

    @Test
    void an_argument_that_events_do_not_tell_and_a_name_that_no_hypercall_has_are_refused() {
        for (String rule :
                new String[] {"j=hypercall:1:0", "j=hypercall:1:5", "j=hypercall:H_NO_SUCH", "j=hypercall:1:x"}) {
            assertThatThrownBy(() -> MarkerRule.parse(rule))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(rule)
                    .hasMessageContaining("NAME=hypercall:NUMBER[:ARGUMENT]");
        }
    }
}
