package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes {@code vm_exit}: a row an exit, when the vCPU enters again.
 *
 * <p>Codes are without flag bits: of VMX the lower 16 bits (the upper ones tell a failed entry, an enclave, a pending
 * trap), of SVM all of them, of arm64 the exception class of a trap, or 0x100 plus the kernel's code for what is none, of
 * POWER see {@link PowerExits}.
 * Whether arm64's trapped wait was a WFI or a WFE is told by {@code kvm_wfx_arm64} behind the exit.
 */
final class VmExits implements TimelinePart {

    private static final long VMX = 1;
    private static final long SVM = 2;

    /** Bits 15:0 of a VMX exit reason are the basic reason; Intel SDM vol. 3, 25.9.1. */
    private static final long VMX_BASIC_REASON = 0xFFFF;

    /** SVM's "invalid" is -1, sign-extended or not; this is how the tables here have it. */
    private static final long SVM_ERR = 0xFFFFFFFFL;

    private static final long ARM_TRAP = 2;
    private static final long ARM_NO_TRAP = 0x100;

    /** ARM_EXIT_WITH_SERROR_BIT of arch/arm64/include/asm/kvm_arm.h, sign-extended or not. */
    private static final long ARM_SERROR_TOO = 0xFFFFFFFF80000000L;

    /** HVC_STUB_ERR of arch/arm64/include/asm/virt.h: the hypervisor's code is gone; this is how the table has it. */
    private static final long ARM_HYP_GONE = 0xbadca11;

    private static final long ARM_HYP_GONE_CODE = 0x1ff;

    /** Reasons that no code tells but an event of their own. */
    private static final long ARM_WFI = 0x201;

    private static final long ARM_WFE = 0x202;

    private final GuestDirectory guests;
    private final VcpuPlacement placement;
    private final TableAppender rows;
    private final Map<String, ExitReasons> reasonsByIsa = new HashMap<>();
    private Open[] open = new Open[8];

    /** The exit of a vCPU that has not entered again. */
    private static final class Open {
        boolean isOpen;
        long startNs;
        int cpu;
        ExitReasons reasons;
        long code;

        /** Instead of the code's, where an event behind the exit tells more; else null. */
        ExitReasons.Reason told;

        long rip;
        long info1;
        long info2;
        long offCpuNs;
        boolean startedOnCpu;
    }

    VmExits(TimelineContext context, GuestDirectory guests, VcpuPlacement placement) {
        this.guests = guests;
        this.placement = placement;
        this.rows = new TableAppender(TimelineTables.VM_EXIT, context.tables());
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        if (GuestSwitches.isEntry(type)) {
            return GuestSwitches.entries(type, guests, this::entry);
        }
        if (type.name().equals("kvm_vcpu_wakeup")) {
            return this::slept;
        }
        if (type.name().equals("kvm_hcall_enter")) {
            return called(type);
        }
        if (type.name().equals("kvm_wfx_arm64")) {
            return waits(type);
        }
        return GuestSwitches.isExit(type) ? exits(type) : null;
    }

    private EventHandler waits(EventType type) {
        Field isWfe = Field.of(type, "is_wfe");
        ExitReasons.Reason wfi = reasons("arm").reason(ARM_WFI);
        ExitReasons.Reason wfe = reasons("arm").reason(ARM_WFE);
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            Open exit = vcpu == null || vcpu.index >= open.length ? null : open[vcpu.index];
            if (exit != null && exit.isOpen) {
                exit.told = isWfe.get(block, row) != 0 ? wfe : wfi;
            }
        };
    }

    private ExitReasons reasons(String isa) {
        return reasonsByIsa.computeIfAbsent(isa, ExitReasons::of);
    }

    private EventHandler exits(EventType type) {
        Field rip = Field.of(type, "guest_rip", "vcpu_pc", "pc");
        Field isa = Field.of(type, "isa");
        if (isa.present()) {
            return x86(type, rip, isa);
        }
        Field exceptionClass = Field.of(type, "esr_ec");
        if (exceptionClass.present()) {
            return arm(type, rip, exceptionClass);
        }
        return power(type, rip);
    }

    private EventHandler power(EventType type, Field rip) {
        ExitReasons of = reasons(PowerExits.isa(type));
        Field code = Field.of(type, "trap", "exit_nr", "exit_reason", "reason");
        Field ceded = Field.of(type, "ceded");
        Field address = Field.of(type, "dar");
        Field instruction = Field.of(type, "last_inst");
        EventHandler handler = (tsNs, cpu, tid, block, row) -> {
            Open exit = begin(tsNs, cpu, tid);
            if (exit != null) {
                exit.reasons = of;
                exit.code = PowerExits.code(code.get(block, row), ceded.get(block, row) != 0);
                exit.rip = rip.get(block, row, NULL);
                exit.info1 = address.get(block, row, NULL);
                exit.info2 = instruction.get(block, row, NULL);
            }
        };
        return GuestSwitches.ofOwnThread(type, guests, handler);
    }

    /** KVM-HV tells what a guest called it for once it has left. */
    private EventHandler called(EventType type) {
        Field number = Field.of(type, "req");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            Open exit = vcpu == null || vcpu.index >= open.length ? null : open[vcpu.index];
            if (exit != null && exit.isOpen) {
                exit.info1 = number.get(block, row, NULL);
            }
        };
    }

    /** The vCPU slept in its exit; of emulated privileged instructions only this tells which of them halt. */
    private void slept(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        Open exit = vcpu == null || vcpu.index >= open.length ? null : open[vcpu.index];
        if (exit != null && exit.isOpen && PowerExits.tellsSleepLater(exit.reasons.isa())) {
            exit.code |= PowerExits.SLEPT;
        }
    }

    private EventHandler x86(EventType type, Field rip, Field isa) {
        ExitReasons vmx = reasons("vmx");
        ExitReasons svm = reasons("svm");
        ExitReasons other = reasons("unknown");
        Field code = Field.of(type, "exit_reason");
        Field info1 = Field.of(type, "info1");
        Field info2 = Field.of(type, "info2");
        return (tsNs, cpu, tid, block, row) -> {
            Open exit = begin(tsNs, cpu, tid);
            if (exit == null) {
                return;
            }
            long raw = code.get(block, row);
            long which = isa.get(block, row);
            if (which == VMX) {
                exit.reasons = vmx;
                exit.code = raw & VMX_BASIC_REASON;
            } else {
                exit.reasons = which == SVM ? svm : other;
                exit.code = raw == -1 ? SVM_ERR : raw;
            }
            exit.rip = rip.get(block, row, NULL);
            exit.info1 = info1.get(block, row, NULL);
            exit.info2 = info2.get(block, row, NULL);
        };
    }

    private EventHandler arm(EventType type, Field rip, Field exceptionClass) {
        ExitReasons of = reasons("arm");
        Field ret = Field.of(type, "ret");
        return (tsNs, cpu, tid, block, row) -> {
            Open exit = begin(tsNs, cpu, tid);
            if (exit == null) {
                return;
            }
            long code = ret.get(block, row, ARM_TRAP) & ~ARM_SERROR_TOO;
            exit.reasons = of;
            exit.code = code == ARM_TRAP
                    ? exceptionClass.get(block, row)
                    : code == ARM_HYP_GONE ? ARM_HYP_GONE_CODE : ARM_NO_TRAP + code;
            exit.rip = rip.get(block, row, NULL);
            exit.info1 = NULL;
            exit.info2 = NULL;
        };
    }

    private Open begin(long tsNs, int cpu, int tid) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu == null) {
            return null;
        }
        int i = vcpu.index;
        if (i >= open.length) {
            open = Arrays.copyOf(open, 2 * i);
        }
        if (open[i] == null) {
            open[i] = new Open();
        }
        Open exit = open[i];
        if (exit.isOpen) {
            write(vcpu, exit, NULL);
        }
        exit.isOpen = true;
        exit.told = null;
        exit.startNs = tsNs;
        exit.cpu = cpu;
        exit.offCpuNs = vcpu.offCpuNs(tsNs);
        exit.startedOnCpu = placement.knowsSwitches();
        return exit;
    }

    private void entry(long tsNs, int cpu, Vcpu vcpu, TableBlock block, int row) {
        Open exit = vcpu.index < open.length ? open[vcpu.index] : null;
        if (exit != null && exit.isOpen) {
            write(vcpu, exit, tsNs);
        }
    }

    private void write(Vcpu vcpu, Open exit, long endNs) {
        exit.isOpen = false;
        ExitReasons.Reason reason = exit.told != null ? exit.told : exit.reasons.reason(exit.code);
        rows.addRow();
        rows.setText(0, vcpu.vm.key);
        rows.set(1, vcpu.id);
        rows.set(2, vcpu.tid);
        rows.set(3, exit.cpu);
        rows.set(4, exit.startNs);
        rows.set(5, endNs);
        rows.setText(6, exit.reasons.isa());
        rows.set(7, exit.code);
        rows.setText(8, reason.name());
        rows.setText(9, reason.kind());
        rows.set(10, exit.rip);
        rows.set(11, exit.info1);
        rows.set(12, exit.info2);
        boolean knowsOnCpu = endNs != NULL && exit.startedOnCpu;
        rows.set(13, knowsOnCpu ? endNs - exit.startNs - (vcpu.offCpuNs(endNs) - exit.offCpuNs) : NULL);
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        for (Vcpu vcpu : guests.vcpus()) {
            Open exit = vcpu.index < open.length ? open[vcpu.index] : null;
            if (exit != null && exit.isOpen && (vcpu.cpu == cpu || !vcpu.running)) {
                write(vcpu, exit, NULL);
            }
        }
    }

    @Override
    public void end(long lastNs) {
        for (Vcpu vcpu : guests.vcpus()) {
            Open exit = vcpu.index < open.length ? open[vcpu.index] : null;
            if (exit != null && exit.isOpen) {
                write(vcpu, exit, NULL);
            }
        }
        rows.flush();
    }
}
