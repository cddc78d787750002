package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a trace text says of itself in its comments, and what the heads of its first events tell: names, CPUs, clock. */
final class TextSurvey {

    private static final int PIECE = 1 << 20;

    private static final int MOST_NAMES = 1 << 16;

    private static final int MOST_PREFIXES = 256;

    private static final Pattern ENTRIES =
            Pattern.compile("entries-in-buffer/entries-written: (\\d{1,18})/(\\d{1,18}) +#P:(\\d{1,5})");
    private static final Pattern LATENCY = Pattern.compile("latency trace v\\S+ on (\\S+)");
    private static final Pattern PROCESSORS = Pattern.compile("#P:(\\d{1,5})");
    private static final Pattern NOW = Pattern.compile("\\bnow=(\\d{1,18})");
    private static final byte[] EXPIRY = "hrtimer_expire_entry".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_EXPIRIES = 64;

    /** Readings of one clock at one expiry differ by less. */
    private static final long SAME_CLOCK_NS = 10_000_000;

    private static final Pattern TITLE = Pattern.compile("(?:(.*\\S): +)?cpus=(\\d{1,5})");

    /** After {@code # tracer:}, empty where nothing says so. */
    String tracer = "";

    /** The kernel's release, empty where nothing tells it. */
    String kernel = "";

    long entries = -1;
    long written = -1;
    int cpusTold;
    int cpusSeen;

    /** Lines of events met. */
    long events;

    /** Lines met that are neither events nor known. */
    long strange;

    /** Files of which the text has the events merged, as {@code trace-cmd report -i A -i B} names them. */
    final List<String> machines = new ArrayList<>();

    /** Buffers of which the text has the events merged. */
    final List<String> buffers = new ArrayList<>();

    final Map<Integer, String> commByTid = new TreeMap<>();

    /** Whether lines have the columns of interrupt state. */
    boolean flagged;

    boolean ticks;
    private boolean titled;
    private long systems;
    private int expiries;
    private int monotonic;

    private TextSurvey() {}

    /** Surveys up to {@code most} bytes. */
    static TextSurvey of(TraceFile file, long most) {
        TextSurvey survey = new TextSurvey();
        int capacity = (int) Math.max(2 * LineBytes.MOST_LINE, Math.min(PIECE, Math.min(most, file.size() + 1)));
        LineBytes bytes = new LineBytes(file, capacity, new AtomicLong());
        EventLine line = new EventLine();
        OtherLine other = new OtherLine();
        bytes.refill(new byte[capacity], 0);
        while (true) {
            while (bytes.next()) {
                survey.take(bytes, line, other);
            }
            if (bytes.ended() || bytes.lineOffset() >= most) {
                return survey;
            }
            bytes.refill(new byte[capacity], 0);
        }
    }

    private void take(LineBytes at, EventLine line, OtherLine other) {
        byte[] bytes = at.bytes();
        if (at.lineStart < at.lineEnd && bytes[at.lineStart] == '#') {
            comment(OtherLine.text(bytes, at.lineStart, at.lineEnd));
        } else if (line.read(bytes, at.lineStart, at.lineEnd)) {
            event(bytes, line);
        } else if (other.read(bytes, at.lineStart, at.lineEnd) == OtherLine.Kind.TITLE) {
            titled = true;
            Matcher title = TITLE.matcher(
                    OtherLine.text(bytes, at.lineStart, at.lineEnd).strip());
            if (title.matches() && (title.group(1) == null || machines.isEmpty())) {
                cpusTold = Integer.parseInt(title.group(2));
            }
            if (title.matches() && title.group(1) != null && machines.size() < MOST_PREFIXES) {
                machines.add(title.group(1));
            }
        } else if (other.read(bytes, at.lineStart, at.lineEnd) == OtherLine.Kind.STRANGE) {
            strange++;
        }
    }

    private void comment(String text) {
        if (text.startsWith("# tracer:")) {
            tracer = text.substring(9).replace("\\n\\", "").strip();
        }
        Matcher of = ENTRIES.matcher(text);
        if (of.find()) {
            entries = Long.parseLong(of.group(1));
            written = Long.parseLong(of.group(2));
        }
        of = PROCESSORS.matcher(text);
        if (of.find()) {
            cpusTold = Integer.parseInt(of.group(1));
        }
        of = LATENCY.matcher(text);
        if (of.find()) {
            kernel = of.group(1);
        }
    }

    private void event(byte[] bytes, EventLine line) {
        events++;
        flagged |= line.flagged;
        systems += line.systemEnd > line.systemStart ? 1 : 0;
        if (expiries < MOST_EXPIRIES && isExpiry(bytes, line)) {
            expiry(bytes, line);
        }
        ticks |= line.unit == EventLine.Unit.TICKS;
        if (line.prefixEnd > line.prefixStart) {
            String prefix = text(bytes, line.prefixStart, line.prefixEnd);
            if (!machines.contains(prefix)) {
                if (!buffers.contains(prefix) && buffers.size() < MOST_PREFIXES) {
                    buffers.add(prefix);
                }
            } else if (!prefix.equals(machines.get(0))) {
                return;
            }
        }
        cpusSeen = Math.max(cpusSeen, line.cpu + 1);
        if (line.tid != 0 && commByTid.size() < MOST_NAMES) {
            name(bytes, line);
        }
    }

    /** Which tool wrote the text, as far as it shows. */
    String origin() {
        if (!tracer.isEmpty()) {
            return "tracefs";
        }
        return titled ? "trace-cmd" : systems > 0 ? "perf-script" : "untitled";
    }

    /**
     * The trace's clock: {@code mono} where the times of timers' expiries ({@code now}, which is that clock) and of the
     * events agree. Else the text does not tell which it is: {@code seconds}, or {@code ticks} of any length.
     */
    String clock() {
        if (expiries > 0 && 2 * monotonic > expiries) {
            return "mono";
        }
        return ticks ? "ticks" : "seconds";
    }

    /** Compares the time of a timer's expiry with the line's. */
    private void expiry(byte[] bytes, EventLine line) {
        String text = text(bytes, line.argsStart, line.argsEnd);
        Matcher now = NOW.matcher(text);
        if (now.find()) {
            expiries++;
            monotonic += Math.abs(Long.parseLong(now.group(1)) - line.tsNs) < SAME_CLOCK_NS ? 1 : 0;
        }
    }

    private static boolean isExpiry(byte[] bytes, EventLine line) {
        int length = line.nameEnd - line.nameStart;
        return length == EXPIRY.length && Arrays.equals(EXPIRY, 0, length, bytes, line.nameStart, line.nameEnd);
    }

    private void name(byte[] bytes, EventLine line) {
        int length = line.commEnd - line.commStart;
        if (length == 0 || bytes[line.commStart] == '<') {
            return;
        }
        String had = commByTid.get(line.tid);
        if (had == null || !is(had, bytes, line.commStart, length)) {
            commByTid.put(line.tid, text(bytes, line.commStart, line.commEnd));
        }
    }

    private static boolean is(String name, byte[] bytes, int from, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != (char) (bytes[from + i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
