package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.ringbuffer.EventFormats;
import dev.hindsight.parsers.tracedat.TracingData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The formats of the records that samples become: those of the tracing data for tracepoints, by the kernel's own ids; for
 * any other event a format of its own, by an id that no tracepoint has.
 */
final class PerfEventFormats implements EventFormats {

    private static final int HIGHEST_ID = 0xFFFF;

    private final TracingData tracingData;
    private final int wordBytes;
    private final Map<Integer, PerfEvent> made = new HashMap<>();
    private final Map<Integer, EventFormat> formats = new HashMap<>();
    private final Map<Integer, PrintFormat> prints = new HashMap<>();

    /** Id of each event of the list, -1 where there are too many. */
    private final int[] ids;

    PerfEventFormats(List<PerfEvent> events, TracingData tracingData, int wordBytes) {
        this.tracingData = tracingData;
        this.wordBytes = wordBytes;
        ids = new int[events.size()];
        java.util.Set<Integer> taken = new java.util.HashSet<>();
        for (PerfEvent event : events) {
            if (event.isTracepoint()) {
                taken.add((int) event.attr.config());
            }
        }
        int free = HIGHEST_ID;
        for (int i = 0; i < ids.length; i++) {
            PerfEvent event = events.get(i);
            long config = event.attr.config();
            if (event.isTracepoint() && config >= 0 && config <= HIGHEST_ID) {
                ids[i] = (int) config;
                if (tracingData == null || !tracingData.knows(ids[i])) {
                    made.putIfAbsent(ids[i], event);
                }
                continue;
            }
            while (free >= 0 && (taken.contains(free) || (tracingData != null && tracingData.knows(free)))) {
                free--;
            }
            ids[i] = free;
            if (free >= 0) {
                made.put(free--, event);
            }
        }
    }

    /** The id of an event by its place among all, -1 where it got none. */
    int id(int event) {
        return ids[event];
    }

    @Override
    public EventFormat of(int id) {
        PerfEvent event = made.get(id);
        if (event == null) {
            return tracingData.formats().of(id);
        }
        return formats.computeIfAbsent(id, i -> parse(event, i));
    }

    private EventFormat parse(PerfEvent event, int id) {
        String name = event.shownName();
        int colon = name.indexOf(':');
        boolean tracepoint = event.isTracepoint();
        try {
            if (tracepoint) {
                String system = colon > 0 ? name.substring(0, colon) : "unknown";
                return EventFormat.parse(system, bytes(name.substring(colon + 1), id), wordBytes);
            }
            return EventFormat.parse("perf", SampleRecord.format(event, name, id), wordBytes);
        } catch (FormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The common fields, which have not changed since 2.6.31, and the rest as bytes. */
    private static String bytes(String name, int id) {
        return SampleRecord.head(name, id) + "\tfield:unsigned char bytes[];\toffset:8;\tsize:0;\tsigned:0;\n";
    }

    @Override
    public PrintFormat print(EventFormat format) {
        if (!made.containsKey(format.id())) {
            return tracingData.formats().print(format);
        }
        return prints.computeIfAbsent(format.id(), id -> PrintFormat.parse(format));
    }
}
