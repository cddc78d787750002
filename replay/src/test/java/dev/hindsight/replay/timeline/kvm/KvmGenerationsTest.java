package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.HALT_POLL;
import static dev.hindsight.replay.timeline.TimelineTables.MARKER;
import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VM_EXIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Script;
import dev.hindsight.replay.timeline.Tables;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One story in the events of each generation of KVM on Intel and AMD: a guest sets its LAPIC timer, halts, is woken by
 * it, takes the interrupt, ends it and marks a job; another thread preempts it.
 *
 * <p>Fields as in arch/x86/kvm/trace.h, include/trace/events/kvm.h and sched.h of the kernels named.
 */
class KvmGenerationsTest {

    private static final int VCPU = 143;
    private static final int TIMER_VECTOR = 236;
    private static final long TIMER = 0x2222_0000L;

    private final Script script = new Script();
    private final Map<String, List<String>> fields = new HashMap<>();
    private int version;

    private void declare(String event, String... of) {
        script.declare(event, of);
        fields.put(event, List.of(of));
    }

    /** Declares an event with those fields that the version has; {@code >=415 name} is there from 4.15 on. */
    private void since(String event, String... of) {
        declare(
                event,
                List.of(of).stream()
                        .filter(field -> isThere(field))
                        .map(field -> field.startsWith(">") || field.startsWith("<") ? field.substring(6) : field)
                        .toArray(String[]::new));
    }

    private boolean isThere(String field) {
        if (field.startsWith(">=")) {
            return version >= Integer.parseInt(field.substring(2, 5));
        }
        return !field.startsWith("<") || version < Integer.parseInt(field.substring(2, 5));
    }

    /** An event with these fields, as far as the version has them; the others are 0. */
    private void at(long ns, int cpu, int tid, int flags, String event, Object... values) {
        Map<String, Object> given = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            given.put((String) values[i], values[i + 1]);
        }
        Object[] all = fields.get(event).stream()
                .map(field -> given.getOrDefault(field.split(" ")[0], field.endsWith("text") ? "" : 0))
                .toArray();
        script.flagged(ns, cpu, tid, flags, event, all);
    }

    private void declareAll(String release) {
        script.kernel(release)
                .savedComm(142, "qemu-system-x86")
                .savedComm(VCPU, "CPU 0/KVM")
                .marker("job=pio:0x510");
        String[] parts = release.split("\\.");
        version = 100 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]);
        since(
                "kvm:kvm_entry",
                "vcpu_id",
                ">=508 rip ulong",
                ">=608 immediate_exit",
                ">=700 intr_info",
                ">=700 error_code");
        since(
                "kvm:kvm_exit",
                "exit_reason",
                "guest_rip ulong",
                "isa",
                "info1 ulong",
                "info2 ulong",
                ">=510 intr_info",
                ">=510 error_code",
                ">=510 vcpu_id",
                ">=617 requests ulong");
        since("kvm:kvm_inj_virq", "<=519 irq", ">=519 vector", ">=519 soft", ">=519 reinjected");
        since("kvm:kvm_apic", "rw", "reg", "val");
        since("kvm:kvm_apic_accept_irq", "apicid", "dm", "tm", "vec", "<=314 coalesced");
        since("kvm:kvm_eoi", "apicid", "vector");
        since("kvm:kvm_pio", "rw", "port", "size", "count", ">=316 val");
        since("kvm:kvm_vcpu_wakeup", "ns ulong", "waited", ">=407 valid");
        since("kvm:kvm_hv_timer_state", "vcpu_id", "hv_timer_in_use");
        since("kvm:kvm_userspace_exit", "reason", "errno");
        since(
                "timer:hrtimer_start",
                "hrtimer ulong",
                "function ulong",
                "expires long",
                "softexpires long",
                ">=416 mode",
                ">=617 was_armed");
        since("timer:hrtimer_expire_entry", "hrtimer ulong", "now long", "function ulong");
        since("timer:hrtimer_expire_exit", "hrtimer ulong");
        since("sched:sched_waking", "comm text", "pid", "prio", "<=515 success", "target_cpu");
        since("sched:sched_wakeup", "comm text", "pid", "prio", "<=515 success", "target_cpu");
    }

    private void entry(long ns) {
        at(ns, 0, VCPU, 0, "kvm:kvm_entry", "vcpu_id", 0, "rip", 0x1000);
    }

    private void exit(long ns, int reason, int isa) {
        at(
                ns,
                0,
                VCPU,
                0,
                "kvm:kvm_exit",
                "exit_reason",
                reason,
                "isa",
                isa,
                "guest_rip",
                0x1000,
                "info1",
                7,
                "info2",
                8);
    }

    private Tables story(boolean intel) {
        int isa = intel ? KvmScript.VMX : KvmScript.SVM;
        entry(1000);
        exit(1100, intel ? 44 : 0x400, isa);
        if (version < 407) {
            at(1110, 0, VCPU, 0, "kvm:kvm_apic", "rw", 1, "reg", 0x380, "val", 900);
        }
        at(1120, 0, VCPU, 0, "timer:hrtimer_start", "hrtimer", TIMER, "function", 0xF, "expires", 1990L);
        if (version >= 407) {
            at(1130, 0, VCPU, 0, "kvm:kvm_hv_timer_state");
        }
        entry(1150);
        exit(1200, intel ? 12 : 0x78, isa);
        script.switches(1300, 0, VCPU, 1, 0);
        at(2000, 1, 9, 8, "timer:hrtimer_expire_entry", "hrtimer", TIMER, "function", 0xF, "now", 1998L);
        String wakes = version >= 403 ? "sched:sched_waking" : "sched:sched_wakeup";
        at(2005, 1, 9, 8, wakes, "pid", VCPU, "prio", 120, "success", 1);
        at(2009, 1, 9, 8, "timer:hrtimer_expire_exit", "hrtimer", TIMER);
        script.switches(2100, 0, 0, 0, VCPU);
        if (version >= 400) {
            at(2110, 0, VCPU, 0, "kvm:kvm_vcpu_wakeup", "ns", 860, "waited", 1, "valid", 1);
        }
        at(2120, 0, VCPU, 0, "kvm:kvm_apic_accept_irq", "vec", TIMER_VECTOR);
        at(2130, 0, VCPU, 0, "kvm:kvm_inj_virq", "irq", TIMER_VECTOR, "vector", TIMER_VECTOR);
        entry(2140);
        exit(2200, intel ? 56 : 0x7b, isa);
        at(2210, 0, VCPU, 0, "kvm:kvm_eoi", "vector", TIMER_VECTOR);
        at(2220, 0, VCPU, 0, "kvm:kvm_pio", "rw", 1, "port", 0x510, "size", 1, "count", 1, "val", 5);
        entry(2230);
        exit(2300, intel ? 1 : 0x60, isa);
        script.switches(2310, 0, VCPU, preempted(), 77);
        script.switches(2400, 0, 77, 0, VCPU);
        entry(2450);
        return script.play(List.of(KvmTimeline::new));
    }

    private int preempted() {
        if (version >= 414) {
            return 0x100;
        }
        return version >= 408 ? 0x1000 : version >= 402 ? 0x800 : 0x400;
    }

    @ParameterizedTest
    @CsvSource({
        "3.10, true", "3.10, false", "3.16, true", "4.4, true", "4.4, false", "4.9, true", "4.19, true", "4.19, false",
        "5.4, true", "5.10, true", "5.10, false", "5.15, false", "6.1, true", "6.1, false", "6.12, true", "6.12, false",
        "7.0, true", "7.2, false",
    })
    void the_same_story_gives_the_same_rows_in_any_generation(String release, boolean intel) {
        declareAll(release);
        Tables tables = story(intel);
        assertThat(tables.lines(
                        VIRQ,
                        "source",
                        "irq",
                        "due_ns",
                        "asserted_ns",
                        "runnable_ns",
                        "scheduled_ns",
                        "injected_ns",
                        "entered_ns",
                        "handled_ns",
                        "handled_by",
                        "eoi_ns"))
                .containsExactly("lapic-timer 236 1990 2000 2005 2100 2130 2140 2210 eoi 2210");
        assertThat(tables.lines(VM_EXIT, "start_ns", "end_ns", "isa", "reason", "kind", "info1", "on_cpu_ns"))
                .containsExactlyElementsOf(
                        intel
                                ? List.of(
                                        "1100 1150 vmx APIC_ACCESS apic 7 50",
                                        "1200 2140 vmx HLT halt 7 140",
                                        "2200 2230 vmx APIC_WRITE apic 7 30",
                                        "2300 2450 vmx EXTERNAL_INTERRUPT interrupt 7 60")
                                : List.of(
                                        "1100 1150 svm NPF page-fault 7 50",
                                        "1200 2140 svm HLT halt 7 140",
                                        "2200 2230 svm IOIO io 7 30",
                                        "2300 2450 svm INTR interrupt 7 60"));
        assertThat(tables.lines(VCPU_SPAN, "start_ns", "end_ns", "state"))
                .containsExactly(
                        "1000 1100 guest",
                        "1100 1150 exit",
                        "1150 1200 guest",
                        "1200 1300 exit",
                        "1300 2005 halted",
                        "2005 2100 preempted",
                        "2100 2140 exit",
                        "2140 2200 guest",
                        "2200 2230 exit",
                        "2230 2300 guest",
                        "2300 2310 exit",
                        "2310 2400 preempted",
                        "2400 2450 exit");
        String valid = version >= 407 ? "1" : "null";
        assertThat(tables.lines(HALT_POLL, "start_ns", "end_ns", "outcome", "valid"))
                .containsExactlyElementsOf(version < 400 ? List.of() : List.of("1250 2110 wait " + valid));
        assertThat(tables.lines(MARKER, "ts_ns", "value"))
                .containsExactlyElementsOf(version < 316 ? List.of() : List.of("2220 5"));
    }

    @Test
    void a_timer_that_a_write_of_another_register_precedes_is_not_the_lapics() {
        declareAll("4.4");
        entry(1000);
        exit(1100, 44, KvmScript.VMX);
        at(1110, 0, VCPU, 0, "kvm:kvm_apic", "rw", 1, "reg", 0x320, "val", 900);
        at(1115, 0, VCPU, 0, "kvm:kvm_apic", "rw", 0, "reg", 0x380, "val", 900);
        at(1120, 0, VCPU, 0, "timer:hrtimer_start", "hrtimer", TIMER, "function", 0xF, "expires", 1990L);
        entry(1150);
        at(2000, 0, VCPU, 8, "timer:hrtimer_expire_entry", "hrtimer", TIMER, "function", 0xF, "now", 1998L);
        exit(2010, 1, KvmScript.VMX);
        at(2120, 0, VCPU, 0, "kvm:kvm_apic_accept_irq", "vec", TIMER_VECTOR);
        Tables tables = script.play(List.of(KvmTimeline::new));
        assertThat(tables.lines(VIRQ, "source", "due_ns", "asserted_ns")).containsExactly("lapic null 2120");
    }

    @Test
    void an_exit_code_of_amd_is_negative_in_32_or_64_bits_where_the_guests_state_is_invalid() {
        declareAll("7.0");
        declare("kvm:kvm_exit", "exit_reason ulong", "guest_rip ulong", "isa", "info1 ulong", "info2 ulong");
        exit(1000, -1, KvmScript.SVM);
        Tables tables = script.play(List.of(KvmTimeline::new));
        assertThat(tables.lines(VM_EXIT, "code", "reason")).containsExactly("4294967295 ERR");
    }
}
