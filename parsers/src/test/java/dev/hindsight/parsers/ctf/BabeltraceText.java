package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.ReadEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;

/** What {@code babeltrace2 --clock-seconds --no-delta} prints, taken apart; compared with what the reader reads. */
final class BabeltraceText {

    private static final Pattern LINE =
            Pattern.compile("(?:\\[(-?\\d+)\\.(\\d{9})\\] )?(?:(?!\\S+: ?(?:\\{|$))\\S+ )*(.+?): ?(\\{.*\\})?");
    private static final Pattern PAIR =
            Pattern.compile("(\\w+) = (\"(?:[^\"\\\\]|\\\\.)*\"|-?0x[0-9A-Fa-f]+|-?\\d+(?:\\.\\d+)?)");

    /** What LTTng calls fields that the kernel calls otherwise, and where it takes 100 from priorities. */
    private static final Map<String, String> KERNEL_NAMES = Map.of(
            "tid",
            "pid",
            "prev_tid",
            "prev_pid",
            "next_tid",
            "next_pid",
            "old_tid",
            "old_pid",
            "parent_tid",
            "parent_pid",
            "parent_pid",
            "parent_tgid",
            "child_tid",
            "child_pid",
            "child_pid",
            "child_tgid");

    private BabeltraceText() {}

    /** The lines that it prints of a trace; null where it is not installed. Complaints go to its standard error. */
    static List<String> of(Path trace, Path scratch) throws IOException, InterruptedException {
        Path out = scratch.resolve("babeltrace.txt");
        try {
            new ProcessBuilder("babeltrace2", "--clock-seconds", "--no-delta", trace.toString())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return null;
        }
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }

    /** Holds every event's time, name and flat fields against the lines, in order. */
    static void assertSame(ReadEvents read, List<String> lines, boolean lttng) {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        Assertions.assertThat(read.events).hasSameSizeAs(lines);
        for (int i = 0; i < lines.size(); i++) {
            ReadEvents.Event row = read.events.get(i);
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                throw new AssertionError("not understood: " + lines.get(i));
            }
            long ns = line.group(1) == null
                    ? row.tsNs()
                    : Long.parseLong(line.group(1)) * 1_000_000_000L + Long.parseLong(line.group(2));
            Map<String, String> fields = pairs(line.group(4) == null ? "" : line.group(4));
            StringBuilder want = new StringBuilder().append(ns).append(' ');
            StringBuilder have = new StringBuilder().append(row.tsNs()).append(' ');
            fields.forEach((name, value) -> {
                String kernel = lttng ? KERNEL_NAMES.getOrDefault(name, name) : name;
                boolean prio = lttng && (name.endsWith("prio"));
                String found = found(row, kernel);
                boolean floating = found != null && found.matches("-?[0-9.]+(E.*)?") && found.contains(".");
                String shown = floating ? String.format("%g", Double.parseDouble(value)) : value;
                want.append(kernel)
                        .append('=')
                        .append(prio ? Long.parseLong(value) + 100 : shown)
                        .append(' ');
                have.append(kernel).append('=');
                have.append(floating ? String.format("%g", Double.parseDouble(found)) : found)
                        .append(' ');
            });
            expected.add(want.append(lttng ? "" : line.group(3)).toString());
            actual.add(have.append(lttng ? "" : named(row, line.group(3))).toString());
        }
        Assertions.assertThat(actual).isEqualTo(expected);
    }

    /** The event under the name that is printed, with or without its system. */
    private static String named(ReadEvents.Event row, String printed) {
        return row.key().endsWith(printed) ? printed : row.key();
    }

    private static String found(ReadEvents.Event row, String name) {
        return switch (name) {
            case "cpu_id" -> Integer.toString(row.cpu());
            case "common_pid" -> Integer.toString(row.tid());
            case "vtid" ->
                row.types().containsKey("context_vtid") ? row.text("context_vtid") : Integer.toString(row.tid());
            // of a context, where the event has no such field
            case "pid" -> row.types().containsKey(name) ? row.text(name) : Integer.toString(row.tid());
            case "common_flags" -> Long.toString(row.flags());
            case "common_preempt_count" -> Long.toString(row.preempt());
            default ->
                row.types().containsKey(name + "_")
                        ? row.text(name + "_")
                        : row.types().containsKey("context_" + name) ? row.text("context_" + name) : row.text(name);
        };
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        String flat = text.replaceAll("= \\( [^()]*container = (\\S+) \\)", "= $1")
                .replaceAll("\\w+ = \\[.*?\\](, )?|\\w+ = \\{[^}]*\\}", "");
        Matcher pair = PAIR.matcher(flat);
        while (pair.find()) {
            String value = pair.group(2);
            if (value.startsWith("\"")) {
                value = value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
            } else if (value.startsWith("0x")) {
                value = Long.toUnsignedString(Long.parseUnsignedLong(value.substring(2), 16));
            }
            pairs.put(pair.group(1), value);
        }
        return pairs;
    }
}
