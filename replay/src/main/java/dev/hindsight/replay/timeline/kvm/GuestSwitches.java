package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableBlock;

/**
 * The events by which KVM of an architecture says that it enters and leaves a guest.
 *
 * <p>{@code kvm_entry} and {@code kvm_exit} (x86, arm64); {@code kvm_guest_enter} and {@code kvm_guest_exit} (KVM-HV
 * of POWER); {@code kvm_book3s_reenter} and {@code kvm_exit} (KVM-PR), where the former is no entry if its result says
 * to go back to the monitor; BookE has exits only.
 */
final class GuestSwitches {

    /** RESUME_FLAG_HOST of arch/powerpc/include/asm/kvm_ppc.h. */
    private static final long RESUME_HOST = 2;

    private GuestSwitches() {}

    /** Takes an entry or an exit of a vCPU. */
    @FunctionalInterface
    interface Taker {
        void take(long tsNs, int cpu, Vcpu vcpu, TableBlock block, int row);
    }

    static boolean isExit(EventType type) {
        return type.name().equals("kvm_exit") || type.name().equals("kvm_guest_exit");
    }

    static boolean isEntry(EventType type) {
        return switch (type.name()) {
            case "kvm_entry", "kvm_guest_enter", "kvm_book3s_reenter" -> true;
            default -> false;
        };
    }

    /** Passes on those entries that really enter the guest. */
    static dev.hindsight.replay.timeline.EventHandler entries(EventType type, GuestDirectory guests, Taker taker) {
        boolean mayNotEnter = type.name().equals("kvm_book3s_reenter");
        Field result = Field.of(type, "r");
        return (tsNs, cpu, tid, block, row) -> {
            if (mayNotEnter && (result.get(block, row) & RESUME_HOST) != 0) {
                return;
            }
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu != null) {
                taker.take(tsNs, cpu, vcpu, block, row);
            }
        };
    }
}
