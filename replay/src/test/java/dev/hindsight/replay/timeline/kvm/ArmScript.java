package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.Script;
import dev.hindsight.replay.timeline.Tables;
import java.util.List;

/** A recording by hand with the events of KVM as Linux 6.1 has them on arm64: none of entry and exit names the vCPU. */
final class ArmScript {

    static final int IRQ = 0;
    static final int TRAP = 2;
    static final int WFX = 0x01;
    static final int DABT = 0x24;
    static final int HARDIRQ = 8;
    static final int VTIMER = 27;
    static final int PTIMER = 30;

    /** Control register of a timer that is set, and of one whose time has come. */
    static final int ENABLED = 1;

    static final int FIRED = 5;

    private static final long BG_TIMER = 0xB000L;

    final Script script = new Script();

    ArmScript() {
        script.arch("aarch64");
        script.declare("kvm:kvm_entry", "vcpu_pc ulong");
        script.declare("kvm:kvm_exit", "ret", "esr_ec", "vcpu_pc ulong");
        script.declare("kvm:kvm_wfx_arm64", "vcpu_pc ulong", "is_wfe");
        script.declare("kvm:kvm_hvc_arm64", "vcpu_pc ulong", "r0 ulong", "imm ulong");
        script.declare("kvm:kvm_mmio", "type", "len", "gpa ulong", "val ulong");
        script.declare("kvm:kvm_userspace_exit", "reason", "errno");
        script.declare("kvm:kvm_ack_irq", "irqchip", "pin");
        script.declare("kvm:kvm_irq_line", "type", "vcpu_idx", "irq_num", "level");
        script.declare("kvm:vgic_update_irq_pending", "vcpu_id ulong", "irq", "level");
        script.declare("kvm:kvm_timer_update_irq", "vcpu_id ulong", "irq", "level");
        script.declare("kvm:kvm_timer_save_state", "ctl ulong", "cval ulong", "timer_idx");
        script.declare("kvm:kvm_get_timer_map", "vcpu_id ulong", "direct_vtimer", "direct_ptimer", "emul_ptimer");
        script.declare("kvm:kvm_timer_hrtimer_expire", "timer_idx");
        script.declare("kvm:kvm_vcpu_wakeup", "ns ulong", "waited", "valid");
        script.declare("timer:hrtimer_start", "hrtimer ulong", "function text", "expires long", "softexpires long");
        script.declare("timer:hrtimer_expire_entry", "hrtimer ulong", "now long", "function text");
        script.declare("timer:hrtimer_expire_exit", "hrtimer ulong");
    }

    ArmScript entry(long ns, int cpu, int tid) {
        script.at(ns, cpu, tid, "kvm:kvm_entry", 0x4000);
        return this;
    }

    ArmScript exit(long ns, int cpu, int tid, int ret, int exceptionClass) {
        script.at(ns, cpu, tid, "kvm:kvm_exit", ret, exceptionClass, 0x4000);
        return this;
    }

    /** The guest waits for an interrupt, or for an event: the exit, and what the kernel says behind it. */
    ArmScript waits(long ns, int cpu, int tid, boolean forEvent) {
        exit(ns, cpu, tid, TRAP, WFX);
        script.at(ns + 1, cpu, tid, "kvm:kvm_wfx_arm64", 0x4000, forEvent ? 1 : 0);
        return this;
    }

    ArmScript store(long ns, int cpu, int tid, long address, long value) {
        script.at(ns, cpu, tid, "kvm:kvm_mmio", 2, 4, address, value);
        return this;
    }

    /** The timer's line as KVM sees it, in the thread that loads the vCPU. */
    ArmScript timer(long ns, int cpu, int tid, int vcpu, int irq, int level) {
        return timer(ns, cpu, tid, 0, vcpu, irq, level);
    }

    /** The same with common flags; 8: in the interrupt of the vCPU's own timer. */
    ArmScript timer(long ns, int cpu, int tid, int flags, int vcpu, int irq, int level) {
        script.flagged(ns, cpu, tid, flags, "kvm:kvm_timer_update_irq", vcpu, irq, level);
        script.flagged(ns + 1, cpu, tid, flags, "kvm:vgic_update_irq_pending", vcpu, irq, level);
        return this;
    }

    /** The vCPU leaves its CPU with its virtual timer in a state. */
    ArmScript saves(long ns, int cpu, int tid, int control) {
        script.at(ns, cpu, tid, "kvm:kvm_timer_save_state", control, 0x1234, 1);
        return this;
    }

    /** A line of the machine's own, raised by its monitor. */
    ArmScript line(long ns, int cpu, int tid, int irq, int level) {
        script.at(ns, cpu, tid, "kvm:kvm_irq_line", 1, 0, irq, level);
        script.at(ns + 1, cpu, tid, "kvm:vgic_update_irq_pending", 0, irq, level);
        return this;
    }

    /** KVM sets the timer that will wake the halted vCPU. */
    ArmScript startsWakeTimer(long ns, int cpu, int tid, long due) {
        script.at(ns, cpu, tid, "timer:hrtimer_start", BG_TIMER + tid, "kvm_bg_timer_expire", due, due);
        return this;
    }

    /** That timer expires, and wakes its vCPU's thread 5 ns later. */
    ArmScript wakeTimerExpires(long ns, int cpu, int interrupted, int tid) {
        script.flagged(
                ns, cpu, interrupted, HARDIRQ, "timer:hrtimer_expire_entry", BG_TIMER + tid, ns, "kvm_bg_timer_expire");
        script.flagged(ns + 5, cpu, interrupted, HARDIRQ, "sched:sched_waking", "CPU 0/KVM", tid, 120, 0);
        script.flagged(ns + 9, cpu, interrupted, HARDIRQ, "timer:hrtimer_expire_exit", BG_TIMER + tid);
        return this;
    }

    ArmScript waking(long ns, int cpu, int tid, int wakee) {
        script.at(ns, cpu, tid, "sched:sched_waking", "CPU", wakee, 120, cpu);
        return this;
    }

    ArmScript switches(long ns, int cpu, int prev, int state, int next) {
        script.switches(ns, cpu, prev, state, next);
        return this;
    }

    Tables play() {
        return script.play(List.of(KvmTimeline::new));
    }

    List<String> lines(TableSchema schema, String... columns) {
        return play().lines(schema, columns);
    }
}
