package dev.hindsight.replay.timeline.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptEdgesTest {

    private static List<String> edges(KvmScript script) {
        return script.lines(
                TimelineTables.VIRQ_EDGE, "ts_ns", "vcpu", "source", "irq", "by_tid", "cpu", "context", "coalesced");
    }

    private static KvmScript running() {
        KvmScript script = new KvmScript();
        return script.exit(100, 1, 143, KvmScript.INTR).entry(110, 1, 143);
    }

    @Test
    void each_edge_is_told_the_delivered_and_the_coalesced() {
        KvmScript script =
                running().edge(200, 0, 150, 4, false).edge(300, 0, 150, 4, true).edge(400, 0, 150, 4, true);
        assertThat(edges(script))
                .containsExactly("200 0 pic 4 150 0 task 0", "300 0 pic 4 150 0 task 1", "400 0 pic 4 150 0 task 1");
        assertThat(script.lines(TimelineTables.VIRQ, "asserted_ns", "coalesced"))
                .containsExactly("200 2");
    }

    @Test
    void what_a_lapic_takes_of_a_line_is_one_edge_not_also_the_pics() {
        KvmScript script = running();
        script.script.at(200, 0, 150, "kvm:kvm_set_irq", 4, 1, 2);
        script.script.at(201, 0, 150, "kvm:kvm_pic_set_irq", 0, 4, 0, 0, 0);
        script.accept(202, 0, 150, 0, 0x34);
        assertThat(edges(script)).containsExactly("200 0 ioapic 4 150 0 task 0");
    }

    @Test
    void a_message_raised_in_an_interrupt_says_so() {
        KvmScript script = running();
        script.script.flagged(200, 0, 150, KvmScript.HARDIRQ, "kvm:kvm_msi_set_irq", 0xfee00000L, 0x41);
        script.script.flagged(201, 0, 150, KvmScript.HARDIRQ, "kvm:kvm_apic_accept_irq", 0, 0, 0, 0x41);
        assertThat(edges(script)).containsExactly("200 0 msi 65 150 0 hardirq 0");
    }

    @Test
    void a_pin_that_the_guest_has_masked_has_no_edges() {
        KvmScript script = running();
        script.script.at(200, 0, 150, "kvm:kvm_set_irq", 4, 1, 2);
        script.script.at(201, 0, 150, "kvm:kvm_pic_set_irq", 0, 4, 0, 0x10, 0);
        script.script.at(203, 0, 150, "kvm:kvm_set_irq", 4, 0, 2);
        assertThat(edges(script)).isEmpty();
    }

    @Test
    void a_line_that_stays_high_has_one_edge() {
        KvmScript script = running();
        for (int i = 0; i < 3; i++) {
            script.script.at(200 + 10 * i, 0, 150, "kvm:kvm_set_irq", 4, 1, 2);
            script.script.at(201 + 10 * i, 0, 150, "kvm:kvm_pic_set_irq", 0, 4, 0, 0, 0);
        }
        assertThat(edges(script)).containsExactly("200 0 pic 4 150 0 task 0");
    }
}
