package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.GuestByHand.guest;
import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.fifo;
import static dev.hindsight.replay.engine.MachineByHand.ns;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static dev.hindsight.replay.engine.MachineByHand.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Priorities that change with what a guest does: co-scheduling, boost, paravirtual scheduling. */
class DynamicPriorityTest {

    @Test
    void coscheduling_by_markers_raises_the_vcpu_for_its_job_alone() {
        MachineByHand machine = new MachineByHand(1, 40 * MS).tick(MS);
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
        int hog = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 100 * MS, 0));
        machine.cosched(new Decisions.Cosched(
                new int[] {vcpu}, fifo(80), other(), Decisions.Detector.MARKER, 0, 0, 0, false, 0));
        for (int tick = 1; tick <= 9; tick++) {
            machine.arrival(tick * 4 * MS, 0, -1, -1, 0, -1);
        }
        machine.run();
        List<Map<String, Object>> jobs = machine.tables.rows(TimelineTables.JOB);
        assertThat(jobs).isNotEmpty();
        for (Map<String, Object> job : jobs) {
            // Nobody else runs between the marks: 1 ms, an exit, ticks
            assertThat(ns(job, "end_ns") - ns(job, "start_ns")).isBetween(MS, MS + 30 * US);
        }
        assertThat(machine.ranNs(hog)).isGreaterThan(10 * MS);
        assertThat(machine.ranNs(vcpu)).isGreaterThan(10 * MS);
    }

    /** Handles an interrupt in 10 us, works 1 ms, then idles; told by its own recording, as it spins throughout. */
    private static GuestProgram toldGuest(GuestProgram.Idle idle) {
        Program ops = program(
                Op.GUEST, 10 * US, 0, Op.ACK, 0, 0, Op.GUEST, MS, 0, Op.GUEST_TURNS, 0, 1, Op.GUEST, 500 * US, 0);
        Program halt = program(Op.VM_EXIT, 0x300, 3, Op.COMPUTE, US, 0, Op.HALT, 0, 0);
        return new GuestProgram(
                ops, 0, new int[] {0}, new int[] {0}, new int[] {2}, new int[] {2}, new int[] {5}, idle, halt, false);
    }

    @Test
    void coscheduling_by_the_guests_own_trace_raises_from_the_injection_to_the_turn_to_idle() {
        for (GuestProgram.Idle idle : GuestProgram.Idle.values()) {
            MachineByHand machine = new MachineByHand(1, 40 * MS).tick(100 * MS);
            int vcpu = machine.vcpu(other(), 1, toldGuest(idle));
            int load = machine.thread("user", fifo(50), 1, 4_200 * US, program(Op.COMPUTE, 3 * MS, 0));
            machine.cosched(new Decisions.Cosched(
                            new int[] {vcpu}, fifo(80), other(), Decisions.Detector.GUEST, -1, 0, 0, false, 0))
                    .arrival(4 * MS, 0, -1, -1, 0, -1)
                    .run();
            List<Map<String, Object>> told = machine.tables.rows(TimelineTables.GUEST_SPAN);
            assertThat(told).isEmpty();
            // The load of priority 50 comes at 4.2 ms and gets the CPU when the guest has worked for its 1 ms.
            String first = machine.runs(load).get(0);
            assertThat(Double.parseDouble(first.substring(0, first.indexOf(".."))))
                    .isBetween(5_010.0, 5_060.0);
            assertThat(machine.ranNs(load)).isEqualTo(3 * MS + US);
        }
    }

    @Test
    void boost_on_interrupt_lets_the_vcpu_preempt_when_the_edge_is_raised() {
        for (boolean boost : new boolean[] {false, true}) {
            MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
            machine.thread("user", fifo(50), 1, 1_900 * US, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
            int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
            machine.cosched(new Decisions.Cosched(
                    new int[] {vcpu}, fifo(80), other(), Decisions.Detector.MARKER, 0, 0, 0, boost, 0));
            machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
            Map<String, Object> row = machine.virqs().get(0);
            long response = ns(row, "handled_ns") - ns(row, "asserted_ns");
            if (boost) {
                assertThat(response).isLessThan(30 * US);
            } else {
                assertThat(response).isGreaterThan(2_500 * US);
            }
        }
    }

    @Test
    void paravirtual_scheduling_boosts_from_the_edge_to_the_handlers_end() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int load = machine.thread("user", fifo(50), 1, 1_900 * US, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
        machine.paravirtual(new Decisions.ParavirtualSched(new int[] {vcpu}, other(), fifo(80)));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
        Map<String, Object> row = machine.virqs().get(0);
        assertThat(ns(row, "handled_ns") - ns(row, "asserted_ns")).isLessThan(30 * US);
        // The job that the interrupt gave comes after the load: Done took the boost away.
        assertThat(machine.runs(load)).hasSize(2);
        assertThat(machine.tables.rows(TimelineTables.JOB))
                .allSatisfy(job -> assertThat(ns(job, "start_ns")).isGreaterThan(4_900 * US));
    }
}
