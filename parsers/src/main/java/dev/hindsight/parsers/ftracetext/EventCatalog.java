package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.PrintFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of events by their names: format files of several kernels, and other ways in which tools write the same
 * events. All of it is data beside this class: {@code SYSTEM.formats} and {@code *.renderings}, listed in {@code index}.
 *
 * <p>The text of a trace names neither an event's system nor its version; which of several formats it is of follows from
 * which of them reads its text.
 */
final class EventCatalog {

    private static final String RENDERINGS = "plugins.renderings";
    private static final String READ = "read fmt:";
    private static final String NAME = "\nname: ";

    /** A format file of an event, with the system it is of. */
    private record Entry(String system, String text) {}

    private final Map<String, List<Entry>> formats = new HashMap<>();
    private final Map<String, List<Entry>> renderings = new HashMap<>();

    EventCatalog() {
        for (String file : read("index").split("\n")) {
            String system = file.substring(0, file.indexOf('.'));
            for (String block : read(file).split("\n\n")) {
                add(system, block, formats);
            }
        }
        for (String block : read(RENDERINGS).split("\n\n")) {
            int system = block.indexOf("system: ");
            if (system >= 0) {
                add(block.substring(system + 8, block.indexOf('\n', system)).strip(), block, renderings);
            }
        }
    }

    private static void add(String system, String block, Map<String, List<Entry>> to) {
        int at = block.indexOf(NAME);
        if (at >= 0) {
            int end = block.indexOf('\n', at + NAME.length());
            String name = block.substring(at + NAME.length(), end < 0 ? block.length() : end)
                    .strip();
            to.computeIfAbsent(name, n -> new ArrayList<>()).add(new Entry(system, block.substring(at + 1)));
        }
    }

    private static String read(String resource) {
        try (InputStream in = EventCatalog.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource " + resource + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * How the text of an event of this name may read, likely ones first; each with the format of the fields that it
     * shows. Empty for an event that is not known.
     *
     * @param system the only one to take, null for any
     */
    List<EventForm> formsOf(String system, String name, TextSymbols symbols) {
        List<EventForm> forms = new ArrayList<>();
        List<PrintFormat> known = new ArrayList<>();
        for (Entry entry : formats.getOrDefault(name, List.of())) {
            if (system == null || system.equals(entry.system())) {
                known.add(print(entry));
            }
        }
        for (PrintFormat print : known) {
            addShown(print, symbols, forms);
        }
        for (Entry rendering : renderings.getOrDefault(name, List.of())) {
            for (PrintFormat print : known) {
                if (print.event().system().equals(rendering.system())) {
                    addRendered(print.event(), rendering.text(), symbols, forms);
                }
            }
        }
        for (PrintFormat print : known) {
            EventPattern raw = RawPattern.compile(print, symbols);
            if (raw != null) {
                forms.add(new EventForm(print, raw));
            }
        }
        return forms;
    }

    private static void addShown(PrintFormat print, TextSymbols symbols, List<EventForm> to) {
        if (!print.understood()) {
            return;
        }
        PrintFormat shown = PrintFormat.parse(ShownFields.of(print));
        EventPattern pattern = PatternCompiler.compile(shown, symbols);
        if (pattern != null) {
            to.add(new EventForm(shown, pattern));
        }
    }

    private static PrintFormat print(Entry entry) {
        try {
            EventFormat format = EventFormat.parse(entry.system(), entry.text(), Long.BYTES);
            return PrintFormat.parse(printed(format, format.print()));
        } catch (FormatException e) {
            throw new IllegalStateException("the catalogue of " + entry.system() + ": " + e.getMessage(), e);
        }
    }

    /** A rendering is read as its {@code read fmt} says, where it has one, and else as its {@code print fmt}. */
    private static void addRendered(EventFormat event, String rendering, TextSymbols symbols, List<EventForm> to) {
        PrintFormat print = rendered(event, rendering, "print fmt:");
        if (!rendering.contains(READ)) {
            addShown(print, symbols, to);
            return;
        }
        PrintFormat read = rendered(event, rendering, READ);
        if (print.understood() && read.understood()) {
            EventFormat shown = ShownFields.of(print);
            PrintFormat pattern = PrintFormat.parse(printed(shown, read.event().print()));
            EventPattern compiled = PatternCompiler.compile(pattern, symbols);
            if (compiled != null) {
                to.add(new EventForm(PrintFormat.parse(shown), compiled));
            }
        }
    }

    private static PrintFormat rendered(EventFormat event, String rendering, String key) {
        int from = rendering.indexOf(key) + key.length();
        int end = rendering.indexOf('\n', from);
        return PrintFormat.parse(printed(
                event,
                rendering.substring(from, end < 0 ? rendering.length() : end).strip()));
    }

    private static EventFormat printed(EventFormat event, String print) {
        return new EventFormat(
                event.id(), event.system(), event.name(), List.of(), event.fields(), print, event.wordBytes());
    }
}
