package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Takes a text apart into batches of lines and reads the heads of their events, in time order. Lines out of order are put
 * right within a window, which grows where there are any; what is further off stays where it is.
 */
final class LineReader {

    private static final int PIECE = 1 << 20;

    private static final int LARGE_PIECE = 16 << 20;

    private static final int MOST_EVENTS = 1 << 18;

    /** Lines of a CPU may be out of order by so much within one recording. */
    private static final long MOST_DISORDER_NS = 10_000_000;

    /** Events kept back to see whether an earlier one follows, as long as none did. */
    private static final int HELD = 256;

    private static final EventLine.Kind[] KINDS = EventLine.Kind.values();

    private final TraceFile file;
    private final TextSurvey survey;
    private final LineBytes bytes;
    private final EventLine line = new EventLine();
    private final OtherLine other = new OtherLine();
    private final Map<String, Integer> instances = new HashMap<>();

    /** As the lines stand in the text. */
    private final CpuTimes times = new CpuTimes();

    /** Counts of losses told by CPU, for its next event; 0 for none. */
    private long[] lostBefore = new long[8];

    /** The batch before, which has the events that were kept back. */
    private LineBatch before;

    private LineWindow window;
    private LineFaults faults;
    private boolean disorder;
    private boolean frames;
    private boolean started;
    private boolean ended;

    LineReader(TraceFile file, TextSurvey survey, AtomicLong done) {
        this.file = file;
        this.survey = survey;
        bytes = new LineBytes(file, PIECE, done);
        for (String buffer : survey.buffers) {
            instances.put(buffer, instances.size() + 1);
        }
    }

    /** Fills a batch, which must not be the one before, with the next lines; false at the end. */
    boolean fill(LineBatch batch) {
        if (ended) {
            return false;
        }
        batch.begin(disorder ? LARGE_PIECE : PIECE);
        window = batch.window;
        faults = batch.faults;
        int kept = before == null ? 0 : window.keepFrom(before.window, before.events, before.bytes, batch.bytes);
        bytes.refill(batch.bytes, kept);
        boolean more = true;
        while (window.size < MOST_EVENTS && more) {
            more = bytes.next();
            if (more) {
                take();
            }
        }
        ended = !more && bytes.ended();
        disorder |= !window.sort();
        int keep = ended ? 0 : Math.min(window.size, disorder ? window.size / 2 + 1 : HELD);
        while (keep > 1 && window.bytesFrom(window.size - keep) > (disorder ? LARGE_PIECE : PIECE) / 2) {
            keep /= 2;
        }
        batch.events = window.size - keep;
        before = batch;
        return true;
    }

    private void take() {
        byte[] of = bytes.bytes();
        int from = bytes.lineStart;
        int to = bytes.lineEnd;
        if (bytes.cut) {
            broken("line-too-long", "a line of at most " + LineBytes.MOST_LINE + " bytes", () -> "a longer one");
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
        inOrder(instance, line.cpu, window.tsNs[window.size - 1]);
        if (bytes.open) {
            faults.passedOver(
                    "open-end",
                    "",
                    () -> file.path() + ": the text ends within its last line, whose last value may be cut short",
                    bytes.lineOffset());
        }
    }

    /** A CPU writes its events one after the other: where its time falls, another recording begins, or the same again. */
    private void inOrder(int instance, int cpu, long tsNs) {
        long last = times.last(instance, cpu);
        if (last != Long.MIN_VALUE && tsNs < last - MOST_DISORDER_NS) {
            faults.passedOver(
                    "time-fell-in-text",
                    "",
                    () -> file.path() + ": time falls from " + last + " to " + tsNs + " ns on CPU " + cpu
                            + ", as where texts of several recordings, or one twice, stand behind each other; their"
                            + " events are merged by time",
                    bytes.lineOffset());
        }
        times.set(instance, cpu, tsNs);
    }

    private void otherMachine(String prefix) {
        faults.passedOver(
                "other-recording",
                prefix,
                () -> file.path() + ": events of " + prefix + ", merged into the text of " + survey.machines.get(0)
                        + ", are left out; write a text of each recording",
                bytes.lineOffset());
    }

    private void blank() {
        if (!frames && started) {
            faults.passedOver(
                    "empty-line",
                    "",
                    () -> file.path() + ": an empty line between events (some events end with one)",
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
            faults.passedOver(
                    "other-text",
                    "",
                    () -> file.path() + ": text before the first event: " + OtherLine.excerpt(of, from, to),
                    bytes.lineOffset());
        } else if (last >= 0
                && KINDS[window.kind[last]] == EventLine.Kind.MARKER
                && to - window.argsStart[last] < LineBytes.MOST_LINE) {
            window.argsEnd[last] = to;
            window.tailEnd[last] = to;
            faults.passedOver(
                    "continued-line",
                    "",
                    () -> file.path() + ": lines without time belong to the marker before: "
                            + OtherLine.excerpt(of, from, to),
                    bytes.lineOffset());
        } else {
            broken("broken-line", "an event: task, CPU, time, name", () -> OtherLine.excerpt(of, from, to));
        }
    }

    private void broken(String code, String expected, Supplier<String> actual) {
        faults.broken(code, file.path(), bytes.lineOffset(), expected, actual);
    }
}
