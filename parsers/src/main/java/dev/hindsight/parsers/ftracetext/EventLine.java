package dev.hindsight.parsers.ftracetext;

/**
 * The head of a line of trace text: who, where, when and which event. One object is filled anew for each line.
 *
 * <pre>
 *  tracefs trace            CPU 0/KVM-146   [000] d..2.    57.114635: sched_switch: prev_comm=...
 *    record-tgid            CPU 0/KVM-146   (    143) [000] d..2.    57.114635: ...
 *    latency-format        CPU 0/KV-146     0d..2. 457260us+: ...
 *    verbose                CPU 0/KVM     146   0 1 00000002 00000000 [03677a27] 457.260ms (+0.595ms): ...
 *    raw, hex               146 0 57113126509 type: 92
 *  trace-cmd report         CPU 0/KVM-146   [000]    57.114635: sched_switch:         CPU 0/KVM:146 [120] S ==> ...
 *    several buffers        kvmbuf:        CPU 0/KVM-146   [000] ...
 *  perf script              CPU 0/KVM   146 [000]    57.114635123:   kvm:kvm_entry: vcpu 0, ...
 * </pre>
 *
 * <p>Followed: {@code kernel/trace/trace_output.c} (trace_print_context, trace_print_lat_context, trace_print_lat_fmt),
 * {@code kernel/trace/trace.c} (print_raw_fmt, print_hex_fmt), trace-cmd's {@code tracecmd/trace-read.c} and perf's
 * {@code builtin-script.c}.
 */
final class EventLine {

    /** Numbers of CPUs beyond are damage: no kernel is built for as many. */
    private static final int MOST_CPUS = 1 << 16;

    /** Wider than any name of a task, so that a name before it is told apart. */
    private static final int COMM_WIDTH = 17;

    /** Kinds of events without a name in the line. */
    enum Kind {
        NAMED,
        FUNCTION,
        KERNEL_STACK,
        USER_STACK,
        RAW_DATA,
        MARKER,
        SYSCALL_ENTER,
        SYSCALL_EXIT,
        NUMBERED
    }

    /** In which unit the time stands. */
    enum Unit {
        SECONDS,
        MICROSECONDS,
        TICKS
    }

    Kind kind = Kind.NAMED;
    Unit unit = Unit.SECONDS;

    /** The name before the task's, such as a buffer's; length 0 for none. */
    int prefixStart;

    int prefixEnd;
    int commStart;
    int commEnd;
    int tid;
    int tgid;
    int cpu;

    /** Whether the line has the columns of interrupt state, {@link #flags} and {@link #preempt}. */
    boolean flagged;

    int flags;
    int preempt;
    long tsNs;

    /** The event's system, where the line tells; length 0 where not. */
    int systemStart;

    int systemEnd;
    int nameStart;
    int nameEnd;
    int argsStart;
    int argsEnd;

    private byte[] line;
    private int end;

    /** Reads the head of a line, which has no end of line; false where it is none of an event. */
    boolean read(byte[] bytes, int from, int to) {
        line = bytes;
        end = to;
        while (end > from && line[end - 1] <= ' ' && line[end - 1] >= 0) {
            end--;
        }
        int start = from;
        if (end - start > 2 && line[start] == '"' && line[end - 1] == '"') {
            start++;
            end--;
        }
        if (end - start > 4 && line[end - 1] == '\\' && line[end - 2] == 'n' && line[end - 3] == '\\') {
            end -= 3;
        }
        tgid = -1;
        flagged = false;
        flags = 0;
        preempt = 0;
        systemStart = 0;
        systemEnd = 0;
        prefixStart = 0;
        prefixEnd = 0;
        kind = Kind.NAMED;
        for (int i = start; i < end; i++) {
            if (line[i] == '[') {
                int digits = Digits.endOfDecimal(line, i + 1, end);
                boolean number = digits > i + 1 && digits < end && line[digits] == ']';
                if ((number && withCpu(start, i, digits)) || verbose(start, i)) {
                    return true;
                }
            } else if (line[i] == ':' && i + 1 < end && line[i + 1] == ' ' && i > start && isTimeBefore(start, i)) {
                break;
            }
        }
        return latency(start) || numbered(start);
    }

    /** Whether what ends at a colon is a time: no CPU in brackets comes behind it. */
    private boolean isTimeBefore(int start, int colon) {
        int i = colon;
        while (i > start && (Digits.isDecimal(line[i - 1]) || line[i - 1] == '.')) {
            i--;
        }
        return i < colon && i > start && line[i - 1] == ' ' && colon - i >= 5;
    }

    private int skipSpaces(int at) {
        int i = at;
        while (i < end && line[i] == ' ') {
            i++;
        }
        return i;
    }

    /** {@code comm-pid (tgid) [cpu] flags time: } or {@code comm pid/tid [cpu] time: }. */
    private boolean withCpu(int start, int open, int close) {
        int at = open;
        while (at > start && line[at - 1] == ' ') {
            at--;
        }
        if (at > start && line[at - 1] == ')') {
            int paren = at - 1;
            while (paren > start && line[paren - 1] != '(' && at - paren < 14) {
                paren--;
            }
            if (paren > start && line[paren - 1] == '(') {
                setTgid(paren, at - 1);
                at = paren - 1;
                while (at > start && line[at - 1] == ' ') {
                    at--;
                }
            }
        }
        int digits = at;
        while (digits > start && Digits.isDecimal(line[digits - 1])) {
            digits--;
        }
        if (digits == at || at - digits > 10 || digits == start || close - open > 7) {
            return false;
        }
        long thread = Digits.decimal(line, digits, at);
        long number = Digits.decimal(line, open + 1, close);
        if (thread > Integer.MAX_VALUE || number >= MOST_CPUS) {
            return false;
        }
        byte before = line[digits - 1];
        boolean perf = before == ' ';
        int commTo = digits - 1;
        if (before == '/') {
            int pid = commTo;
            while (pid > start && Digits.isDecimal(line[pid - 1])) {
                pid--;
            }
            perf = pid < commTo && pid > start && line[pid - 1] == ' ';
            commTo = pid - 1;
        }
        if (!perf && before != '-') {
            return false;
        }
        tid = (int) thread;
        cpu = (int) number;
        int next = skipSpaces(close + 1);
        if (next < end && line[next] == '(') {
            int closing = next;
            while (closing < end && line[closing] != ')') {
                closing++;
            }
            setTgid(next + 1, closing);
            next = skipSpaces(closing + 1);
        }
        if (next < end && !Digits.isDecimal(line[next])) {
            int token = next;
            while (token < end && line[token] != ' ') {
                token++;
            }
            if (token - next < 4 || token - next > 8 || !IrqFlags.are(line, next, token)) {
                return false;
            }
            setFlags(next, token);
            next = skipSpaces(token);
        }
        return time(next, perf) && comm(start, commTo);
    }

    private void setTgid(int from, int to) {
        int first = from;
        while (first < to && line[first] == ' ') {
            first++;
        }
        int digits = Digits.endOfDecimal(line, first, to);
        tgid = digits > first && digits - first < 10 ? (int) Digits.decimal(line, first, digits) : -1;
    }

    private void setFlags(int from, int to) {
        flagged = true;
        flags = IrqFlags.flags(line, from, to);
        preempt = IrqFlags.preemptCount(line, from, to);
    }

    /** The task's name, with a buffer's or a file's before it where there is more than a name's width. */
    private boolean comm(int start, int to) {
        int from = start;
        if (to - start >= COMM_WIDTH) {
            for (int i = start; i + 1 < to - 1; i++) {
                if (line[i] == ':' && line[i + 1] == ' ') {
                    prefixStart = skipSpaces(start);
                    prefixEnd = i;
                    from = i + 1;
                    break;
                }
            }
        }
        while (from < to && line[from] == ' ') {
            from++;
        }
        int last = to;
        while (last > from && line[last - 1] == ' ') {
            last--;
        }
        commStart = from;
        commEnd = last;
        return true;
    }

    /** Time at {@code at}, then a colon and what follows it. */
    private boolean time(int at, boolean perf) {
        int seconds = Digits.endOfDecimal(line, at, end);
        if (seconds == at || seconds - at > 18 || seconds >= end) {
            return false;
        }
        long whole = Digits.decimal(line, at, seconds);
        int next = seconds;
        if (line[seconds] == '.') {
            next = Digits.endOfDecimal(line, seconds + 1, end);
            if (next == seconds + 1 || whole > Long.MAX_VALUE / 1_000_000_000L - 1) {
                return false;
            }
            unit = Unit.SECONDS;
            tsNs = whole * 1_000_000_000L + Digits.nanoseconds(line, seconds + 1, next);
        } else if (line[seconds] == 'u' && seconds + 1 < end && line[seconds + 1] == 's') {
            if (whole > Long.MAX_VALUE / 1000) {
                return false;
            }
            unit = Unit.MICROSECONDS;
            tsNs = whole * 1000;
            next = seconds + 2;
            if (next < end && line[next] != ':') {
                next++;
            }
        } else {
            unit = Unit.TICKS;
            tsNs = whole;
        }
        if (next >= end || line[next] != ':') {
            return false;
        }
        return event(behindDifference(skipSpaces(next + 1)), perf);
    }

    /** Behind the {@code (+123)} of {@code trace-cmd report --ts-diff}. */
    private int behindDifference(int at) {
        if (at + 2 < end && line[at] == '(' && line[at + 1] == '+' && Digits.isDecimal(line[at + 2])) {
            int i = at + 2;
            while (i < end && line[i] != ')') {
                i++;
            }
            return skipSpaces(Math.min(end, i + 1));
        }
        return at;
    }

    /** Which event, and where its text stands. */
    private boolean event(int at, boolean perf) {
        argsEnd = end;
        nameStart = at;
        nameEnd = at;
        argsStart = at;
        if (at >= end) {
            return false;
        }
        int name = at;
        while (name < end && Digits.isNameByte(line[name])) {
            name++;
        }
        if (perf && name < end && line[name] == ' ' && Digits.endOfDecimal(line, at, name) == name) {
            return event(skipSpaces(name), false);
        }
        if (name > at && name < end && line[name] == ':') {
            boolean told = name + 1 < end && Digits.isNameByte(line[name + 1]) && perf;
            if (told) {
                systemStart = at;
                systemEnd = name;
                return event(name + 1, false);
            }
            nameEnd = name;
            argsStart = name + 1;
            marker(at, name);
            return true;
        }
        return unnamed(at, name);
    }

    /** {@code tracing_mark_write}, or {@code 0} of kernels that did not know its name. */
    private void marker(int from, int to) {
        int length = to - from;
        boolean zero = length == 1 && line[from] == '0';
        if (zero || (length == 18 && starts(from, "tracing_mark_write"))) {
            kind = Kind.MARKER;
            argsStart = from;
        }
    }

    private boolean starts(int at, String text) {
        if (at + text.length() > end) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (line[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean unnamed(int at, int name) {
        if (line[at] == '<') {
            kind = starts(at, "<stack trace") ? Kind.KERNEL_STACK : Kind.USER_STACK;
            return kind == Kind.KERNEL_STACK || starts(at, "<user stack trace");
        }
        if (line[at] == '#') {
            kind = Kind.RAW_DATA;
            return true;
        }
        if (name == at) {
            return false;
        }
        nameEnd = name;
        argsStart = name;
        if (line[Math.min(name, end - 1)] == '(' && name < end) {
            kind = Kind.SYSCALL_ENTER;
            return true;
        }
        if (starts(name, " -> ")) {
            kind = Kind.SYSCALL_EXIT;
            argsStart = name + 4;
            return true;
        }
        if (starts(name, " <") && name + 2 < end && Digits.hex(line[name + 2]) >= 0) {
            int close = Digits.endOfHex(line, name + 2, end);
            if (starts(close, ">: ")) {
                kind = Kind.MARKER;
                argsStart = at;
                return true;
            }
        }
        for (int i = name; i + 2 < end && i < name + 64; i++) {
            if (line[i] == ' ' && line[i + 1] == '<' && line[i + 2] == '-') {
                kind = Kind.FUNCTION;
                argsStart = at;
                return true;
            }
        }
        return false;
    }

    /** {@code comm-pid cpuFLAGS time: }. */
    private boolean latency(int start) {
        for (int i = start + 1; i < end && i < start + 120; i++) {
            if (line[i] != '-' || i + 1 >= end || !Digits.isDecimal(line[i + 1])) {
                continue;
            }
            int digits = Digits.endOfDecimal(line, i + 1, end);
            int cpuFrom = skipSpaces(digits);
            int cpuTo = Digits.endOfDecimal(line, cpuFrom, end);
            int token = cpuTo;
            while (token < end && line[token] != ' ') {
                token++;
            }
            boolean fits = cpuFrom > digits && cpuTo > cpuFrom && token - cpuTo >= 4 && token - cpuTo <= 8;
            if (!fits || digits - i > 11 || cpuTo - cpuFrom > 5 || !IrqFlags.are(line, cpuTo, token)) {
                continue;
            }
            long thread = Digits.decimal(line, i + 1, digits);
            long number = Digits.decimal(line, cpuFrom, cpuTo);
            if (thread > Integer.MAX_VALUE || number >= MOST_CPUS) {
                return false;
            }
            tid = (int) thread;
            cpu = (int) number;
            setFlags(cpuTo, token);
            if (time(skipSpaces(token), false)) {
                return comm(start, i);
            }
        }
        return false;
    }

    /** {@code comm pid cpu flags preempt index [usecs] ...ms (+...ms): }, the numbers from the preempt count on hex. */
    private boolean verbose(int start, int open) {
        int close = Digits.endOfHex(line, open + 1, end);
        if (close - open < 9 || close - open > 16 || close + 1 >= end || line[close] != ']') {
            return false;
        }
        long[] back = new long[5];
        int at = open;
        for (int i = 0; i < back.length; i++) {
            while (at > start && line[at - 1] == ' ') {
                at--;
            }
            int to = at;
            while (at > start && Digits.hex(line[at - 1]) >= 0) {
                at--;
            }
            if (to == at || to - at > 16 || at == start || line[at - 1] != ' ') {
                return false;
            }
            back[i] = i < 2 ? Digits.hexadecimal(line, at, to) : Digits.decimalOr(line, at, to);
            if (back[i] < 0) {
                return false;
            }
        }
        if (back[4] > Integer.MAX_VALUE || back[3] >= MOST_CPUS) {
            return false;
        }
        tid = (int) back[4];
        cpu = (int) back[3];
        flagged = true;
        flags = (int) back[2] & 0xFF;
        preempt = (int) back[1] & 0xFF;
        unit = Unit.SECONDS;
        long usecs = Digits.hexadecimal(line, open + 1, close);
        if (usecs < 0 || usecs > Long.MAX_VALUE / 1000) {
            return false;
        }
        int colon = close;
        while (colon + 1 < end && !(line[colon] == ')' && line[colon + 1] == ':')) {
            colon++;
        }
        tsNs = 1000 * usecs;
        return colon + 2 < end && comm(start, at) && event(skipSpaces(colon + 2), false);
    }

    /** {@code pid cpu time type: number}, all of them hexadecimal in fixed widths with option hex. */
    private boolean numbered(int start) {
        int pid = skipSpaces(start);
        int pidTo = Digits.endOfHex(line, pid, end);
        int cpuFrom = skipSpaces(pidTo);
        int cpuTo = Digits.endOfHex(line, cpuFrom, end);
        int time = skipSpaces(cpuTo);
        int timeTo = Digits.endOfHex(line, time, end);
        int what = skipSpaces(timeTo);
        boolean apart = pidTo > pid && cpuFrom > pidTo && cpuTo > cpuFrom && time > cpuTo && timeTo > time;
        if (!apart || what == timeTo || !(starts(what, "type: ") || starts(what, "# "))) {
            return false;
        }
        boolean hex = pidTo - pid == 8 && cpuTo - cpuFrom == 8 && timeTo - time == 16;
        long thread = hex ? Digits.hexadecimal(line, pid, pidTo) : Digits.decimalOr(line, pid, pidTo);
        long number = hex ? Digits.hexadecimal(line, cpuFrom, cpuTo) : Digits.decimalOr(line, cpuFrom, cpuTo);
        if (!hex && (Digits.endOfDecimal(line, time, timeTo) != timeTo || timeTo - time > 18)) {
            return false;
        }
        tsNs = hex ? Digits.hexadecimal(line, time, timeTo) : Digits.decimal(line, time, timeTo);
        if (thread < 0 || thread > Integer.MAX_VALUE || number < 0 || number >= MOST_CPUS || tsNs < 0) {
            return false;
        }
        tid = (int) thread;
        cpu = (int) number;
        unit = Unit.SECONDS;
        kind = Kind.NUMBERED;
        commStart = start;
        commEnd = start;
        nameStart = what;
        nameEnd = what;
        argsStart = what;
        argsEnd = end;
        return true;
    }
}
