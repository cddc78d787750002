package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Exits and decrementers of a guest with one vCPU on POWER, by looking for each of them through the whole recording:
 * slow, and without any state that goes along.
 */
final class ObviousPower {

    private record Event(long ns, int tid, boolean inInterrupt, String name, Map<String, Long> fields) {
        long get(String field) {
            return fields.get(field);
        }
    }

    private final List<Event> events = new ArrayList<>();
    private final String exitEvent;
    private final int vcpuTid;
    private final long decrementer;

    ObviousPower(Path file) {
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            Map<Integer, EventType> types = new HashMap<>();
            recording.read(schema -> block -> {}, new RecordingSink() {
                @Override
                public void type(EventType type) {
                    types.put(type.index(), type);
                }

                @Override
                public void slice(EventSlice slice) {
                    for (int i = 0; i < slice.size; i++) {
                        events.add(event(types.get(slice.type[i]), slice, i));
                    }
                }

                @Override
                public void lost(int cpu, int instance, long startNs, long endNs, long lost) {
                    throw new AssertionError("nothing is lost in it");
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        exitEvent = events.stream().anyMatch(e -> e.name().equals("kvm_guest_exit")) ? "kvm_guest_exit" : "kvm_exit";
        vcpuTid = events.get(next(0, e -> e.name().equals(exitEvent))).tid();
        decrementer = decrementer();
    }

    private static Event event(EventType type, EventSlice slice, int i) {
        TableBlock block = slice.blocks[slice.type[i]];
        Map<String, Long> fields = new HashMap<>();
        for (String name : List.of(
                "trap",
                "ceded",
                "exit_nr",
                "pc",
                "msr",
                "r",
                "hrtimer",
                "expires",
                "now",
                "pid",
                "prev_pid",
                "next_pid",
                "prev_state",
                "priority")) {
            int column = type.column(name);
            if (column >= 0 && type.table().columns().get(column).type().isInteger()) {
                fields.put(name, block.get(column, slice.row[i]));
            }
        }
        int tid = (int) block.get(EventTables.TID, slice.row[i]);
        boolean inInterrupt = (block.get(EventTables.FLAGS, slice.row[i]) & 0x18) != 0;
        return new Event(slice.tsNs[i], tid, inInterrupt, type.name(), fields);
    }

    private int next(int from, Predicate<Event> is) {
        for (int i = from; i < events.size(); i++) {
            if (is.test(events.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private int last(int before, int notBefore, Predicate<Event> is) {
        for (int i = before - 1; i >= notBefore; i--) {
            if (is.test(events.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private boolean isEntry(Event e) {
        if (e.tid() != vcpuTid) {
            return false;
        }
        if (e.name().equals("kvm_guest_enter")) {
            return true;
        }
        // RESUME_GUEST and RESUME_GUEST_NV
        return e.name().equals("kvm_book3s_reenter") && (e.get("r") == 0 || e.get("r") == 1);
    }

    private boolean isExit(Event e) {
        return e.tid() == vcpuTid && e.name().equals(exitEvent);
    }

    private static long code(Event exit) {
        return exit.fields().containsKey("trap") ? exit.get("trap") : exit.get("exit_nr");
    }

    private boolean sleptBefore(int exit, int end) {
        int wakeup = next(exit + 1, e -> e.tid() == vcpuTid && e.name().equals("kvm_vcpu_wakeup"));
        return wakeup >= 0 && wakeup < end;
    }

    /** By code, with 0x10000 for halts: how many, how many with an entry behind them, and how long to it in all. */
    Map<Long, List<Long>> exits() {
        Map<Long, List<Long>> byCode = new TreeMap<>();
        for (int i = 0; i < events.size(); i++) {
            if (!isExit(events.get(i))) {
                continue;
            }
            int nextExit = next(i + 1, this::isExit);
            int entry = next(i + 1, this::isEntry);
            boolean entered = entry >= 0 && (nextExit < 0 || entry < nextExit);
            long code = code(events.get(i));
            int end = entered ? entry : nextExit < 0 ? events.size() : nextExit;
            boolean ceded = code == 0 && events.get(i).fields().getOrDefault("ceded", 0L) != 0;
            if (ceded || exitEvent.equals("kvm_exit") && sleptBefore(i, end)) {
                code += 0x10000;
            }
            List<Long> had = byCode.getOrDefault(code, List.of(0L, 0L, 0L));
            long ns = entered ? events.get(entry).ns() - events.get(i).ns() : 0;
            byCode.put(code, List.of(had.get(0) + 1, had.get(1) + (entered ? 1 : 0), had.get(2) + ns));
        }
        return byCode;
    }

    /**
     * Decrementers that a guest was entered with after their timer expired: due, asserted, runnable, scheduled, entered,
     * handled, each "null" where not seen.
     */
    List<String> decrementers() {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Event e = events.get(i);
            boolean booke = e.tid() == vcpuTid && e.name().equals("kvm_booke_queue_irqprio") && e.get("priority") == 18;
            boolean atVector = isEntry(e) && e.get("pc") == 0x900;
            int exit = last(i, 0, this::isExit);
            boolean again = atVector && exit >= 0 && events.get(exit).get("pc") == 0x900;
            if (exit < 0 || again || !booke && !atVector) {
                continue;
            }
            int from = lastStart(i);
            int expiry = from < 0 ? -1 : expiryOf(from, i);
            if (expiry >= 0) {
                found.add(line(i, from, expiry, booke));
            }
        }
        return found;
    }

    /** Where the vCPU's thread itself started its decrementer's timer last. */
    private int lastStart(int before) {
        return last(before, 0, e -> isStart(e) && e.get("hrtimer") == decrementer);
    }

    private boolean isStart(Event e) {
        return e.tid() == vcpuTid && !e.inInterrupt() && e.name().equals("hrtimer_start");
    }

    /** Of the timers that the vCPU's thread itself starts the one whose expiries wake that thread. */
    private long decrementer() {
        Map<Long, Integer> wakes = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            if (isStart(events.get(i))) {
                wakes.putIfAbsent(events.get(i).get("hrtimer"), 0);
            } else if (events.get(i).name().equals("hrtimer_expire_entry")) {
                int then = next(
                        i + 1, e -> e.name().equals("sched_waking") || e.name().equals("hrtimer_expire_exit"));
                Event e = events.get(Math.max(i, then));
                if (e.name().equals("sched_waking") && e.get("pid") == vcpuTid) {
                    wakes.computeIfPresent(events.get(i).get("hrtimer"), (timer, n) -> n + 1);
                }
            }
        }
        return wakes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private int expiryOf(int start, int before) {
        long timer = events.get(start).get("hrtimer");
        int first = next(start, e -> e.name().equals("hrtimer_expire_entry") && e.get("hrtimer") == timer);
        // A delivery between has taken it, and what has expired since then counts.
        int taken = last(
                before,
                start,
                e -> e.tid() == vcpuTid
                        && (isEntry(e) && e.get("pc") == 0x900 || e.name().equals("kvm_booke_queue_irqprio")));
        if (taken >= 0) {
            first = next(taken, e -> e.name().equals("hrtimer_expire_entry") && e.get("hrtimer") == timer);
        }
        return first >= 0 && first < before ? first : -1;
    }

    private String line(int taken, int start, int expiry, boolean booke) {
        Event expired = events.get(expiry);
        long timer = expired.get("hrtimer");
        int set = last(expiry, 0, e -> e.name().equals("hrtimer_start") && e.get("hrtimer") == timer);
        long late = expired.get("now") - events.get(set).get("expires");
        boolean sameClock = Math.abs(expired.ns() - expired.get("now")) < 10_000_000;
        long due =
                sameClock ? Math.min(events.get(set).get("expires"), expired.ns()) : expired.ns() - Math.max(0, late);
        int woken = next(expiry, e -> e.name().equals("sched_waking") && e.get("pid") == vcpuTid);
        int in = next(expiry, e -> e.name().equals("sched_switch") && e.get("next_pid") == vcpuTid);
        int out = last(
                expiry,
                0,
                e -> e.name().equals("sched_switch") && (e.get("prev_pid") == vcpuTid || e.get("next_pid") == vcpuTid));
        boolean running = out >= 0 && events.get(out).get("next_pid") == vcpuTid;
        boolean asleep = !running && (events.get(out).get("prev_state") & 0xFF) != 0;
        if (asleep) {
            // A thread that is awake already is not woken again.
            int earlier = last(expiry, out, e -> e.name().equals("sched_waking") && e.get("pid") == vcpuTid);
            asleep = earlier < 0;
        }
        String runnable = asleep ? Long.toString(events.get(woken).ns()) : Long.toString(expired.ns());
        String scheduled = running
                ? Long.toString(expired.ns())
                : Long.toString(events.get(in).ns());
        int entered = taken;
        if (!booke) {
            for (int exit = next(entered, this::isExit);
                    exit >= 0 && events.get(exit).get("pc") == 0x900;
                    exit = next(entered, this::isExit)) {
                int entry = next(exit, this::isEntry);
                if (entry < 0 || events.get(entry).get("pc") != 0x900) {
                    break;
                }
                entered = entry;
            }
        }
        int lastExit = last(taken, 0, this::isExit);
        boolean takesIt = !booke || (events.get(lastExit).get("msr") & 0x8000) != 0 || sleptBefore(lastExit, taken);
        int handled = next(entered, this::isSign);
        int another = next(entered + 1, e -> isDelivery(e, booke));
        boolean unseen = handled < 0 || !takesIt || another >= 0 && another < handled;
        return due + " " + expired.ns() + " " + runnable + " " + scheduled + " "
                + (booke ? "null" : Long.toString(events.get(entered).ns())) + " "
                + (unseen ? "null" : Long.toString(events.get(handled).ns()));
    }

    private boolean isDelivery(Event e, boolean booke) {
        return e.tid() == vcpuTid
                && (booke
                        ? e.name().equals("kvm_booke_queue_irqprio") && e.get("priority") == 18
                        : isEntry(e) && e.get("pc") == 0x900);
    }

    private boolean isSign(Event e) {
        if (e.tid() == vcpuTid && e.name().equals("kvm_ppc_instr")) {
            return true;
        }
        if (!isExit(e)) {
            return false;
        }
        long code = code(e);
        return switch (exitEvent) {
            case "kvm_guest_exit" -> code == 0xc00 || code == 0 && e.get("ceded") != 0;
            default -> e.fields().containsKey("priority") || code == 0x700 || code == 0xc00 || code == 6;
        };
    }
}
