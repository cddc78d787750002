package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.recording.BatchQueue;
import dev.hindsight.parsers.recording.InterruptContext;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the events of a text in time order: their fields, on the thread that asks, while {@link LineReader} reads the heads of
 * the next lines on another. What is out of order in spite of its window is told.
 */
final class TextReader {

    private static final EventLine.Kind[] KINDS = EventLine.Kind.values();

    private final TraceFile file;
    private final TextSurvey survey;
    private final Damage damage;
    private final AtomicLong done;
    private final EventNames names;
    private final StackForms stacks;
    private final CpuTimes times = new CpuTimes();
    private final InterruptContext context = new InterruptContext();

    private TextBlocks blocks;
    private TextTally tally;
    private LineWindow window;
    private byte[] bytes;
    private long lastNs = Long.MIN_VALUE;

    TextReader(TraceFile file, TextSurvey survey, TextSymbols symbols, Damage damage, AtomicLong done) {
        this.file = file;
        this.survey = survey;
        this.damage = damage;
        this.done = done;
        names = new EventNames(EventCatalog.shipped(), symbols);
        stacks = new StackForms(symbols);
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
        LineReader lines = new LineReader(file, survey, done);
        try (BatchQueue<LineBatch> batches = new BatchQueue<>("text-lines", LineBatch::new, lines::fill)) {
            batches.drainTo(this::take);
        }
    }

    private void take(LineBatch batch) {
        batch.faults.tell(damage);
        window = batch.window;
        bytes = batch.bytes;
        for (int i = 0; i < batch.events; i++) {
            emit(window.order[i]);
        }
    }

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
            blocks.append(form, bytes, tsNs, cpu, window.tid[at], flags, window.preempt[at], instance);
        }
    }

    private void fell(int cpu, long tsNs, long offset) {
        damage.warnings().timeFell(file.path(), cpu, lastNs, tsNs, "the events stand in the order of the text", offset);
    }

    private EventForms forms(int at) {
        byte[] of = bytes;
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
                bytes, window.nameStart[at], window.nameEnd[at] - window.nameStart[at], StandardCharsets.UTF_8);
        return prefix + (name.startsWith("sys_") ? name.substring(4) : name);
    }

    private EventForm form(EventForms forms, int at) {
        byte[] of = bytes;
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
                            () -> file.path() + ": the text of " + forms.name()
                                    + " is of no form known for it, its fields are taken as they stand: "
                                    + OtherLine.excerpt(of, window.argsStart[at], window.argsEnd[at]),
                            window.offset[at],
                            1);
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
