package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.Script;
import java.util.List;

/**
 * A recording by hand with the events of POWER's KVMs as Linux 6.1 has them: KVM-HV, KVM-PR (64 bit), BookE (32 bit);
 * one vCPU's thread is 67, its monitor's process 66.
 */
final class PowerScript {

    static final int VCPU = 67;
    static final int MONITOR = 66;
    static final int HARDIRQ = 8;
    static final int PROGRAM = 0x700;
    static final int PENDING_DECREMENTER = 0x8000;

    /** The timer that stands for a ceded vCPU's decrementer. */
    static final long DECREMENTER = 0x5555_0000L;

    final Script script = new Script();

    PowerScript() {
        script.declare("kvm_hv:kvm_guest_enter", "vcpu_id", "pc ulong", "pending_exceptions ulong", "ceded");
        script.declare("kvm_hv:kvm_guest_exit", "vcpu_id", "trap", "pc ulong", "msr ulong", "ceded");
        script.declare("kvm_hv:kvmppc_run_vcpu_enter", "vcpu_id", "tgid");
        script.declare("kvm_hv:kvmppc_run_vcpu_exit", "vcpu_id", "exit", "ret");
        script.declare("kvm_hv:kvmppc_vcore_blocked", "n_runnable", "runner_vcpu", "where", "tgid");
        script.declare("kvm_hv:kvmppc_vcore_wakeup", "ns ulong", "waited", "tgid");
        script.declare(
                "kvm_hv:kvm_hcall_enter",
                "vcpu_id",
                "req ulong",
                "gpr4 ulong",
                "gpr5 ulong",
                "gpr6 ulong",
                "gpr7 ulong");
        script.declare(
                "kvm_pr:kvm_exit", "exit_nr", "pc ulong", "msr ulong", "dar ulong", "srr1 ulong", "last_inst ulong");
        script.declare("kvm_pr:kvm_book3s_reenter", "r", "pc ulong");
        script.declare("kvm_booke:kvm_exit", "exit_nr", "pc ulong", "msr ulong", "dar ulong", "last_inst ulong");
        script.declare("kvm_booke:kvm_booke_queue_irqprio", "cpu_nr", "priority", "pending ulong");
        script.declare("kvm:kvm_check_requests", "cpu_nr", "requests");
        script.declare("kvm:kvm_ppc_instr", "inst", "pc ulong", "emulate");
        script.declare("kvm:kvm_userspace_exit", "reason", "errno");
        script.declare("kvm:kvm_vcpu_wakeup", "ns ulong", "waited", "valid");
        script.declare("powerpc:timer_interrupt_entry", "regs ulong");
        script.declare("powerpc:timer_interrupt_exit", "regs ulong");
        script.declare("powerpc:irq_entry", "regs ulong");
        script.declare("powerpc:irq_exit", "regs ulong");
        script.declare("powerpc:doorbell_entry", "regs ulong");
        script.declare("powerpc:doorbell_exit", "regs ulong");
        script.declare("timer:hrtimer_start", "hrtimer ulong", "function ulong", "expires long", "softexpires long");
        script.declare("timer:hrtimer_expire_entry", "hrtimer ulong", "now long", "function ulong");
        script.declare("timer:hrtimer_expire_exit", "hrtimer ulong");
        script.declare("timer:hrtimer_cancel", "hrtimer ulong");
        script.savedComm(MONITOR, "rtvmm").savedComm(VCPU, "CPU 0/KVM");
    }

    /** KVM-HV enters the guest at an address, with what it holds pending for it. */
    PowerScript enter(long ns, int cpu, long pc, long pending) {
        return at(ns, cpu, "kvm_hv:kvm_guest_enter", 0, pc, pending, 0);
    }

    /** KVM-HV leaves the guest; a trap of 0 is H_CEDE. */
    PowerScript leave(long ns, int cpu, int trap, long pc) {
        return at(ns, cpu, "kvm_hv:kvm_guest_exit", 0, trap, pc, 0, trap == 0 ? 1 : 0);
    }

    PowerScript prExit(long ns, int cpu, int nr, long pc) {
        return at(ns, cpu, "kvm_pr:kvm_exit", nr, pc, 0, 0, 0, 0);
    }

    PowerScript reenter(long ns, int cpu, int result, long pc) {
        return at(ns, cpu, "kvm_pr:kvm_book3s_reenter", result, pc);
    }

    PowerScript bookeExit(long ns, int cpu, int nr, long pc) {
        return at(ns, cpu, "kvm_booke:kvm_exit", nr, pc, 0, 0, 0);
    }

    PowerScript emulated(long ns, int cpu, long pc) {
        return at(ns, cpu, "kvm:kvm_ppc_instr", 1, pc, 0);
    }

    PowerScript toMonitor(long ns, int cpu, int reason) {
        return at(ns, cpu, "kvm:kvm_userspace_exit", reason, 0);
    }

    PowerScript wakeup(long ns, int cpu, long waitedNs) {
        return at(ns, cpu, "kvm:kvm_vcpu_wakeup", waitedNs, 1, 1);
    }

    /** An event in the vCPU's thread. */
    PowerScript at(long ns, int cpu, String event, Object... fields) {
        script.at(ns, cpu, VCPU, event, fields);
        return this;
    }

    /** The vCPU's thread sleeps (state 1) or is preempted (0). */
    PowerScript out(long ns, int cpu, int state) {
        script.switches(ns, cpu, VCPU, state, 0);
        return this;
    }

    PowerScript in(long ns, int cpu) {
        script.switches(ns, cpu, 0, 0, VCPU);
        return this;
    }

    PowerScript waking(long ns, int cpu, int by, int wakee) {
        script.at(ns, cpu, by, "sched:sched_waking", "t" + wakee, wakee, 120, cpu);
        return this;
    }

    /** The vCPU's thread sets a timer of clock REALTIME, which is {@code offset} ahead of the trace's. */
    PowerScript starts(long ns, int cpu, long timer, long expires) {
        return at(ns, cpu, "timer:hrtimer_start", timer, 0xF, expires, expires);
    }

    /** A timer's callback in the tick of a CPU that runs another thread; it wakes a thread unless that is -1. */
    PowerScript expires(long ns, int cpu, int tid, long timer, long now, int wakee) {
        script.flagged(ns, cpu, tid, HARDIRQ, "timer:hrtimer_expire_entry", timer, now, 0xF);
        if (wakee >= 0) {
            script.flagged(ns + 5, cpu, tid, HARDIRQ, "sched:sched_waking", "t" + wakee, wakee, 120, cpu);
        }
        script.flagged(ns + 9, cpu, tid, HARDIRQ, "timer:hrtimer_expire_exit", timer);
        return this;
    }

    /** The rows of a table, with these columns. */
    List<String> lines(TableSchema table, String... columns) {
        return script.play(List.of(KvmTimeline::new)).lines(table, columns);
    }
}
