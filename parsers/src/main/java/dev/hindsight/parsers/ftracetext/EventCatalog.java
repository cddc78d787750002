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
import java.util.concurrent.ConcurrentHashMap;

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

    private static final EventCatalog SHIPPED = new EventCatalog();

    /** A format file of an event, with the system it is of. */
    private record Entry(String system, String text) {}

    /** One text of an event: the format that it is made by, and the one with the fields that it shows. */
    private record Reading(PrintFormat text, PrintFormat fields) {}

    /** What is known of a name, parsed: as the kernels have it, and the texts of it, likely ones first. */
    private record Known(List<PrintFormat> formats, List<Reading> readings) {}

    private final Map<String, List<Entry>> formats = new HashMap<>();
    private final Map<String, List<Entry>> renderings = new HashMap<>();
    private final Map<String, Known> parsed = new ConcurrentHashMap<>();

    private EventCatalog() {
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

    /** The catalogue that comes with this class. Safe for use by several threads; each name is parsed once. */
    static EventCatalog shipped() {
        return SHIPPED;
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
        if (!formats.containsKey(name)) {
            return List.of();
        }
        Known known = parsed.computeIfAbsent(name, this::parse);
        List<EventForm> forms = new ArrayList<>();
        for (Reading reading : known.readings()) {
            if (isOf(system, reading.fields())) {
                add(reading.fields(), PatternCompiler.compile(reading.text(), symbols), forms);
            }
        }
        for (PrintFormat print : known.formats()) {
            if (isOf(system, print)) {
                add(print, RawPattern.compile(print, symbols), forms);
            }
        }
        return forms;
    }

    private static boolean isOf(String system, PrintFormat print) {
        return system == null || system.equals(print.event().system());
    }

    private static void add(PrintFormat fields, EventPattern pattern, List<EventForm> to) {
        if (pattern != null) {
            to.add(new EventForm(fields, pattern));
        }
    }

    private Known parse(String name) {
        List<PrintFormat> kernels = new ArrayList<>();
        List<Reading> readings = new ArrayList<>();
        for (Entry entry : formats.get(name)) {
            PrintFormat print = print(entry);
            kernels.add(print);
            addShown(print, readings);
        }
        for (Entry rendering : renderings.getOrDefault(name, List.of())) {
            for (PrintFormat print : kernels) {
                if (print.event().system().equals(rendering.system())) {
                    addRendered(print.event(), rendering.text(), readings);
                }
            }
        }
        return new Known(List.copyOf(kernels), List.copyOf(readings));
    }

    private static void addShown(PrintFormat print, List<Reading> to) {
        if (print.understood()) {
            PrintFormat shown = PrintFormat.parse(ShownFields.of(print));
            to.add(new Reading(shown, shown));
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
    private static void addRendered(EventFormat event, String rendering, List<Reading> to) {
        PrintFormat print = rendered(event, rendering, "print fmt:");
        if (!rendering.contains(READ)) {
            addShown(print, to);
            return;
        }
        PrintFormat read = rendered(event, rendering, READ);
        if (print.understood() && read.understood()) {
            EventFormat shown = ShownFields.of(print);
            to.add(new Reading(PrintFormat.parse(printed(shown, read.event().print())), PrintFormat.parse(shown)));
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
