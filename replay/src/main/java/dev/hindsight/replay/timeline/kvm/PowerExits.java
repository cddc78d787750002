package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;

/**
 * What the exits of POWER's three KVMs are called: {@code kvm_guest_exit} of KVM-HV ({@code trap}, {@code ceded}),
 * {@code kvm_exit} of KVM-PR and of BookE ({@code exit_nr}; only the former has {@code srr1}). The latter two were in
 * system {@code kvm} before Linux 4.1, in {@code kvm_pr} and {@code kvm_booke} since.
 *
 * <p>Kernel source: arch/powerpc/kvm/trace_hv.h, trace_pr.h, trace_booke.h.
 */
final class PowerExits {

    /** Added to the code of an exit with which the guest gave up its CPU. */
    static final long SLEPT = 0x10000;

    private PowerExits() {}

    /** As in column {@code isa}; {@code unknown} for an exit of another architecture. */
    static String isa(EventType exit) {
        if (exit.name().equals("kvm_guest_exit")) {
            return "ppc-hv";
        }
        if (exit.column("exit_nr") < 0) {
            return "unknown";
        }
        return exit.column("srr1") >= 0 || exit.system().equals("kvm_pr") ? "ppc-pr" : "ppc-booke";
    }

    /** Whether the exits are of a KVM that shows neither an entry nor a re-entry. */
    static boolean isBooke(EventType exit) {
        return exit.name().equals("kvm_exit") && isa(exit).equals("ppc-booke");
    }

    /** Trap 0 of a guest that has ceded is H_CEDE; a guest that did so before and was woken still leaves by its traps. */
    static long code(long trap, boolean ceded) {
        return trap == 0 && ceded ? SLEPT : trap;
    }

    /** Whether an exit turns out to be a halt only when {@code kvm_vcpu_wakeup} tells that the vCPU slept. */
    static boolean tellsSleepLater(String isa) {
        return isa.equals("ppc-pr") || isa.equals("ppc-booke");
    }
}
