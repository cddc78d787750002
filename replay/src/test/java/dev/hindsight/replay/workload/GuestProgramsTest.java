package dev.hindsight.replay.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Script;
import dev.hindsight.replay.timeline.kvm.KvmScripts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules by which entries, exits, injections and markers become a guest's program; one vCPU, thread 143 on CPU 1. */
class GuestProgramsTest {

    private static final int HLT = 0x78;
    private static final int INTR = 0x60;
    private static final int IOIO = 0x7b;
    private static final long US = 1_000;

    private final Script script = KvmScripts.declared().marker("job=pio:0x510").switches(0, 1, 0, 0, 143);
    private final List<String> guestSpans = new ArrayList<>();
    private long ns;

    private void exit(long after, int reason) {
        ns += after;
        script.at(ns, 1, 143, "kvm:kvm_exit", reason, 0x1000, 2, 1, 2, 0, 0, 0);
    }

    private void entry(long after) {
        ns += after;
        script.at(ns, 1, 143, "kvm:kvm_entry", 0, 0x1000, 0);
    }

    private void out(long after, int port, int value) {
        ns += after;
        script.at(ns, 1, 143, "kvm:kvm_pio", 1, port, 1, 1, value);
    }

    /** An edge of thread 150 on CPU 0. */
    private void edge(long after, boolean wakes) {
        ns += after;
        script.at(ns, 0, 150, "kvm:kvm_set_irq", 0, 1, 2)
                .at(ns + 1, 0, 150, "kvm:kvm_pic_set_irq", 0, 0, 0, 0, 0)
                .at(ns + 2, 0, 150, "kvm:kvm_set_irq", 0, 0, 2);
        if (wakes) {
            script.at(ns + 3, 0, 150, "sched:sched_waking", "t143", 143, 120, 1)
                    .at(ns + 4, 0, 150, "sched:sched_wakeup", "t143", 143, 120, 1);
            ns += 10;
            script.switches(ns, 1, 0, 0, 143);
        }
    }

    private void inject(long after) {
        ns += after;
        script.at(ns, 1, 143, "kvm:kvm_inj_virq", 8, 0, 0);
    }

    /** The handler from its entry to the entry after its end: 20 us in the guest, 10 us for the exit. */
    private void handler() {
        entry(2 * US);
        exit(20 * US, IOIO);
        out(3 * US, 0x20, 0x20);
        ns += US;
        script.at(ns, 1, 143, "kvm:kvm_ack_irq", 0, 0);
        entry(6 * US);
    }

    private void halt() {
        exit(5 * US, HLT);
        ns += 7 * US;
        script.switches(ns, 1, 143, 1, 0);
    }

    private void marker(long guestNs, int value) {
        exit(guestNs, IOIO);
        out(US, 0x510, value);
        entry(9 * US);
    }

    private PlayedWorkload played() {
        return played(0);
    }

    /** {@code last} runs on CPU 1 when the recording ends. */
    private PlayedWorkload played(int last) {
        ns += 50 * US;
        return PlayedWorkload.of(script.switches(ns, 0, 150, 1, 0).switches(ns, 1, last, 0, 9), 2, guestSpans);
    }

    private static GuestProgram guest(PlayedWorkload played) {
        return played.workload().threads().guest()[played.thread(143)];
    }

    private static String handler(PlayedWorkload played, int r) {
        GuestProgram guest = guest(played);
        return played.steps(guest.ops(), guest.handlerFrom()[r], guest.handlerTo()[r]);
    }

    private static String work(PlayedWorkload played, int r) {
        GuestProgram guest = guest(played);
        return played.steps(guest.ops(), guest.workFrom()[r], guest.workTo()[r]);
    }

    private void begin() {
        script.switches(0, 0, 0, 0, 150);
        exit(10 * US, INTR);
        entry(10 * US);
    }

    @Test
    void a_handler_is_from_the_injecting_entry_to_the_entry_after_its_end_and_work_goes_on_to_the_halt() {
        begin();
        halt();
        edge(100 * US, true);
        inject(4 * US);
        handler();
        marker(8 * US, 1);
        marker(30 * US, 0);
        halt();
        PlayedWorkload played = played();
        assertThat(handler(played, 0))
                .isEqualTo("guest 20000, exit io, compute 3000, handled 1, compute 1000, ack, compute 6000");
        assertThat(work(played, 0))
                .isEqualTo("guest 8000, exit io, compute 1000, mark 1, compute 9000,"
                        + " guest 30000, exit io, compute 1000, mark 0, compute 9000, guest 5000");
        assertThat(guest(played).idle()).isEqualTo(GuestProgram.Idle.HALT);
        assertThat(played.steps(guest(played).haltOps(), 0, 3)).isEqualTo("exit halt, compute 7000, halt");
        assertThat(played.program(150)).contains("assert pic").doesNotContain("wake 143");
    }

    @Test
    void exits_that_the_host_makes_leave_no_step_and_end_the_guests_time_where_the_interrupt_begins() {
        begin();
        halt();
        edge(100 * US, true);
        inject(4 * US);
        handler();
        ns += 30 * US;
        script.at(ns, 1, 143, "irq_vectors:local_timer_entry", 236);
        ns += 40 * US;
        script.at(ns, 1, 143, "irq_vectors:local_timer_exit", 236);
        exit(2 * US, INTR);
        entry(11 * US);
        halt();
        assertThat(work(played(), 0)).isEqualTo("guest 35000");
    }

    @Test
    void a_guest_that_spins_is_idle_outside_of_its_markers() {
        begin();
        edge(400 * US, false);
        exit(10 * US, INTR);
        inject(4 * US);
        handler();
        marker(8 * US, 1);
        marker(30 * US, 0);
        ns += 3_000 * US;
        edge(0, false);
        exit(10 * US, INTR);
        inject(4 * US);
        handler();
        ns += 3_000 * US;
        exit(0, INTR);
        PlayedWorkload played = played(143);
        assertThat(guest(played).idle()).isEqualTo(GuestProgram.Idle.SPIN);
        assertThat(guest(played).busy()).isFalse();
        assertThat(guest(played).startTo()).isZero();
        assertThat(work(played, 0))
                .isEqualTo("guest 8000, exit io, compute 1000, mark 1, compute 9000,"
                        + " guest 30000, exit io, compute 1000, mark 0, compute 9000");
        assertThat(work(played, 1)).isEmpty();
    }

    @Test
    void before_a_marker_a_spinning_guest_works_a_millisecond_at_most() {
        begin();
        edge(400 * US, false);
        exit(10 * US, INTR);
        inject(4 * US);
        handler();
        marker(2_500 * US, 1);
        marker(30 * US, 0);
        PlayedWorkload played = played();
        assertThat(work(played, 0)).startsWith("guest 1000000, exit io, ");
    }

    @Test
    void an_interrupt_during_work_has_its_own_handler_and_the_work_goes_on_as_the_firsts() {
        begin();
        halt();
        edge(100 * US, true);
        inject(4 * US);
        handler();
        marker(8 * US, 1);
        edge(20 * US, false);
        exit(10 * US, INTR);
        inject(4 * US);
        handler();
        marker(50 * US, 0);
        halt();
        PlayedWorkload played = played();
        assertThat(guest(played).responses()).isEqualTo(2);
        assertThat(handler(played, 1)).startsWith("guest 20000, exit io, ");
        // The work of the second is what follows the end of the marker that the first one's was in.
        assertThat(work(played, 0)).contains("mark 1, compute 9000, guest 80000, exit io, compute 1000, mark 0");
        assertThat(work(played, 1)).isEqualTo("guest 5000");
    }

    @Test
    void a_spinning_guest_without_markers_is_taken_for_busy() {
        begin();
        edge(400 * US, false);
        exit(10 * US, INTR);
        inject(4 * US);
        handler();
        exit(900 * US, INTR);
        PlayedWorkload played = played(143);
        assertThat(guest(played).busy()).isTrue();
        assertThat(work(played, 0)).isEqualTo("guest 900000");
    }

    private void told(String kind, long from, long to) {
        guestSpans.add("t143 " + kind + " " + from + " " + to);
    }

    @Test
    void what_the_guest_told_of_its_idling_falls_at_its_offset_of_guest_time() {
        begin();
        told("idle", 0, ns + 120 * US);
        halt();
        edge(100 * US, true);
        inject(4 * US);
        // 5 us behind the entry, softirq and task are no turns.
        told("hardirq", ns + 7 * US, ns + 15 * US);
        told("softirq", ns + 15 * US, ns + 18 * US);
        told("task", ns + 18 * US, ns + 50 * US);
        told("idle", ns + 50 * US, ns + 900 * US);
        handler();
        exit(40 * US, HLT);
        ns += 7 * US;
        script.switches(ns, 1, 143, 1, 0);
        PlayedWorkload played = played();
        assertThat(handler(played, 0)).startsWith("guest 5000, busy, guest 15000, exit io, ");
        assertThat(work(played, 0)).isEqualTo("guest 18000, idle, guest 22000");
    }

    @Test
    void a_spinning_guest_that_told_when_it_idles_needs_no_marker_and_idling_is_no_demand() {
        begin();
        told("idle", 0, ns + 410 * US);
        edge(400 * US, false);
        exit(10 * US, INTR);
        inject(4 * US);
        told("task", ns + 5 * US, ns + 132 * US);
        told("idle", ns + 132 * US, ns + 500 * US);
        handler();
        exit(700 * US, INTR);
        PlayedWorkload played = played(143);
        assertThat(guest(played).idle()).isEqualTo(GuestProgram.Idle.SPIN);
        assertThat(guest(played).busy()).isFalse();
        assertThat(guest(played).startTo()).isLessThan(3);
        assertThat(work(played, 0)).isEqualTo("guest 100000, idle");
    }

    /** Preempted in KVM by a thread for a time; the way back to the entry takes another. */
    private void preempted(long awayNs, long backNs) {
        exit(100 * US, INTR);
        ns += 5 * US;
        script.switches(ns, 1, 143, 0, 9);
        ns += awayNs;
        script.switches(ns, 1, 9, 1, 143);
        entry(backNs);
    }

    @Test
    void the_way_back_after_a_long_time_off_the_cpu_is_not_taken_for_that_after_a_turn_of_another() {
        begin();
        for (int i = 0; i < 6; i++) {
            preempted(ResumeCosts.LONG_AWAY_NS, 400 * US);
            preempted(ResumeCosts.LONG_AWAY_NS - 1, 130 * US);
        }
        PlayedWorkload played = played();
        ResumeCosts resume = played.workload().guest().resume();
        assertThat(resume.longAwayNs()).hasSize(6).containsOnly(resume.longAwayNs()[0]);
        assertThat(resume.otherNs()).hasSize(6).containsOnly(resume.otherNs()[0]);
        assertThat(resume.longAwayNs()[0] - resume.otherNs()[0]).isEqualTo(270 * US);
    }

    @Test
    void a_delivery_that_the_recording_cuts_off_is_left_out() {
        begin();
        halt();
        edge(100 * US, true);
        inject(4 * US);
        PlayedWorkload played = played();
        assertThat(guest(played).responses()).isZero();
        assertThat(played.program(150)).contains("assert pic");
    }
}
