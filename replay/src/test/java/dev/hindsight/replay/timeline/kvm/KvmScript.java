package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.Script;
import dev.hindsight.replay.timeline.Tables;
import java.util.List;

/** A recording by hand with the events of KVM as Linux 6.1 has them on x86; one vCPU's thread is 143. */
final class KvmScript {

    static final int HLT = 0x78;
    static final int INTR = 0x60;
    static final int IOIO = 0x7b;
    static final int VINTR = 0x64;
    static final int SVM = 2;
    static final int VMX = 1;
    static final int HARDIRQ = 8;

    final Script script = new Script();

    KvmScript() {
        script.declare(
                "kvm:kvm_exit",
                "exit_reason",
                "guest_rip ulong",
                "isa",
                "info1 ulong",
                "info2 ulong",
                "intr_info",
                "error_code",
                "vcpu_id");
        script.declare("kvm:kvm_entry", "vcpu_id", "rip ulong", "immediate_exit");
        script.declare("kvm:kvm_set_irq", "gsi", "level", "irq_source_id");
        script.declare("kvm:kvm_pic_set_irq", "chip", "pin", "elcr", "imr", "coalesced");
        script.declare("kvm:kvm_ioapic_set_irq", "e ulong", "pin", "coalesced");
        script.declare("kvm:kvm_msi_set_irq", "address ulong", "data ulong");
        script.declare("kvm:kvm_apic_ipi", "icr_low", "dest_id");
        script.declare("kvm:kvm_apic_accept_irq", "apicid", "dm", "tm", "vec");
        script.declare("kvm:kvm_apicv_accept_irq", "apicid", "dm", "tm", "vec");
        script.declare("kvm:kvm_inj_virq", "vector", "soft", "reinjected");
        script.declare("kvm:kvm_eoi", "apicid", "vector");
        script.declare("kvm:kvm_pv_eoi", "apicid", "vector");
        script.declare("kvm:kvm_ack_irq", "irqchip", "pin");
        script.declare("kvm:kvm_pio", "rw", "port", "size", "count", "val ulong");
        script.declare("kvm:kvm_hypercall", "nr ulong", "a0 ulong", "a1 ulong", "a2 ulong", "a3 ulong");
        script.declare("kvm:kvm_msr", "write", "ecx", "data ulong", "exception");
        script.declare("kvm:kvm_fpu", "load");
        script.declare("kvm:kvm_userspace_exit", "reason", "errno");
        script.declare("kvm:kvm_vcpu_wakeup", "ns ulong", "waited", "valid");
        script.declare("kvm:kvm_halt_poll_ns", "grow", "vcpu_id", "new", "old");
        script.declare("kvm:kvm_hv_timer_state", "vcpu_id", "hv_timer_in_use");
        script.declare("timer:hrtimer_start", "hrtimer ulong", "function ulong", "expires long", "softexpires long");
        script.declare("timer:hrtimer_expire_entry", "hrtimer ulong", "now long", "function ulong");
        script.declare("timer:hrtimer_expire_exit", "hrtimer ulong");
        script.declare("ftrace:print", "ip ulong", "buf string");
    }

    KvmScript exit(long ns, int cpu, int tid, int reason) {
        return exit(ns, cpu, tid, reason, SVM, 0);
    }

    KvmScript exit(long ns, int cpu, int tid, int reason, int isa, int vcpu) {
        script.at(ns, cpu, tid, "kvm:kvm_exit", reason, 0x1000, isa, 1, 2, 0, 0, vcpu);
        return this;
    }

    KvmScript entry(long ns, int cpu, int tid) {
        return entry(ns, cpu, tid, 0);
    }

    KvmScript entry(long ns, int cpu, int tid, int vcpu) {
        script.at(ns, cpu, tid, "kvm:kvm_entry", vcpu, 0x1000, 0);
        return this;
    }

    /** A line goes up and down again; the PIC latches the edge, or finds it latched. */
    KvmScript edge(long ns, int cpu, int tid, int gsi, boolean coalesced) {
        script.at(ns, cpu, tid, "kvm:kvm_set_irq", gsi, 1, 2);
        script.at(ns + 1, cpu, tid, "kvm:kvm_ioapic_set_irq", 0x10000, gsi, 0);
        script.at(ns + 2, cpu, tid, "kvm:kvm_pic_set_irq", gsi >> 3, gsi & 7, 0, 0, coalesced ? 1 : 0);
        script.at(ns + 3, cpu, tid, "kvm:kvm_set_irq", gsi, 0, 2);
        script.at(ns + 4, cpu, tid, "kvm:kvm_pic_set_irq", gsi >> 3, gsi & 7, 0, 0, 0);
        return this;
    }

    KvmScript inject(long ns, int cpu, int tid, int vector, boolean again) {
        script.at(ns, cpu, tid, "kvm:kvm_inj_virq", vector, 0, again ? 1 : 0);
        return this;
    }

    KvmScript out(long ns, int cpu, int tid, int port, int value) {
        script.at(ns, cpu, tid, "kvm:kvm_pio", 1, port, 1, 1, value);
        return this;
    }

    KvmScript ack(long ns, int cpu, int tid, int pin) {
        script.at(ns, cpu, tid, "kvm:kvm_ack_irq", pin >> 3, pin);
        return this;
    }

    KvmScript accept(long ns, int cpu, int tid, int vcpu, int vector) {
        script.at(ns, cpu, tid, "kvm:kvm_apic_accept_irq", vcpu, 0, 0, vector);
        return this;
    }

    KvmScript waking(long ns, int cpu, int tid, int wakee) {
        script.at(ns, cpu, tid, "sched:sched_waking", "t" + wakee, wakee, 120, cpu);
        return this;
    }

    /** A timer's callback from {@code ns} to {@code ns + 9}, which wakes a thread (-1: none) 5 ns after its start. */
    KvmScript expires(long ns, int cpu, int tid, long timer, int wakee) {
        script.flagged(ns, cpu, tid, HARDIRQ, "timer:hrtimer_expire_entry", timer, ns - 1, 0xF);
        if (wakee >= 0) {
            script.flagged(
                    ns + 5, cpu, tid, HARDIRQ, "sched:sched_waking", wakee == 145 ? "kvm-pit/142" : "t", wakee, 120, 0);
        }
        script.flagged(ns + 9, cpu, tid, HARDIRQ, "timer:hrtimer_expire_exit", timer);
        return this;
    }

    KvmScript starts(long ns, int cpu, int tid, int flags, long timer, long expires) {
        script.flagged(ns, cpu, tid, flags, "timer:hrtimer_start", timer, 0xF, expires, expires);
        return this;
    }

    KvmScript switches(long ns, int cpu, int prev, int state, int next) {
        script.switches(ns, cpu, prev, state, next);
        return this;
    }

    KvmScript lost(int cpu, long start, long end) {
        script.lost(cpu, start, end, 7);
        return this;
    }

    Tables play() {
        return script.play(List.of(KvmTimeline::new));
    }

    List<String> lines(TableSchema schema, String... columns) {
        return play().lines(schema, columns);
    }
}
