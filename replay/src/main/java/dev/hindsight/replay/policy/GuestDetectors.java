package dev.hindsight.replay.policy;

import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.List;

/** Whether a recording shows what a detector of guest idleness needs. */
final class GuestDetectors {

    private final Threads threads;
    private final List<String> markers;
    private final SelectorMatch match;

    GuestDetectors(Workload workload, SelectorMatch match) {
        threads = workload.threads();
        markers = workload.markers();
        this.match = match;
    }

    /** Refuses a detector that could never tell; returns the marker's index, or -1 for other detectors. */
    int require(PolicyRule.Cosched rule, int[] vcpus) {
        return switch (rule.detector()) {
            case MARKER -> requireMarker(rule.marker(), vcpus);
            case HALT -> {
                requireHalts(vcpus);
                yield -1;
            }
            case RIP -> {
                requireRip(rule, vcpus);
                yield -1;
            }
            case GUEST -> {
                requireGuestTrace(vcpus);
                yield -1;
            }
        };
    }

    private int requireMarker(String name, int[] vcpus) {
        int marker = markers.indexOf(name);
        if (marker < 0) {
            throw new PolicyException("no marker '" + name + "'" + Nearest.hint(name, markers) + "; "
                    + (markers.isEmpty()
                            ? "the recording shows none: say what marks it, for instance --marker " + name
                                    + "=pio:0x510; LTTng and kernels before 3.16 do not record what was written to a port"
                            : "there are " + String.join(", ", markers)));
        }
        for (int i : vcpus) {
            if (marks(threads.guest()[i].ops(), marker) || marks(threads.program()[i], marker)) {
                return marker;
            }
        }
        for (int i = 0; i < threads.size(); i++) {
            if (threads.vcpu()[i] < 0 && marks(threads.program()[i], marker)) {
                return marker;
            }
        }
        throw new PolicyException("marker '" + name + "' never comes from the guest of " + match.shown(vcpus[0])
                + ": check the --marker rule, or use another detector");
    }

    private static boolean marks(Program program, int marker) {
        for (int i = 0; i < program.size(); i++) {
            if (program.op(i) == Op.MARK && program.b(i) == marker) {
                return true;
            }
        }
        return false;
    }

    private void requireGuestTrace(int[] vcpus) {
        for (int i : vcpus) {
            if (!tells(threads.guest()[i].ops())) {
                throw new PolicyException("the recording has no trace of the guest of " + match.shown(i)
                        + ": record the guest too (trace-cmd record ... -A GUEST) and give its file with --guest FILE,"
                        + " or use detect=marker:NAME, detect=halt or detect=rip:0xFROM-0xTO");
            }
        }
    }

    private static boolean tells(Program program) {
        for (int i = 0; i < program.size(); i++) {
            if (program.op(i) == Op.GUEST_TURNS) {
                return true;
            }
        }
        return false;
    }

    private void requireHalts(int[] vcpus) {
        for (int i : vcpus) {
            if (threads.guest()[i].idle() != GuestProgram.Idle.HALT) {
                throw new PolicyException("the guest of " + match.shown(i) + " never halts in the recording, its idle"
                        + " loop spins: use detect=marker:NAME or detect=rip:0xFROM-0xTO");
            }
        }
    }

    private void requireRip(PolicyRule.Cosched rule, int[] vcpus) {
        long least = -1;
        long most = 0;
        for (int i : vcpus) {
            Program ops = threads.guest()[i].ops();
            for (int k = 0; k < ops.size(); k++) {
                long rip = ops.a(k);
                if (ops.op(k) != Op.VM_EXIT || rip == 0) {
                    continue;
                }
                if (Long.compareUnsigned(rip, rule.ripFrom()) >= 0 && Long.compareUnsigned(rip, rule.ripTo()) <= 0) {
                    return;
                }
                least = Long.compareUnsigned(rip, least) < 0 ? rip : least;
                most = Long.compareUnsigned(rip, most) > 0 ? rip : most;
            }
        }
        throw new PolicyException("no recorded exit of " + match.shown(vcpus[0]) + " lies in the idle loop 0x"
                + Long.toHexString(rule.ripFrom()) + "-0x" + Long.toHexString(rule.ripTo()) + ": "
                + (most == 0
                        ? "the recording has no guest addresses; use another detector"
                        : "its exits are at 0x" + Long.toHexString(least) + " to 0x" + Long.toHexString(most)));
    }
}
