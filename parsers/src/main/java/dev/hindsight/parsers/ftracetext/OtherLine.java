package dev.hindsight.parsers.ftracetext;

import java.nio.charset.StandardCharsets;

/** What a line of trace text is that is none of an event. */
final class OtherLine {

    /** Kinds of such lines. */
    enum Kind {
        BLANK,
        /** Begins with {@code #}. */
        COMMENT,
        /** {@code CPU:1 [LOST 12 EVENTS]}. */
        LOST,
        /** {@code cpus=2}, {@code version = 6} and the like of trace-cmd. */
        TITLE,
        /** {@code  => function}, or an indented address: a stack behind its event. */
        FRAME,
        STRANGE
    }

    /** Of {@link Kind#LOST}: the CPU. */
    int cpu;

    /** Of {@link Kind#LOST}: how many, -1 where the line does not tell. */
    long events;

    Kind read(byte[] line, int from, int to) {
        int at = from;
        while (at < to && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r')) {
            at++;
        }
        if (at == to) {
            return Kind.BLANK;
        }
        if (line[from] == '#') {
            return Kind.COMMENT;
        }
        if (line[at] == '=' && at + 1 < to && line[at + 1] == '>') {
            return Kind.FRAME;
        }
        if (line[from] == '\t' && Digits.endOfHex(line, at, to) - at >= 3) {
            return Kind.FRAME;
        }
        return lost(line, from, to) ? Kind.LOST : isTitle(line, from, to) ? Kind.TITLE : Kind.STRANGE;
    }

    private boolean lost(byte[] line, int from, int to) {
        for (int i = from; i + 6 < to && i < from + 200; i++) {
            if (line[i] == 'C' && line[i + 1] == 'P' && line[i + 2] == 'U' && line[i + 3] == ':') {
                int digits = Digits.endOfDecimal(line, i + 4, to);
                if (digits > i + 4 && digits - i < 10 && digits + 1 < to && line[digits + 1] == '[') {
                    return lostOn((int) Digits.decimal(line, i + 4, digits), text(line, digits + 2, to));
                }
            }
        }
        return false;
    }

    private boolean lostOn(int onCpu, String text) {
        if (!text.contains("EVENTS") || !(text.contains("LOST") || text.contains("DROPPED"))) {
            return false;
        }
        String digits = text.replaceAll("[^0-9]", "");
        cpu = onCpu;
        events = digits.isEmpty() || digits.length() > 18 ? -1 : Long.parseLong(digits);
        return true;
    }

    private static boolean isTitle(byte[] line, int from, int to) {
        if (to - from > 200) {
            return false;
        }
        String text = text(line, from, to).strip();
        return text.matches("(.*: +)?(cpus=\\d+|version = \\d+|trace-cmd .*|CPU \\d+ is empty|.* not found.*)");
    }

    /** The line's begin, in quotation marks, as messages show it. */
    static String excerpt(byte[] line, int from, int to) {
        String text = text(line, from, Math.min(to, from + 80)).strip().replaceAll("\\p{Cntrl}", "?");
        return "\"" + text + (to - from > 80 ? "...\"" : "\"");
    }

    static String text(byte[] line, int from, int to) {
        return new String(line, from, Math.max(0, Math.min(to, from + 200) - from), StandardCharsets.UTF_8);
    }
}
