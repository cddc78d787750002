package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadEvents.Event;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.table.ColumnType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares a text with the binary recording of the same events, event by event in the order of each CPU: name, thread,
 * time to the text's precision, and every field that the text shows, by its own type.
 *
 * <p>What the text hides is compared as far as it goes: hashed pointers are equal where the binary's are and differ
 * where these differ; functions are compared by their names, where the binary has these.
 */
final class TextAgainstBinary {

    /** Differences told at most. */
    private static final int MOST_TOLD = 40;

    private static final Set<String> USERS = Set.of("kprobes", "uprobes", "eprobes", "synthetic");

    final List<String> differences = new ArrayList<>();
    long events;
    long fields;
    long worstNs;

    /** How often a field of the binary is not in the text, by event. */
    final Map<String, Long> hidden = new TreeMap<>();

    /** How many events of a kind stand in the text in no form that is known. */
    final Map<String, Long> unread = new TreeMap<>();

    private final Map<String, Map<Object, Object>> pointers = new HashMap<>();
    private final long toleranceNs;
    private final boolean flags;
    private final Recording text;
    private final Recording binary;

    private TextAgainstBinary(Recording text, Recording binary, long toleranceNs, boolean flags) {
        this.text = text;
        this.binary = binary;
        this.toleranceNs = toleranceNs;
        this.flags = flags;
    }

    /**
     * Compares.
     *
     * @param toleranceNs how far times may differ
     * @param flags whether the text has the columns of interrupt state
     */
    static TextAgainstBinary of(Path textFile, Path binaryFile, long toleranceNs, boolean flags) throws IOException {
        try (Recording text = Recordings.open(textFile, ReadOptions.DEFAULT);
                Recording binary = Recordings.open(binaryFile, ReadOptions.DEFAULT)) {
            TextAgainstBinary compared = new TextAgainstBinary(text, binary, toleranceNs, flags);
            compared.compare(byCpu(text), byCpu(binary));
            return compared;
        }
    }

    /** By ring buffer, which text and binary may number differently, and CPU. */
    private static Map<String, List<Event>> byCpu(Recording recording) {
        Map<String, List<Event>> by = new TreeMap<>();
        for (Event event : ReadEvents.of(recording).events) {
            String buffer = recording.info().instances().get(event.instance());
            by.computeIfAbsent(buffer + "/" + event.cpu(), cpu -> new ArrayList<>())
                    .add(event);
        }
        return by;
    }

    private void compare(Map<String, List<Event>> texts, Map<String, List<Event>> binaries) {
        if (!texts.keySet().equals(binaries.keySet())) {
            tell("CPUs " + texts.keySet() + " in the text, " + binaries.keySet() + " in the binary");
            return;
        }
        for (String cpu : texts.keySet()) {
            List<Event> shown = texts.get(cpu);
            List<Event> real = binaries.get(cpu);
            if (shown.size() != real.size()) {
                tell(shown.size() + " events in the text, " + real.size() + " in the binary on CPU " + cpu);
            }
            for (int i = 0; i < Math.min(shown.size(), real.size()); i++) {
                compare(shown.get(i), real.get(i));
            }
        }
    }

    private void tell(String difference) {
        if (differences.size() < MOST_TOLD) {
            differences.add(difference);
        }
    }

    private void compare(Event shown, Event real) {
        events++;
        String where = real.key() + " at " + real.tsNs() + " on CPU " + real.cpu() + ": ";
        // the names of probes and synthetic events are the user's: no catalogue has them
        boolean users = shown.system().equals("unknown") && USERS.contains(real.system());
        if (!(users ? shown.name().equals(real.name()) : shown.key().equals(real.key()))) {
            tell(where + "is " + shown.key() + " in the text");
            return;
        }
        worstNs = Math.max(worstNs, Math.abs(shown.tsNs() - real.tsNs()));
        if (Math.abs(shown.tsNs() - real.tsNs()) > toleranceNs) {
            tell(where + "at " + shown.tsNs() + " in the text");
        }
        if (shown.tid() != real.tid()) {
            tell(where + "thread " + shown.tid() + " in the text, " + real.tid() + " in the binary");
        }
        if (flags && (shown.flags() != real.flags() || shown.preempt() != real.preempt())) {
            tell(where + "flags " + shown.flags() + "/" + shown.preempt() + " in the text, " + real.flags() + "/"
                    + real.preempt());
        }
        for (String field : real.types().keySet()) {
            if (!shown.types().containsKey(field)) {
                hidden.merge(real.key() + "." + field, 1L, Long::sum);
            }
        }
        if (!users && shown.types().containsKey("text") && !real.types().containsKey("text")) {
            unread.merge(real.key(), 1L, Long::sum);
            return;
        }
        if (users) {
            return;
        }
        Map<String, Object> reals = real.fields();
        shown.fields().forEach((field, value) -> {
            fields++;
            if (!reals.containsKey(field)) {
                tell(where + "the binary has no field " + field);
            } else if (!same(real, field, value, reals.get(field))) {
                tell(where + field + " is " + value + " in the text, " + reals.get(field) + " in the binary (all: "
                        + reals + ")");
            } else if (shown.types().get(field) != real.types().get(field) && !onlyWider(shown, real, field)) {
                tell(where + field + " is " + shown.types().get(field) + " in the text, "
                        + real.types().get(field));
            }
        });
    }

    private static boolean isText(ColumnType type) {
        return type == ColumnType.TEXT || type == ColumnType.SYMBOL;
    }

    /**
     * Kernels of one text may differ in an integer's width (longs of 32-bit machines; {@code kvm_arm_set_dreg32}); texts
     * are texts, of fixed size or not.
     */
    private static boolean onlyWider(Event shown, Event real, String field) {
        if (isText(shown.types().get(field)) && isText(real.types().get(field))) {
            return true;
        }
        return shown.types().get(field).isInteger() && real.types().get(field).isInteger();
    }

    private boolean same(Event event, String field, Object shown, Object real) {
        if (Objects.equals(shown, real)) {
            return true;
        }
        if (shown instanceof List<?> some && real instanceof List<?> all) {
            boolean items =
                    some.size() <= all.size() && all.subList(0, some.size()).equals(some);
            // of a mask the text may leave out groups of zeros
            boolean begun =
                    event.name().equals("kvm_emulate_insn") || event.name().equals("raw_data");
            return items && (begun || restIsZero(all.subList(some.size(), all.size())));
        }
        if (shown instanceof String a && real instanceof String b) {
            return a.equals(b.stripTrailing());
        }
        if (!(shown instanceof Long value) || !(real instanceof Long address)) {
            return false;
        }
        if (event.name().equals("sched_switch") && field.equals("prev_state")) {
            // libtraceevent's plugin shows R for preempted threads too, and no P and I
            return value == (address & 0xFF);
        }
        String name = text.info().kernelNames().of(value);
        if (name != null) {
            int symbol = binary.symbols().find(address);
            boolean exact = symbol >= 0 && binary.symbols().address(symbol) == address;
            String known = exact ? binary.symbols().name(symbol) : null;
            String constant = binary.symbols().printkFormat(address);
            boolean named = name.equals(known) || name.equals(constant) || (known == null && constant == null);
            if (!named) {
                tell(event.key() + " " + field + " is " + name + " in the text, " + known + " in the binary");
            }
            // functions of one name may be several, one of several names is none
            return named && onePerOne(event.key() + field, real, shown);
        }
        // a hash has 32 bits, an address of the kernel has more
        boolean hashed = value >>> 32 == 0 && address >>> 32 != 0;
        // a stand-in may be told to be that of an earlier event: then it is of the same address
        boolean hides = value >>> 48 == 0x5348;
        // the text shows the error instead
        boolean masked = event.name().equals("kvm_userspace_exit") && field.equals("reason");
        return masked || (hides && onePerOne("stand-in", shown, real)) || (hashed && onePerOne("pointer", shown, real));
    }

    private static boolean restIsZero(List<?> rest) {
        for (Object item : rest) {
            if (!item.equals(0L)) {
                return false;
            }
        }
        return true;
    }

    private boolean onePerOne(String of, Object shown, Object real) {
        Object had = pointers.computeIfAbsent(of, key -> new HashMap<>()).putIfAbsent(shown, real);
        return had == null || had.equals(real);
    }
}
