package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.recording.InterruptContext;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the events of a text in time order. Lines out of order are put right within a window, which grows where there
 * are any; what is further off stays where it is and is told.
 */
final class TextReader {

    private static final int PIECE = 1 << 20;

    private static final int LARGE_PIECE = 16 << 20;

    private static final int MOST_EVENTS = 1 << 18;

    /** Events kept back to see whether an earlier one follows, as long as none did. */
    private static final int HELD = 256;

    private static final EventLine.Kind[] KINDS = EventLine.Kind.values();

    private final TraceFile file;
    private final TextSurvey survey;
    private final Damage damage;
    private final AtomicLong done;
    private final EventNames names;
    private final StackForms stacks;
    private final LineWindow window = new LineWindow();
    private final EventLine line = new EventLine();
    private final OtherLine other = new OtherLine();
    private final CpuTimes times = new CpuTimes();
    private final InterruptContext context = new InterruptContext();
    private final Map<String, Integer> instances = new HashMap<>();

    /** Counts of losses told by CPU, for its next event; 0 for none. */
    private long[] lostBefore = new long[8];

    private TextBlocks blocks;
    private TextTally tally;
    private LineBytes bytes;
    private boolean frames;
    private boolean started;
    private long lastNs = Long.MIN_VALUE;

    TextReader(
            TraceFile file,
            TextSurvey survey,
            EventCatalog catalog,
            TextSymbols symbols,
            Damage damage,
            AtomicLong done) {
        this.file = file;
        this.survey = survey;
        this.damage = damage;
        this.done = done;
        names = new EventNames(catalog, symbols);
        stacks = new StackForms(symbols);
        for (String buffer : survey.buffers) {
            instances.put(buffer, instances.size() + 1);
        }
    }

    /** Reads all events into blocks. */
    void read(TextBlocks to) {
        blocks = to;
        run();
        to.end();
    }

    /** Counts all events. */
    void count(TextTally to) {
        tally = to;
        run();
    }

    private void run() {
        tellOfHead();
        bytes = new LineBytes(file, PIECE, done);
        byte[] memory = new byte[PIECE];
        boolean disorder = false;
        bytes.refill(memory, 0);
        while (true) {
            boolean more = true;
            while (window.size < MOST_EVENTS && more) {
                more = bytes.next();
                if (more) {
                    take();
                }
            }
            boolean end = !more && bytes.ended();
            disorder |= !window.sort();
            int piece = disorder ? LARGE_PIECE : PIECE;
            int keep = end ? 0 : Math.min(window.size, disorder ? window.size / 2 + 1 : HELD);
            while (keep > 1 && window.bytesFrom(window.size - keep) > piece / 2) {
                keep /= 2;
            }
            for (int i = 0; i < window.size - keep; i++) {
                emit(window.order[i]);
            }
            if (end) {
                return;
            }
            byte[] from = bytes.bytes();
            byte[] into = spare != null && spare.length >= piece ? spare : new byte[piece];
            int kept = window.keepFrom(window.size - keep, from, into);
            bytes.refill(into, kept);
            spare = from;
        }
    }

    private byte[] spare;

    private void tellOfHead() {
        if (survey.written > survey.entries) {
            damage.warnings()
                    .passedOver(
                            "overwritten-events",
                            "",
                            file.path() + ": " + (survey.written - survey.entries)
                                    + " of " + survey.written
                                    + " events were overwritten before the text was made; it does not tell on which"
                                    + " CPUs",
                            0);
        }
        if (survey.ticks) {
            damage.warnings()
                    .passedOver(
                            "clock-without-unit",
                            "",
                            file.path() + ": times are plain numbers of a clock that the text does not name; each"
                                    + " counts as 1 ns",
                            -1);
        }
    }

    private void take() {
        byte[] of = bytes.bytes();
        int from = bytes.lineStart;
        int to = bytes.lineEnd;
        if (bytes.cut) {
            broken("a line of at most " + LineBytes.MOST_LINE + " bytes", "a longer one", "line-too-long");
        }
        if (from < to && of[from] == '#') {
            return;
        }
        if (line.read(of, from, to)) {
            started = true;
            event(of);
            return;
        }
        OtherLine.Kind kind = other.read(of, from, to);
        switch (kind) {
            case BLANK -> blank();
            case LOST -> lose(other.cpu, other.events);
            case FRAME -> frame(to);
            case STRANGE -> strange(of, from, to);
            case COMMENT, TITLE -> frames = false;
        }
        frames &= kind == OtherLine.Kind.FRAME;
    }

    private void event(byte[] of) {
        frames = false;
        int instance = 0;
        if (line.prefixEnd > line.prefixStart) {
            String prefix = new String(of, line.prefixStart, line.prefixEnd - line.prefixStart, StandardCharsets.UTF_8);
            if (survey.machines.contains(prefix)) {
                if (!prefix.equals(survey.machines.get(0))) {
                    otherMachine(prefix);
                    return;
                }
            } else {
                instance = instances.getOrDefault(prefix, 0);
            }
        }
        long lost = 0;
        if (line.cpu < lostBefore.length) {
            lost = lostBefore[line.cpu];
            lostBefore[line.cpu] = 0;
        }
        window.add(line, instance, bytes.lineOffset(), lost);
    }

    private void otherMachine(String prefix) {
        damage.warnings()
                .passedOver(
                        "other-recording",
                        prefix,
                        file.path() + ": events of " + prefix + ", merged into the text of " + survey.machines.get(0)
                                + ", are left out; write a text of each recording",
                        bytes.lineOffset());
    }

    private void blank() {
        if (!frames && started) {
            damage.warnings()
                    .passedOver(
                            "empty-line",
                            "",
                            file.path() + ": an empty line between events (some events end with one)",
                            bytes.lineOffset());
        }
    }

    private void lose(int cpu, long events) {
        if (cpu >= 1 << 16) {
            return;
        }
        if (cpu >= lostBefore.length) {
            lostBefore = Arrays.copyOf(lostBefore, Math.max(cpu + 1, 2 * lostBefore.length));
        }
        long had = lostBefore[cpu];
        lostBefore[cpu] = events < 0 || had < 0 ? -1 : had + events;
    }

    private void frame(int to) {
        frames = true;
        int last = window.size - 1;
        if (last >= 0 && to - window.argsStart[last] < LineBytes.MOST_LINE) {
            window.tailEnd[last] = to;
        }
    }

    private void strange(byte[] of, int from, int to) {
        int last = window.size - 1;
        if (!started) {
            damage.warnings()
                    .passedOver(
                            "other-text",
                            "",
                            file.path() + ": text before the first event: " + excerpt(of, from, to),
                            bytes.lineOffset());
        } else if (last >= 0
                && KINDS[window.kind[last]] == EventLine.Kind.MARKER
                && to - window.argsStart[last] < LineBytes.MOST_LINE) {
            window.argsEnd[last] = to;
            window.tailEnd[last] = to;
            damage.warnings()
                    .passedOver(
                            "continued-line",
                            "",
                            file.path() + ": lines without time belong to the marker before: " + excerpt(of, from, to),
                            bytes.lineOffset());
        } else {
            broken("an event: task, CPU, time, name", excerpt(of, from, to), "broken-line");
        }
    }

    private void broken(String expected, String actual, String code) {
        damage.found(
                code,
                "",
                new DamagedTraceException(file.path(), bytes.lineOffset(), expected, actual),
                "the line is left out");
    }

    private static String excerpt(byte[] of, int from, int to) {
        String text = OtherLine.text(of, from, Math.min(to, from + 80)).strip().replaceAll("\\p{Cntrl}", "?");
        return "\"" + text + (to - from > 80 ? "...\"" : "\"");
    }

    private void emit(int at) {
        long tsNs = window.tsNs[at];
        int cpu = window.cpu[at];
        int instance = window.instance[at];
        long before = times.last(instance, cpu);
        boolean first = before == Long.MIN_VALUE;
        long lost = window.lost[at];
        if (first && instance == 0 && survey.written > survey.entries && lost == 0) {
            lost = survey.cpusTold == 1 ? survey.written - survey.entries : -1;
        }
        if (lastNs == Long.MIN_VALUE) {
            times.begin(tsNs);
        } else if (tsNs < lastNs) {
            fell(cpu, tsNs, window.offset[at]);
        }
        if (lost != 0) {
            context.lost(cpu);
            if (tally != null) {
                tally.counter.lose(lost);
            } else {
                blocks.lost(cpu, instance, first ? Math.min(times.firstNs(), tsNs) : before, tsNs, lost);
            }
        }
        times.set(instance, cpu, tsNs);
        lastNs = tsNs;
        EventForms forms = forms(at);
        if (tally != null) {
            count(forms, at);
        } else {
            EventForm form = form(forms, at);
            int flags = survey.flagged ? window.flags[at] : context.next(cpu, forms.change());
            blocks.append(form, bytes.bytes(), tsNs, cpu, window.tid[at], flags, window.preempt[at], instance);
        }
    }

    private void fell(int cpu, long tsNs, long offset) {
        damage.warnings().timeFell(file.path(), cpu, lastNs, tsNs, "the events stand in the order of the text", offset);
    }

    private EventForms forms(int at) {
        byte[] of = bytes.bytes();
        return switch (KINDS[window.kind[at]]) {
            case NAMED ->
                names.of(of, window.systemStart[at], window.systemEnd[at], window.nameStart[at], window.nameEnd[at]);
            case FUNCTION -> names.of("ftrace", "function");
            case KERNEL_STACK -> names.of("ftrace", "kernel_stack");
            case USER_STACK -> names.of("ftrace", "user_stack");
            case RAW_DATA -> names.of("ftrace", "raw_data");
            case MARKER -> names.of("ftrace", "print");
            case SYSCALL_ENTER -> names.of("syscalls", syscall("sys_enter_", at));
            case SYSCALL_EXIT -> names.of("syscalls", syscall("sys_exit_", at));
            case NUMBERED -> names.of("unknown", "numbered");
        };
    }

    private String syscall(String prefix, int at) {
        String name = new String(
                bytes.bytes(), window.nameStart[at], window.nameEnd[at] - window.nameStart[at], StandardCharsets.UTF_8);
        return prefix + (name.startsWith("sys_") ? name.substring(4) : name);
    }

    private EventForm form(EventForms forms, int at) {
        byte[] of = bytes.bytes();
        EventForm stack = stacks.read(forms.name(), of, window.argsStart[at], window.tailEnd[at]);
        if (stack != null) {
            return stack;
        }
        EventForm form = forms.read(of, window.argsStart[at], window.argsEnd[at]);
        if (forms.inCatalog() && forms.isPlain(form)) {
            damage.warnings()
                    .passedOver(
                            "unread-args",
                            forms.name(),
                            file.path() + ": the text of " + forms.name() + " is of no form known for it, its fields"
                                    + " are taken as they stand: "
                                    + excerpt(of, window.argsStart[at], window.argsEnd[at]),
                            window.offset[at]);
        }
        return form;
    }

    private void count(EventForms forms, int at) {
        int kind = tally.kindOf(forms);
        if (kind < 0) {
            kind = tally.kind(forms, form(forms, at).format().system());
        }
        tally.counter.add(kind, window.cpu[at], window.tsNs[at]);
    }
}
