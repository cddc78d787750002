package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;

/**
 * The events by which KVM of an architecture says that it enters and leaves a guest.
 *
 * <p>{@code kvm_entry} and {@code kvm_exit} (x86, arm64); {@code kvm_guest_enter} and {@code kvm_guest_exit} (KVM-HV
 * of POWER); {@code kvm_book3s_reenter} and {@code kvm_exit} (KVM-PR), where the former is no entry if its result says
 * to go back to the monitor; BookE has exits only.
 */
final class GuestSwitches {

    /** RESUME_FLAG_HOST of arch/powerpc/include/asm/kvm_ppc.h. */
    private static final int RESUME_HOST = 2;

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

    /**
     * Passes on those entries that really enter the guest: of {@code kvm_book3s_reenter} those whose result is neither to
     * go back to the monitor nor an error.
     */
    static EventHandler entries(EventType type, GuestDirectory guests, Taker taker) {
        EventHandler inner = (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu != null) {
                taker.take(tsNs, cpu, vcpu, block, row);
            }
        };
        if (!type.name().equals("kvm_book3s_reenter")) {
            return ofOwnThread(type, guests, inner);
        }
        Field result = Field.of(type, "r");
        return (tsNs, cpu, tid, block, row) -> {
            int r = result.getInt(block, row);
            if (r >= 0 && (r & RESUME_HOST) == 0) {
                inner.handle(tsNs, cpu, tid, block, row);
            }
        };
    }

    /**
     * Passes on events of the vCPU that the thread runs. KVM-HV before POWER9 runs all virtual threads of a core from one
     * host thread, whose events then name others; where those run is not followed.
     */
    static EventHandler ofOwnThread(EventType type, GuestDirectory guests, EventHandler inner) {
        Field vcpuId = Field.of(type, "vcpu_id");
        if (!type.system().equals("kvm_hv") || !vcpuId.present()) {
            return inner;
        }
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu != null && vcpu.id == vcpuId.getInt(block, row)) {
                inner.handle(tsNs, cpu, tid, block, row);
            }
        };
    }
}
