package dev.hindsight.replay.workload;

import static dev.hindsight.replay.workload.ForcedReplay.number;

import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One vCPU's part of {@link ForcedReplay}: its handlers and works along the recorded stays in the guest. */
final class ForcedGuest {

    private static final long NULL = Long.MIN_VALUE;
    private static final long LOSS_NS = 20_000_000;

    private record Stay(long from, long to, int cpu, boolean forced, boolean halt, String reason, long rip) {}

    private record Delivery(int line, long injectedNs, long enteredNs, long handlerEndNs) {}

    private record Instant(long ns, byte op, int b) {}

    private final ForcedReplay of;
    private final int thread;
    private final GuestProgram guest;
    private final boolean elastic;
    private final List<Stay> stays = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Instant> instants = new ArrayList<>();
    private final boolean realtime;

    /** On the way of one exit: whether the vCPU came back from a preemption, and whether the monitor runs. */
    private boolean back;

    private boolean inMonitor;

    ForcedGuest(ForcedReplay of, int thread) {
        this.of = of;
        this.thread = thread;
        guest = of.workload.threads().guest()[thread];
        elastic = guest.idle() == GuestProgram.Idle.SPIN && !guest.busy();
        realtime = of.workload.softirqs().where() == Softirqs.Where.IN_THREAD;
        long tid = of.workload.threads().tid()[thread];
        Map<Long, Map<String, Object>> exits = new HashMap<>();
        for (Map<String, Object> row : of.tables.rows(TimelineTables.VM_EXIT)) {
            if (number(row, "tid") == tid) {
                exits.put(number(row, "start_ns"), row);
            }
        }
        for (Map<String, Object> row : of.tables.rows(TimelineTables.VCPU_SPAN)) {
            String state = (String) row.get("state");
            if (number(row, "tid") != tid || number(row, "end_ns") <= of.workload.firstNs()) {
                continue;
            }
            if (state.equals("vmm") && number(row, "start_ns") >= of.workload.firstNs()) {
                instants.add(new Instant(number(row, "start_ns"), Op.VMM, 1));
                instants.add(new Instant(number(row, "end_ns"), Op.VMM, 0));
            }
            if (state.equals("guest")) {
                long end = number(row, "end_ns");
                Map<String, Object> exit = exits.get(end);
                String kind = exit == null ? "end" : (String) exit.get("kind");
                stays.add(new Stay(
                        Math.max(of.workload.firstNs(), number(row, "start_ns")),
                        end,
                        (int) number(row, "cpu"),
                        kind.equals("interrupt") || kind.equals("interrupt-window"),
                        kind.equals("halt"),
                        exit == null ? "end" : (String) exit.get("reason"),
                        exit == null ? 0 : number(exit, "rip")));
            }
        }
        stays.sort(Comparator.comparingLong(Stay::from));
        String vm = of.workload.threads().vm().get(thread);
        int vcpu = of.workload.threads().vcpu()[thread];
        for (Map<String, Object> row : of.tables.rows(TimelineTables.VIRQ)) {
            if (!vm.equals(row.get("vm"))
                    || number(row, "vcpu") != vcpu
                    || number(row, "entered_ns") < of.workload.firstNs()) {
                continue;
            }
            long eoi = number(row, "eoi_ns");
            long end = number(row, "entered_ns");
            if (eoi != NULL) {
                end = entryFrom(eoi);
                instants.add(new Instant(eoi, Op.ACK, 0));
            }
            if (number(row, "handled_ns") != NULL) {
                instants.add(new Instant(number(row, "handled_ns"), Op.HANDLED, 0));
            }
            deliveries.add(new Delivery(0, number(row, "injected_ns"), number(row, "entered_ns"), end));
        }
        deliveries.sort(Comparator.comparingLong(Delivery::enteredNs));
        for (Map<String, Object> row : of.tables.rows(TimelineTables.MARKER)) {
            if (vm.equals(row.get("vm")) && number(row, "vcpu") == vcpu) {
                instants.add(new Instant(number(row, "ts_ns"), Op.MARK, (int) number(row, "value")));
            }
        }
        instants.sort(Comparator.comparingLong(Instant::ns));
    }

    /** Where events were lost, what is on both sides is not looked at. */
    private void miss(long ns, String what) {
        boolean lost = of.tables.rows(TimelineTables.LOST_SPAN).stream()
                .anyMatch(row -> number(row, "start_ns") - LOSS_NS < ns && ns < number(row, "end_ns") + LOSS_NS);
        if (!lost) {
            of.miss(thread, ns, what);
        }
    }

    void walk() {
        if (deliveries.size() != guest.responses()) {
            miss(0, deliveries.size() + " deliveries entered, " + guest.responses() + " responses");
            return;
        }
        if (!elastic && guest.startTo() > 0 && !stays.isEmpty()) {
            piece(0, guest.startTo(), stays.get(0).from(), Long.MAX_VALUE, -1);
        }
        for (int r = 0; r < guest.responses(); r++) {
            Delivery d = deliveries.get(r);
            piece(guest.handlerFrom()[r], guest.handlerTo()[r], d.enteredNs(), d.handlerEndNs(), r);
            if (guest.workTo()[r] > guest.workFrom()[r]) {
                piece(guest.workFrom()[r], guest.workTo()[r], workBegin(r), Long.MAX_VALUE, r);
            }
        }
    }

    /** After the handler; of a delivery during another's marked work, after the marker's end. */
    private long workBegin(int r) {
        long begin = deliveries.get(r).handlerEndNs();
        if (!openAt(begin) && !workingAt(r)) {
            return begin;
        }
        for (Instant i : instants.subList(instantFrom(begin), instants.size())) {
            if (i.op() == Op.MARK && i.b() == 0) {
                return entryFrom(i.ns());
            }
        }
        return begin;
    }

    /** Whether a guest that halts when it is idle had not, or was entered again without a delivery. */
    private boolean workingAt(int r) {
        int before = stayFrom(deliveries.get(r).enteredNs()) - 1;
        return guest.idle() != GuestProgram.Idle.SPIN
                && (before < 0 || !stays.get(before).halt());
    }

    private boolean openAt(long ns) {
        for (int i = instantFrom(ns) - 1; i >= 0; i--) {
            if (instants.get(i).op() == Op.MARK) {
                return instants.get(i).b() != 0;
            }
        }
        return false;
    }

    private boolean isNested(Stay stay, int r) {
        for (int k = Math.max(0, r + 1); k < deliveries.size(); k++) {
            Delivery d = deliveries.get(k);
            if (d.enteredNs() > stay.from()) {
                return false;
            }
            if (stay.from() >= d.enteredNs() && stay.from() < d.handlerEndNs()) {
                return true;
            }
        }
        return false;
    }

    private long entryFrom(long ns) {
        int stay = stayFrom(ns);
        return stay < stays.size() ? stays.get(stay).from() : Long.MAX_VALUE;
    }

    /** Place of the first instant at a time or after. */
    private int instantFrom(long ns) {
        int low = 0;
        int high = instants.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (instants.get(middle).ns() < ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int stayFrom(long ns) {
        int low = 0;
        int high = stays.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (stays.get(middle).from() < ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean toMonitor(Stay stay, int next) {
        long entry = next < stays.size() ? stays.get(next).from() : Long.MAX_VALUE;
        return recorded(Op.VMM, 1, stay.to(), entry - 1) != NULL;
    }

    /** The steps [from, to), which begin with an entry at a time and end with one that is no part of them. */
    private void piece(int from, int to, long beginNs, long endNs, int r) {
        Program ops = guest.ops();
        int stay = stayFrom(beginNs);
        int at = from;
        long hostNs = NULL;
        boolean first = true;
        while (at < to) {
            byte op = ops.op(at);
            if (op == Op.GUEST) {
                long wanted = ops.a(at);
                // The guest's end of an interrupt may be told while it is in the guest.
                while (at + 1 < to
                        && (ops.op(at + 1) == Op.GUEST
                                || ops.op(at + 1) == Op.ACK
                                || ops.op(at + 1) == Op.HANDLED
                                || ops.op(at + 1) == Op.GUEST_TURNS)) {
                    at++;
                    wanted += ops.op(at) == Op.GUEST ? ops.a(at) : 0;
                }
                long sum = 0;
                boolean halted = false;
                Stay last = null;
                while (stay < stays.size() && stays.get(stay).from() < endNs) {
                    Stay s = stays.get(stay++);
                    if (isNested(s, r)) {
                        if (s.halt()) {
                            // The end of the other's interrupt is told with the halt that it leads to.
                            halted = true;
                            break;
                        }
                        continue;
                    }
                    long until = s.forced() ? of.firstStolen(s.cpu(), s.from(), s.to()) : s.to();
                    sum += of.left(s.cpu(), s.from(), until);
                    last = s;
                    // A halt that ends without a delivery is no step, nor is an exit for the host unless the monitor
                    // works.
                    boolean stands = s.halt() ? sum == wanted : !s.forced() || toMonitor(s, stay);
                    if (stands) {
                        break;
                    }
                }
                boolean clipped = elastic && first && wanted <= sum;
                if (sum != wanted && !clipped) {
                    miss(last == null ? 0 : last.to(), "guest for " + wanted + ", recorded " + sum);
                    return;
                }
                first = false;
                of.steps++;
                at++;
                if (at == to) {
                    return;
                }
                if (last == null || ops.op(at) != Op.VM_EXIT) {
                    boolean fine = halted
                            || last != null && (last.halt() || last.reason().equals("end"));
                    if (!fine && ops.op(at) != Op.SET_PRIORITY) {
                        miss(last == null ? 0 : last.to(), "no exit but op " + ops.op(at));
                    }
                    return;
                }
                hostNs = last.to();
                if (!of.workload.exits().reason().get(ops.b(at)).equals(last.reason()) || ops.a(at) != last.rip()) {
                    miss(hostNs, "exit for another reason than " + last.reason());
                    return;
                }
                at++;
                continue;
            }
            if (hostNs == NULL) {
                return;
            }
            at = host(at, to, hostNs, stay < stays.size() ? stays.get(stay).from() : of.workload.lastNs());
            hostNs = NULL;
        }
    }

    /** The handling of one exit; returns the step after it. */
    private int host(int from, int to, long exitNs, long nextEntryNs) {
        Program ops = guest.ops();
        long entryNs = nextEntryNs;
        boolean monitor = stays.get(stayFrom(entryNs) - 1).forced();
        long p = exitNs;
        back = false;
        inMonitor = false;
        if (monitor) {
            // What is before the monitor's part is the host's.
            p = recorded(Op.VMM, 1, p, entryNs);
        }
        long sum = 0;
        int at = from;
        boolean waits = false;
        for (; at < to && ops.op(at) != Op.GUEST; at++) {
            byte op = ops.op(at);
            if (op == Op.COMPUTE) {
                sum += ops.a(at);
            } else if (op == Op.HANDLED || op == Op.ACK || op == Op.MARK || op == Op.VMM) {
                long ns = recorded(op, op == Op.MARK ? (int) ops.a(at) : ops.b(at), p, entryNs);
                if (ns == NULL) {
                    miss(p, "op " + op + " was not recorded");
                    return to;
                }
                check(p, ns, sum, "op " + op);
                if (op == Op.VMM) {
                    back = false;
                    inMonitor = ops.b(at) == 1;
                }
                p = ns;
                sum = 0;
            } else if (op == Op.WAIT_WOKEN || op == Op.WAIT_FOR || op == Op.WAIT_UNTIL || op == Op.END) {
                waits = true;
            }
        }
        if (!waits && !monitor && entryNs < of.workload.lastNs()) {
            long until = entryNs;
            for (Delivery d : deliveries) {
                if (d.enteredNs() == entryNs && d.injectedNs() != NULL && d.injectedNs() >= exitNs) {
                    until = d.injectedNs();
                }
            }
            check(p, Math.max(p, until), sum, "entry");
        }
        return at;
    }

    private long recorded(byte op, int value, long from, long to) {
        for (Instant i : instants.subList(instantFrom(from), instants.size())) {
            if (i.ns() > to) {
                break;
            }
            boolean fits = i.op() == op && (op == Op.MARK || op == Op.VMM ? i.b() == value : true);
            if (i.ns() >= from && fits) {
                return i.ns();
            }
        }
        return NULL;
    }

    private void check(long from, long to, long computed, String what) {
        long ran = 0;
        long came = 0;
        boolean preempted = false;
        for (Map<String, Object> span : of.spansFrom(thread, from)) {
            if (number(span, "start_ns") >= to) {
                break;
            }
            String state = (String) span.get("state");
            if (!state.equals("running")) {
                preempted = state.equals("runnable-preempted") || state.equals("runnable-woken") && preempted;
                continue;
            }
            if (number(span, "start_ns") >= from && !inMonitor && !realtime) {
                // KVM gave way when it was through with the exit: the rest is the way back, which is no demand.
                back = preempted;
            }
            if (number(span, "end_ns") > from && !back) {
                ran += of.left(
                        (int) number(span, "cpu"),
                        Math.max(from, number(span, "start_ns")),
                        Math.min(to, number(span, "end_ns")));
                came += number(span, "start_ns") >= from ? of.inNs : 0;
            }
        }
        of.steps++;
        // Each time that it came to a CPU on the way costs what the workload says, as in the walk of host threads.
        if (ran == computed + came) {
            return;
        }
        if (computed <= ran && computed >= ran - came) {
            of.blurred++;
            return;
        }
        miss(to, what + " after " + computed + " ns, recorded after " + ran);
    }
}
