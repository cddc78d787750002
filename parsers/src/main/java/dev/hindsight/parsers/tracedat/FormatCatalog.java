package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.ringbuffer.EventFormats;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The event formats of a recording by id; each is parsed when its id is first met. */
final class FormatCatalog implements EventFormats {

    private final Path file;
    private final Damage damage;
    private final int wordBytes;
    private final Map<Integer, FormatText> texts = new HashMap<>();
    private final Map<Integer, EventFormat> parsed = new HashMap<>();
    private final Map<Integer, PrintFormat> printed = new HashMap<>();

    FormatCatalog(Path file, TraceDatContents contents, int wordBytes, Damage damage) {
        this.file = file;
        this.wordBytes = wordBytes;
        this.damage = damage;
        for (FormatText text : contents.formats) {
            int id = id(text.text());
            if (id >= 0) {
                texts.put(id, text);
            } else {
                damage.found(
                        "damaged-format",
                        text.system(),
                        new DamagedTraceException(
                                file, text.offset(), "\"ID: NUMBER\" in an event format of " + text.system(), "none"),
                        "the format is left out");
            }
        }
    }

    /** Whether the recording describes an id. */
    boolean knows(int id) {
        return texts.containsKey(id);
    }

    private static int id(byte[] text) {
        for (int i = 0; i + 3 < text.length; i++) {
            if (text[i] == 'I' && text[i + 1] == 'D' && text[i + 2] == ':' && (i == 0 || text[i - 1] == '\n')) {
                int at = i + 3;
                while (at < text.length && text[at] == ' ') {
                    at++;
                }
                int id = -1;
                while (at < text.length && text[at] >= '0' && text[at] <= '9' && id <= 0xFFFF) {
                    id = 10 * Math.max(id, 0) + text[at++] - '0';
                }
                return id > 0xFFFF ? -1 : id;
            }
        }
        return -1;
    }

    @Override
    public EventFormat of(int id) {
        return parsed.computeIfAbsent(id, this::parse);
    }

    private EventFormat parse(int id) {
        FormatText text = texts.get(id);
        if (text == null) {
            damage.warnings()
                    .passedOver(
                            "unknown-event",
                            "" + id,
                            file + ": events with id " + id
                                    + " have no format in the file; their bytes are kept as they are",
                            -1);
            return unknown(id);
        }
        try {
            return EventFormat.parse(text.system(), text.text(), wordBytes);
        } catch (FormatException e) {
            damage.found(
                    "damaged-format",
                    "" + id,
                    new DamagedTraceException(
                            file, text.offset(), e.expected() + " in the format of event " + id, e.actual()),
                    "its bytes are kept as they are");
            return unknown(id);
        }
    }

    @Override
    public PrintFormat print(EventFormat format) {
        return printed.computeIfAbsent(format.id(), id -> {
            PrintFormat print = PrintFormat.parse(format);
            if (!print.understood() && texts.containsKey(id)) {
                damage.warnings()
                        .passedOver(
                                "print-format",
                                format.system() + ":" + format.name(),
                                file + ": the args of " + format.system() + ":" + format.name()
                                        + " are its fields, since its print format is not understood: "
                                        + print.problem(),
                                texts.get(id).offset());
            }
            return print;
        });
    }

    /** The common fields, which have not changed since 2.6.31, and the rest as bytes. */
    private EventFormat unknown(int id) {
        String text = "name: event_" + id + "\nID: " + id + "\nformat:\n"
                + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
                + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
                + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
                + "\tfield:unsigned char bytes[];\toffset:8;\tsize:0;\tsigned:0;\n";
        try {
            return EventFormat.parse("unknown", text, wordBytes);
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
    }
}
