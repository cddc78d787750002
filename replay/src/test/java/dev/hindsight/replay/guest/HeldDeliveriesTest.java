package dev.hindsight.replay.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.replay.timeline.Script;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineTables;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which handlers of a guest's recording end which deliveries of its host's, by hand. */
class HeldDeliveriesTest {

    private final Tables host = new Tables();
    private final HeldDeliveries held = new HeldDeliveries(host);
    private final TableAppender virq = new TableAppender(TimelineTables.VIRQ, held);

    private static PairedGuest guest(Long uncertaintyNs) {
        return new PairedGuest(
                Path.of("guest.dat"),
                ReadOptions.DEFAULT,
                null,
                "align",
                0L,
                null,
                uncertaintyNs,
                50,
                5_000,
                List.of(new PairedGuest.PairedCpu(1, "vm-1", 0, 77, 0, 0)),
                List.of());
    }

    private HeldDeliveriesTest delivery(String source, int irq, long enteredNs, Long handledNs) {
        virq.addRow();
        for (int i = 0; i < TimelineTables.VIRQ.columns().size(); i++) {
            switch (TimelineTables.VIRQ.columns().get(i).name()) {
                case "vm" -> virq.setText(i, "vm-1");
                case "source" -> virq.setText(i, source);
                case "handled_by" -> virq.setText(i, handledNs == null ? null : "eoi");
                case "irq" -> virq.set(i, irq);
                case "asserted_ns" -> virq.set(i, enteredNs - 10);
                case "entered_ns" -> virq.set(i, enteredNs);
                case "handled_ns" -> virq.set(i, handledNs == null ? ColumnData.NULL : handledNs);
                case "vcpu", "coalesced", "lost" -> virq.set(i, 0);
                default -> virq.set(i, ColumnData.NULL);
            }
        }
        return this;
    }

    /** Entry, handler and sign of all deliveries, once the guest was read. */
    private List<String> told(Script script, Long uncertaintyNs) {
        virq.flush();
        script.play(List.of(context -> new HandlersSeen(guest(uncertaintyNs), held)));
        assertThat(host.rows(TimelineTables.VIRQ)).isEmpty();
        held.release();
        return host.lines(TimelineTables.VIRQ, "entered_ns", "handled_ns", "handled_by");
    }

    private List<String> remarks() {
        return held.remarks().stream().map(PairedGuest.Remark::code).toList();
    }

    private static Script timers(long... beginNs) {
        Script script = new Script();
        for (long ns : beginNs) {
            script.at(ns, 1, 0, "irq_vectors:local_timer_entry", 236);
        }
        return script;
    }

    @Test
    void a_vectors_handler_is_the_first_from_its_entry_on_and_what_the_host_saw_stays() {
        delivery("lapic-timer", 236, 100, null)
                .delivery("lapic-timer", 236, 200, 230L)
                .delivery("lapic-timer", 236, 300, null)
                .delivery("lapic-timer", 236, 400, null);
        assertThat(told(timers(90, 120, 210, 450, 470), null))
                .containsExactly("100 120 guest", "200 230 eoi", "300 null null", "400 450 guest");
        assertThat(remarks()).isEmpty();
    }

    @Test
    void vectors_and_cpus_are_not_mixed_up() {
        delivery("ipi", 253, 100, null).delivery("lapic-timer", 236, 110, null);
        Script script = timers(130).at(140, 0, 0, "irq_vectors:local_timer_entry", 253);
        assertThat(told(script, null)).containsExactly("100 null null", "110 130 guest");
    }

    @Test
    void a_handler_begins_with_its_entry_where_it_precedes_it_within_the_clocks_uncertainty() {
        delivery("lapic-timer", 236, 100, null).delivery("lapic-timer", 236, 200, null);
        assertThat(told(timers(92, 189), 10L)).containsExactly("100 100 guest", "200 null null");
        assertThat(held.remarks().get(0).message())
                .isEqualTo("1 of the 1 handlers that guest.dat tells begin up to 8 ns before their entry, within the"
                        + " clock's uncertainty of 10 ns: they count as begun with it");
    }

    @Test
    void within_the_uncertainty_a_handler_that_may_be_that_of_the_delivery_before_is_nobodys() {
        delivery("lapic-timer", 236, 100, null).delivery("lapic-timer", 236, 200, null);
        assertThat(told(timers(195), 10L)).containsExactly("100 null null", "200 null null");
        assertThat(remarks()).containsExactly("guest-handler-ambiguous");
    }

    @Test
    void a_devices_handler_is_told_where_one_device_alone_can_have_called_it() {
        delivery("msi", 37, 100, null)
                .delivery("msi", 38, 200, null)
                .delivery("msi", 39, 300, null)
                .delivery("msi", 37, 400, null)
                .delivery("msi", 38, 500, null)
                .delivery("msi", 39, 500, null);
        Script script = new Script()
                .at(120, 1, 0, "irq:irq_handler_entry", 28, "virtio0")
                .at(310, 1, 0, "irq:irq_handler_entry", 28, "virtio0")
                .at(420, 1, 0, "irq:irq_handler_entry", 28, "virtio0")
                .at(520, 1, 0, "irq:irq_handler_entry", 28, "virtio0");
        // The one at 310 is that of 200 or of 300, the one at 520 that of either that entered at 500.
        assertThat(told(script, null))
                .containsExactly(
                        "100 120 guest",
                        "200 null null",
                        "300 null null",
                        "400 420 guest",
                        "500 null null",
                        "500 null null");
        assertThat(held.remarks().get(0).message()).startsWith("3 deliveries have no handler");
    }

    @Test
    void arm64_tells_its_timer_and_its_processors_from_devices_by_their_handlers_names() {
        delivery("arch-timer", 27, 100, null).delivery("spi", 40, 150, null).delivery("sgi", 1, 160, null);
        Script script = new Script()
                .at(170, 1, 0, "irq:irq_handler_entry", 9, "IPI")
                .at(180, 1, 0, "irq:irq_handler_entry", 11, "arch_timer")
                .at(190, 1, 0, "irq:irq_handler_entry", 13, "virtio0");
        assertThat(told(script, null)).containsExactly("100 180 guest", "150 190 guest", "160 170 guest");
    }

    @Test
    void nothing_is_told_across_lost_events_or_outside_of_what_both_recordings_cover() {
        delivery("lapic-timer", 236, 20, null)
                .delivery("lapic-timer", 236, 100, null)
                .delivery("lapic-timer", 236, 4_900, null);
        Script script = timers(45).lost(1, 110, 150, 9).at(150, 1, 0, "irq_vectors:local_timer_entry", 236);
        script.at(5_100, 1, 0, "irq_vectors:local_timer_entry", 236);
        assertThat(told(script, null)).containsExactly("100 null null", "20 null null", "4900 null null");
    }
}
