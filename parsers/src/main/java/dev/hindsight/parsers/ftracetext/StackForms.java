package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.PrintFormat;

/** The stacks of the kernel and of a program, whose frames are lines of their own behind the event's. */
final class StackForms {

    private static final int MOST_FRAMES = 512;

    private static final int SIZE = 0;
    private static final int CALLER = 1;

    private final TextSymbols symbols;
    private final EventForm kernel = form("kernel_stack", "int size; offset:8; size:4; signed:1;");
    private final EventForm user = form("user_stack", "unsigned int tgid; offset:8; size:4; signed:0;");

    StackForms(TextSymbols symbols) {
        this.symbols = symbols;
    }

    private static EventForm form(String name, String first) {
        String text = "name: " + name + "\nID: 0\nformat:\n\tfield:" + first
                + "\n\tfield:unsigned long caller[8]; offset:16; size:64; signed:0;\n"
                + "print fmt: \"=> %ps => %ps => %ps\", (void *)REC->caller[0], (void *)REC->caller[1],"
                + " (void *)REC->caller[2]\n";
        try {
            return new EventForm(PrintFormat.parse(EventFormat.parse("ftrace", text, Long.BYTES)), null);
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The stack that stands in these lines, null where the event is none. */
    EventForm read(String name, byte[] line, int from, int to) {
        boolean ofKernel = name.equals("kernel_stack");
        if (!ofKernel && !name.equals("user_stack")) {
            return null;
        }
        EventForm form = ofKernel ? kernel : user;
        form.values.clear();
        form.values.beginItems(CALLER);
        int frames = 0;
        for (int i = from; i + 2 < to && frames < MOST_FRAMES; i++) {
            if (line[i] == '=' && line[i + 1] == '>') {
                frames++;
                form.values.addItem(CALLER, frame(line, i + 2, to));
            }
        }
        form.values.number[SIZE] = ofKernel ? frames : 0;
        return form;
    }

    private long frame(byte[] line, int from, int to) {
        int at = from;
        while (at < to && (line[at] == ' ' || line[at] == '<')) {
            at++;
        }
        int end = at;
        while (end < to && line[end] > ' ' && line[end] != '+' && line[end] != '/' && line[end] != '>') {
            end++;
        }
        if (end - at == 16 && Digits.endOfHex(line, at, end) == end) {
            return Digits.hexadecimal(line, at, end);
        }
        long address = symbols.address(line, at, end - at);
        if (end + 3 < to && line[end] == '+') {
            int offset = Digits.behindPrefix(line, end + 1, to);
            return TextSymbols.behind(address, Digits.hexadecimal(line, offset, Digits.endOfHex(line, offset, to)));
        }
        return address;
    }
}
