package dev.hindsight.replay.guest;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.guest.PairedGuest.PairedCpu;
import dev.hindsight.replay.guest.PairedGuest.Remark;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds table {@code virq} of a host's trace back until its guests were read, and gives deliveries whose handler the host
 * cannot see the one that the guest's recording shows ({@code handled_by} is {@code guest}). Other tables pass.
 *
 * <p>The handler of a delivery is the first one of its kind in the guest from its entry on, and before the next delivery
 * of that kind enters. A handler may begin before its entry by the clock's uncertainty at most: it counts as begun with
 * the entry, for none can precede it. Where an earlier delivery of the kind may own it as well (its own handler was not
 * seen, or several entered at once), nobody gets it: {@link #remarks()} counts those. Nothing is told across lost events.
 */
public final class HeldDeliveries implements TableSinks {

    private static final TableSchema VIRQ = TimelineTables.VIRQ;
    private static final int VM = VIRQ.indexOf("vm");
    private static final int VCPU = VIRQ.indexOf("vcpu");
    private static final int SOURCE = VIRQ.indexOf("source");
    private static final int IRQ = VIRQ.indexOf("irq");
    private static final int VECTOR = VIRQ.indexOf("vector");
    private static final int ENTERED = VIRQ.indexOf("entered_ns");
    private static final int HANDLED = VIRQ.indexOf("handled_ns");
    private static final int HANDLED_BY = VIRQ.indexOf("handled_by");
    private static final int LOST = VIRQ.indexOf("lost");

    private static final int UNKNOWN = Integer.MIN_VALUE;

    private final TableSinks to;
    private final List<TableBlock> held = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();
    private BlockSink sink;

    /** @param to where all tables go in the end */
    public HeldDeliveries(TableSinks to) {
        this.to = to;
    }

    /** A row of the blocks held. */
    private record Place(TableBlock block, int row) {

        long get(int column) {
            return block.get(column, row);
        }

        boolean isHandled() {
            return get(HANDLED) != NULL;
        }

        boolean isLost() {
            return get(LOST) != 0;
        }
    }

    /** What came of one guest. */
    private static final class Told {
        long fromGuest;
        long early;
        long earliestNs;
        long ambiguous;
    }

    @Override
    public BlockSink open(TableSchema schema) {
        if (!schema.equals(VIRQ)) {
            return to.open(schema);
        }
        sink = to.open(schema);
        return held::add;
    }

    /** Hands the deliveries on; none may come afterwards. */
    public void release() {
        held.forEach(block -> sink.accept(block));
        held.clear();
    }

    /** What the user has to know of the guests' handlers. */
    public List<Remark> remarks() {
        return List.copyOf(remarks);
    }

    /** Fills in what a guest's whole recording tells. */
    void fill(HandlersSeen seen) {
        Told told = new Told();
        for (PairedCpu cpu : seen.guest().cpus()) {
            byKind(cpu, seen).forEach((kind, places) -> fill(kind, places, cpu.guestCpu(), seen, told));
        }
        remark(seen.guest(), told);
    }

    private Map<Integer, List<Place>> byKind(PairedCpu cpu, HandlersSeen seen) {
        Map<Integer, List<Place>> kinds = new HashMap<>();
        for (TableBlock block : held) {
            for (int row = 0; row < block.rows(); row++) {
                Place place = new Place(block, row);
                boolean mine = place.get(VCPU) == cpu.vcpu()
                        && cpu.vm().equals(block.column(VM).getText(row));
                if (mine && place.get(ENTERED) != NULL) {
                    kinds.computeIfAbsent(kind(place, cpu.guestCpu(), seen), kind -> new ArrayList<>())
                            .add(place);
                }
            }
        }
        kinds.remove(UNKNOWN);
        return kinds;
    }

    /** As what a delivery shows in the guest; {@link #UNKNOWN} where nothing of it does. */
    private static int kind(Place place, int guestCpu, HandlersSeen seen) {
        String source = place.block().column(SOURCE).getText(place.row());
        return switch (source) {
            case "arch-timer", "decrementer" -> HandlersSeen.TIMER;
            case "sgi" -> HandlersSeen.IPI;
            case "spi", "ppi", "lpi", "external" -> HandlersSeen.DEVICE;
            case "pit", "pic", "ioapic", "msi" -> {
                int vector = place.get(VECTOR) == NULL ? UNKNOWN : (int) place.get(VECTOR);
                yield vector != UNKNOWN && seen.begins(guestCpu, vector) != null ? vector : HandlersSeen.DEVICE;
            }
            case "lapic-timer", "lapic", "ipi" -> {
                int vector = (int) (place.get(VECTOR) == NULL ? place.get(IRQ) : place.get(VECTOR));
                yield seen.begins(guestCpu, vector) != null ? vector : UNKNOWN;
            }
            default -> UNKNOWN;
        };
    }

    private static void fill(int kind, List<Place> places, int guestCpu, HandlersSeen seen, Told told) {
        LongRun begins = seen.begins(guestCpu, kind);
        if (begins == null) {
            return;
        }
        PairedGuest guest = seen.guest();
        long uncertaintyNs = guest.uncertaintyNs() == null ? 0 : guest.uncertaintyNs();
        Place[] order = places.toArray(new Place[0]);
        Arrays.sort(order, (a, b) -> Long.compare(a.get(ENTERED), b.get(ENTERED)));
        // Whether deliveries before may own the handler that comes.
        boolean open = false;
        for (int i = 0; i < order.length; ) {
            long enteredNs = order[i].get(ENTERED);
            int next = i + 1;
            while (next < order.length && order[next].get(ENTERED) == enteredNs) {
                next++;
            }
            long untilNs = next < order.length ? order[next].get(ENTERED) - uncertaintyNs : Long.MAX_VALUE;
            untilNs = Math.min(untilNs, guest.lastNs() + 1);
            int at = begins.countBelow(enteredNs - uncertaintyNs);
            boolean found = at < begins.size() && begins.get(at) < untilNs && enteredNs >= guest.firstNs();
            if (found && seen.lostBetween(guestCpu, enteredNs - uncertaintyNs, begins.get(at) + 1)) {
                found = false;
            }
            boolean single = next == i + 1;
            if (single && found && !order[i].isHandled() && !order[i].isLost()) {
                long beginNs = begins.get(at);
                // Devices share a kind; of one vector or timer the next is not entered before its handler ran.
                if (open && (kind == HandlersSeen.DEVICE || beginNs < enteredNs)) {
                    told.ambiguous++;
                } else {
                    put(order[i], beginNs, told);
                }
            } else if (!single && found) {
                for (int k = i; k < next; k++) {
                    told.ambiguous += order[k].isHandled() || order[k].isLost() ? 0 : 1;
                }
            }
            open = !single || !found && !order[i].isHandled() || order[i].isLost();
            i = next;
        }
    }

    private static void put(Place place, long beginNs, Told told) {
        long enteredNs = place.get(ENTERED);
        if (beginNs < enteredNs) {
            told.early++;
            told.earliestNs = Math.max(told.earliestNs, enteredNs - beginNs);
        }
        place.block().set(HANDLED, place.row(), Math.max(beginNs, enteredNs));
        place.block().setText(HANDLED_BY, place.row(), "guest");
        told.fromGuest++;
    }

    private void remark(PairedGuest guest, Told told) {
        if (told.early > 0) {
            remarks.add(new Remark(
                    "guest-handler-early",
                    told.early + " of the " + told.fromGuest + " handlers that " + guest.path()
                            + " tells begin up to " + told.earliestNs + " ns before their entry, within the clock's"
                            + " uncertainty of " + guest.uncertaintyNs() + " ns: they count as begun with it"));
        }
        if (told.ambiguous > 0) {
            remarks.add(new Remark(
                    "guest-handler-ambiguous",
                    told.ambiguous + " deliveries have no handler, though " + guest.path()
                            + " shows one: it may as well be that of a delivery before"));
        }
    }
}
