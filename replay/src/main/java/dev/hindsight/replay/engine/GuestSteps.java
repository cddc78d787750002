package dev.hindsight.replay.engine;

import dev.hindsight.replay.outcome.ReplayedTimeline;
import dev.hindsight.replay.outcome.ThreadState;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.Softirqs;

/**
 * Runs vCPUs: entries, what the guest does at an interrupt and after it, exits, halts. Interrupts are injected at entries,
 * one at a time; a handler holds further ones off, whose injection then opens an interrupt window.
 */
final class GuestSteps {

    private static final long POLL_START_NS = 10_000;
    private static final int CONTEXT_BITS = 2;

    private final Simulation sim;
    private final boolean isRealtime;
    private final long maxPollNs;

    GuestSteps(Simulation sim) {
        this.sim = sim;
        isRealtime = sim.workload.softirqs().where() == Softirqs.Where.IN_THREAD;
        maxPollNs = sim.workload.guest().haltPollNs();
        for (ThreadRun thread : sim.threads) {
            if (thread.vcpu != null && thread.vcpu.guest.startTo() > 0) {
                thread.vcpu.addWork(0, thread.vcpu.guest.startTo());
            }
        }
    }

    /** One step of a vCPU that runs on a CPU; false where it took time, blocked, or left the CPU. */
    boolean step(HostCpu cpu, ThreadRun thread) {
        VcpuRun vcpu = thread.vcpu;
        if (vcpu.polling) {
            return poll(cpu, thread, vcpu);
        }
        if (vcpu.level == VcpuRun.WINDOW) {
            return window(cpu, thread, vcpu);
        }
        if (thread.begun) {
            return goOn(cpu, thread, vcpu);
        }
        if (vcpu.position >= vcpu.end) {
            return next(cpu, thread, vcpu);
        }
        Program program = program(vcpu);
        byte op = program.op(vcpu.position);
        long a = program.a(vcpu.position);
        int b = program.b(vcpu.position);
        switch (op) {
            case Op.GUEST -> {
                if (!vcpu.inGuest) {
                    return enter(cpu, thread, vcpu);
                }
                thread.begin(a);
            }
            case Op.COMPUTE -> thread.begin(a);
            case Op.VM_EXIT -> {
                if (!vcpu.inGuest) {
                    return enter(cpu, thread, vcpu);
                }
                vcpu.inGuest = false;
                sim.out.exit(sim.nowNs, thread.index, b, a);
                vcpu.position++;
                sim.priorities.exited(thread, a, cpu.id);
            }
            case Op.HALT -> {
                return halt(cpu, thread, vcpu);
            }
            case Op.ASSERT -> {
                if (vcpu.level == VcpuRun.HANDLER || !sim.virtualLines.isAwaited(thread, b)) {
                    return sim.steps.timeless(cpu, thread, op, a, b);
                }
                if (!vcpu.inGuest) {
                    return enter(cpu, thread, vcpu);
                }
                vcpu.spinsFor = b;
                thread.begin(ThreadRun.FOREVER);
            }
            case Op.VMM -> {
                sim.steps.timeless(cpu, thread, op, a, b);
                vcpu.inMonitor = b == 1;
                if (vcpu.inMonitor && sim.scheduler.needsResched(cpu.id)) {
                    sim.execution.schedule(cpu, ThreadState.RUNNABLE);
                    return false;
                }
            }
            default -> {
                return sim.steps.timeless(cpu, thread, op, a, b);
            }
        }
        return true;
    }

    /**
     * Whether a thread is a vCPU that handles an exit in KVM: it looks whether to reschedule when it is through, on its way
     * into the guest or to the monitor, as xfer_to_guest_mode_work() does. A PREEMPT_RT kernel can be preempted before.
     */
    boolean looksBeforeEntry(ThreadRun thread) {
        VcpuRun vcpu = thread.vcpu;
        return !isRealtime
                && vcpu != null
                && vcpu.looping
                && !vcpu.inGuest
                && !vcpu.inMonitor
                && !vcpu.polling
                && thread.begun;
    }

    private static Program program(VcpuRun vcpu) {
        return vcpu.level == VcpuRun.IDLE ? vcpu.guest.haltOps() : vcpu.guest.ops();
    }

    /** Goes on with a step that takes time. */
    private boolean goOn(HostCpu cpu, ThreadRun thread, VcpuRun vcpu) {
        if (thread.leftNs > 0) {
            boolean spins = vcpu.level == VcpuRun.IDLE && vcpu.guest.idle() == GuestProgram.Idle.SPIN;
            boolean guests = spins
                    || vcpu.extended
                    || vcpu.spinsFor >= 0
                    || program(vcpu).op(vcpu.position) == Op.GUEST;
            if (!vcpu.inGuest && guests) {
                return enter(cpu, thread, vcpu);
            }
            sim.execution.resume(cpu);
            return false;
        }
        thread.begun = false;
        if (vcpu.spinsFor >= 0) {
            vcpu.spinsFor = -1;
        } else {
            vcpu.position++;
        }
        return true;
    }

    /** A vCPU has taken an interrupt: others that spin for that go on. */
    void taken(int line) {
        for (ThreadRun thread : sim.threads) {
            VcpuRun vcpu = thread.vcpu;
            if (vcpu == null) {
                continue;
            }
            if (vcpu.workInterrupted && vcpu.workSpinsFor == line) {
                vcpu.workLeftNs = 0;
            } else if (vcpu.spinsFor == line) {
                HostCpu at = sim.cpus[sim.scheduler.cpuOf(thread.index)];
                boolean runs = at.running == thread.index && at.level == HostCpu.THREAD && !at.frozen;
                if (runs) {
                    sim.execution.suspend(at);
                }
                thread.leftNs = 0;
                if (runs) {
                    sim.execution.run(at);
                }
            }
        }
    }

    /** What the guest is at has ended: the next thing it has to do, or its idle loop. */
    private boolean next(HostCpu cpu, ThreadRun thread, VcpuRun vcpu) {
        if (vcpu.level == VcpuRun.HANDLER) {
            if (!vcpu.inGuest && sim.scheduler.needsResched(cpu.id)) {
                // Its last exit is handled, and who runs now may raise the next interrupt before the guest takes any.
                sim.execution.schedule(cpu, ThreadState.RUNNABLE);
                return false;
            }
            handlerDone(cpu, thread, vcpu);
            return true;
        }
        if (vcpu.workInterrupted) {
            takeUpWork(thread, vcpu);
            return true;
        }
        if (vcpu.hasWork()) {
            vcpu.takeWork();
            return true;
        }
        if (vcpu.guest.responses() == 0 && sim.workload.threads().hungry()[thread.index]) {
            vcpu.extended = sim.options.extendHungry();
            return vcpu.extended ? beginForever(thread) : sim.steps.outOfDemand(cpu, thread);
        }
        vcpu.level = VcpuRun.IDLE;
        turned(cpu, thread, true);
        if (vcpu.guest.idle() == GuestProgram.Idle.HALT) {
            vcpu.position = 0;
            vcpu.end = vcpu.guest.haltOps().size();
            return true;
        }
        vcpu.position = 0;
        vcpu.end = 1;
        return beginForever(thread);
    }

    private static boolean beginForever(ThreadRun thread) {
        thread.begin(ThreadRun.FOREVER);
        return true;
    }

    /** The guest has nothing to do, or has again: as its recording tells, and as its interrupts and its idling make it. */
    void turned(HostCpu cpu, ThreadRun thread, boolean idle) {
        if (thread.vcpu.told && thread.vcpu.toldIdle != idle) {
            thread.vcpu.toldIdle = idle;
            sim.out.guestTurned(sim.nowNs, thread.index, idle);
            sim.priorities.guestTurned(thread, idle, cpu.id);
        }
    }

    private void handlerDone(HostCpu cpu, ThreadRun thread, VcpuRun vcpu) {
        sim.priorities.handlerDone(thread, cpu.id);
        sim.guestTimers.armed(vcpu.handled);
        if (vcpu.workInterrupted) {
            takeUpWork(thread, vcpu);
        } else {
            vcpu.level = VcpuRun.WORK;
            vcpu.position = 0;
            vcpu.end = 0;
        }
        if (vcpu.hasPending()) {
            openWindow(thread, vcpu);
        }
    }

    /** Goes back to the work that a handler interrupted. */
    private static void takeUpWork(ThreadRun thread, VcpuRun vcpu) {
        vcpu.workInterrupted = false;
        vcpu.level = VcpuRun.WORK;
        vcpu.position = vcpu.workPosition;
        vcpu.end = vcpu.workEnd;
        thread.begun = vcpu.workBegun;
        thread.leftNs = vcpu.workLeftNs;
        vcpu.spinsFor = vcpu.workSpinsFor;
        vcpu.workSpinsFor = -1;
    }

    /** The guest runs on until it takes interrupts again. */
    private void openWindow(ThreadRun thread, VcpuRun vcpu) {
        keepWork(thread, vcpu);
        vcpu.level = VcpuRun.WINDOW;
        thread.begin(sim.windowGuest.next());
    }

    /** Sets aside the work that the guest is at. */
    private static void keepWork(ThreadRun thread, VcpuRun vcpu) {
        if (vcpu.level == VcpuRun.WORK && vcpu.position < vcpu.end) {
            vcpu.workInterrupted = true;
            vcpu.workPosition = vcpu.position;
            vcpu.workEnd = vcpu.end;
            vcpu.workBegun = thread.begun;
            vcpu.workLeftNs = thread.leftNs;
            vcpu.workSpinsFor = vcpu.spinsFor;
        }
        vcpu.spinsFor = -1;
        thread.begun = false;
        thread.leftNs = 0;
    }

    private boolean window(HostCpu cpu, ThreadRun thread, VcpuRun vcpu) {
        if (!vcpu.inGuest && thread.begun) {
            return enter(cpu, thread, vcpu);
        }
        if (thread.leftNs > 0) {
            sim.execution.resume(cpu);
            return false;
        }
        thread.begun = false;
        if (vcpu.inGuest) {
            vcpu.inGuest = false;
            sim.out.exit(sim.nowNs, thread.index, ReplayedTimeline.INTERRUPT_WINDOW, 0);
            thread.overheadNs += sim.window.next();
            vcpu.injectionPaid = true;
            return true;
        }
        vcpu.level = VcpuRun.WORK;
        vcpu.position = 0;
        vcpu.end = 0;
        return enter(cpu, thread, vcpu);
    }

    /** The way into the guest: reschedules where that is wanted, injects what is pending, enters. */
    private boolean enter(HostCpu cpu, ThreadRun thread, VcpuRun vcpu) {
        if (sim.scheduler.needsResched(cpu.id)) {
            sim.execution.schedule(cpu, ThreadState.RUNNABLE);
            return false;
        }
        int line = -1;
        if (vcpu.takesInterrupts() && vcpu.hasPending()) {
            if (!vcpu.injectionPaid) {
                vcpu.injectionPaid = true;
                thread.overheadNs += sim.injection.next();
                return true;
            }
            line = vcpu.takePending();
            sim.virtualLines.injected(line);
            beginHandler(thread, vcpu, line);
            turned(cpu, thread, false);
        }
        vcpu.injectionPaid = false;
        vcpu.inGuest = true;
        vcpu.entries++;
        sim.out.entry(sim.nowNs, thread.index);
        if (line >= 0 && sim.workload.lines().awaited()[line]) {
            taken(line);
        }
        return true;
    }

    private void beginHandler(ThreadRun thread, VcpuRun vcpu, int line) {
        keepWork(thread, vcpu);
        vcpu.handled = line;
        int response = sim.virtualLines.response(line);
        vcpu.level = VcpuRun.HANDLER;
        GuestProgram guest = vcpu.guest;
        if (response < 0) {
            vcpu.position = 0;
            vcpu.end = 0;
            return;
        }
        vcpu.position = guest.handlerFrom()[response];
        vcpu.end = guest.handlerTo()[response];
        if (guest.workTo()[response] > guest.workFrom()[response]) {
            vcpu.addWork(guest.workFrom()[response], guest.workTo()[response]);
        }
    }

    /** The host takes a vCPU out of its guest: an interrupt came, or a kick. Its time is charged already. */
    void leaveForHost(ThreadRun thread) {
        VcpuRun vcpu = thread.vcpu;
        vcpu.inGuest = false;
        sim.out.exit(sim.nowNs, thread.index, ReplayedTimeline.HOST_INTERRUPT, 0);
        thread.overheadNs += Math.max(1, sim.hostInterrupt.next());
        boolean idle = vcpu.level == VcpuRun.IDLE;
        sim.priorities.idleSeenAtExit(thread, idle);
    }

    /** A kick for an injection reaches the CPU where the vCPU was in its guest. */
    void kicked(ThreadRun thread, int entry) {
        VcpuRun vcpu = thread.vcpu;
        if (!vcpu.inGuest || vcpu.entries != entry) {
            return;
        }
        HostCpu cpu = sim.cpus[sim.scheduler.cpuOf(thread.index)];
        if (cpu.frozen) {
            sim.plan(cpu.frozenUntilNs, Simulation.KICK, thread.index, entry);
            return;
        }
        if (cpu.level != HostCpu.THREAD || cpu.running != thread.index) {
            return;
        }
        sim.execution.suspend(cpu);
        leaveForHost(thread);
        sim.execution.run(cpu);
    }

    /** The vCPU's thread is on a CPU again: what its way back to the entry costs. */
    void switchedIn(ThreadRun thread, HostCpu cpu) {
        VcpuRun vcpu = thread.vcpu;
        sim.guestTimers.loaded(thread, cpu);
        if (!vcpu.looping) {
            return;
        }
        if (vcpu.wakesFromHalt) {
            vcpu.wakesFromHalt = false;
            sim.out.haltEnd(sim.nowNs, thread.index, false);
            adaptPolling(vcpu, sim.nowNs - vcpu.haltedAtNs);
            thread.overheadNs += sim.wakeFromHalt.next();
            vcpu.injectionPaid = true;
        } else {
            boolean injects = vcpu.takesInterrupts() && vcpu.hasPending();
            boolean kept = cpu.mapped == sim.process[thread.index];
            thread.overheadNs += sim.resume.next(sim.nowNs - vcpu.leftCpuNs, kept, injects);
            vcpu.injectionPaid |= injects;
        }
    }

    private boolean halt(HostCpu cpu, ThreadRun thread, VcpuRun vcpu) {
        vcpu.position++;
        if (vcpu.hasPending()) {
            return true;
        }
        sim.priorities.halted(thread, cpu.id);
        vcpu.haltedAtNs = sim.nowNs;
        // As kvm_vcpu_can_poll() has it (virt/kvm/kvm_main.c): not while somebody waits for the CPU.
        if (vcpu.pollNs > 0 && sim.scheduler.runnable(cpu.id) <= 1) {
            vcpu.polling = true;
            sim.out.halt(sim.nowNs, thread.index, true);
            thread.begin(vcpu.pollNs);
            sim.execution.resume(cpu);
            return false;
        }
        return sleep(cpu, thread);
    }

    private boolean sleep(HostCpu cpu, ThreadRun thread) {
        thread.state = ThreadRun.HALTED;
        sim.out.halt(sim.nowNs, thread.index, false);
        sim.execution.block(cpu, ThreadState.SLEEPING);
        return false;
    }

    /** Polls for an interrupt until one is there, the time is over, or somebody else wants the CPU. */
    private boolean poll(HostCpu cpu, ThreadRun thread, VcpuRun vcpu) {
        boolean woken = vcpu.hasPending();
        if (!woken && thread.leftNs > 0 && sim.scheduler.runnable(cpu.id) <= 1) {
            sim.execution.resume(cpu);
            return false;
        }
        vcpu.polling = false;
        thread.begun = false;
        thread.leftNs = 0;
        if (!woken) {
            return sleep(cpu, thread);
        }
        sim.out.haltEnd(sim.nowNs, thread.index, true);
        adaptPolling(vcpu, sim.nowNs - vcpu.haltedAtNs);
        return true;
    }

    /** As kvm_vcpu_halt() grows and shrinks the time that it polls (virt/kvm/kvm_main.c, defaults of its parameters). */
    private void adaptPolling(VcpuRun vcpu, long blockedNs) {
        if (maxPollNs == 0 || blockedNs <= vcpu.pollNs) {
            return;
        }
        if (vcpu.pollNs > 0 && blockedNs > maxPollNs) {
            vcpu.pollNs = 0;
        } else if (vcpu.pollNs < maxPollNs && blockedNs < maxPollNs) {
            vcpu.pollNs = Math.min(maxPollNs, Math.max(POLL_START_NS, 2 * vcpu.pollNs));
        }
    }

    /** What raised an edge comes to wake the halted vCPU; another edge may have done so meanwhile. */
    void haltWaking(LineRun line, int packed) {
        ThreadRun thread = sim.threads[line.vcpuThread];
        HostCpu from = sim.cpus[packed >> CONTEXT_BITS];
        if (thread.state != ThreadRun.HALTED) {
            return;
        }
        if (from.frozen) {
            sim.plan(from.frozenUntilNs, Simulation.HALT_WAKING, line.index, packed);
            return;
        }
        thread.vcpu.wakesFromHalt = true;
        sim.priorities.woken(thread, from.id);
        byte context = (byte) (packed & (1 << CONTEXT_BITS) - 1);
        sim.steps.startWaking(thread, from.running, context, from.id, line.wakingToQueue.next());
    }

    /** An edge is pending for a vCPU: wakes it, ends its polling, or kicks it out of the guest. */
    void kick(ThreadRun thread, LineRun line, HostCpu from, byte context) {
        VcpuRun vcpu = thread.vcpu;
        if (thread.state == ThreadRun.HALTED) {
            int packed = from.id << CONTEXT_BITS | context;
            sim.plan(sim.nowNs + line.edgeToWaking.next(), Simulation.HALT_WAKING, line.index, packed);
            return;
        }
        HostCpu at = sim.cpus[sim.scheduler.cpuOf(thread.index)];
        if (at.running != thread.index) {
            return;
        }
        if (vcpu.polling && at.level == HostCpu.THREAD && !at.frozen) {
            sim.execution.suspend(at);
            sim.execution.run(at);
        } else if (vcpu.inGuest && at != from) {
            sim.plan(sim.nowNs + sim.kick.next(), Simulation.KICK, thread.index, vcpu.entries);
        }
    }
}
