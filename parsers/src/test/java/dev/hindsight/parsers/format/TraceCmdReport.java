package dev.hindsight.parsers.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The events that {@code trace-cmd report -t} printed, to be taken one by one. */
final class TraceCmdReport {

    /** Clocks that count no ns are printed as the number that they are. */
    private static final Pattern EVENT = Pattern.compile(
            "\\s*(?:.*?)-\\d+\\s+\\[(\\d+)\\]\\s*(\\d+)(?:\\.(\\d{9}))?:\\s(\\S+):\\s*(.*)", Pattern.DOTALL);

    private final Map<String, List<String>> textsByEvent = new HashMap<>();
    private int count;

    TraceCmdReport(Iterable<String> lines) {
        Matcher event = EVENT.matcher("");
        String key = null;
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (event.reset(line).matches()) {
                keep(key, text);
                long ns = event.group(3) == null
                        ? Long.parseLong(event.group(2))
                        : Long.parseLong(event.group(2)) * 1_000_000_000L + Long.parseLong(event.group(3));
                key = ns + "/" + Integer.parseInt(event.group(1)) + "/" + event.group(4);
                text.append(event.group(5));
            } else if (key != null && !line.startsWith("CPU:") && !line.contains("EVENTS DROPPED]")) {
                text.append('\n').append(line);
            }
        }
        keep(key, text);
    }

    private void keep(String key, StringBuilder text) {
        if (key != null) {
            textsByEvent.computeIfAbsent(key, k -> new ArrayList<>()).add(text.toString());
            count++;
        }
        text.setLength(0);
    }

    int count() {
        return count;
    }

    /** The texts of the events of that name at that time on that CPU; to be removed when matched. */
    List<String> texts(long tsNs, int cpu, String name) {
        return textsByEvent.getOrDefault(tsNs + "/" + cpu + "/" + name, List.of());
    }
}
