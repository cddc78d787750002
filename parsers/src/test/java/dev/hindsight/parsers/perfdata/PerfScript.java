package dev.hindsight.parsers.perfdata;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of {@code perf script --ns} as events, call chains left out. */
final class PerfScript {

    /**
     * An event as perf prints it.
     *
     * @param time seconds with as many digits as were printed
     * @param cpu -1 where none is printed
     */
    record Event(String comm, int tid, int cpu, String time, String name, String args) {}

    private static final Pattern LINE = Pattern.compile(
            "^\\s*(.{1,16}?)\\s+(-?\\d+)\\s+(?:\\[(\\d+)\\]\\s+)?(\\d+\\.\\d+):\\s+(?:\\d+\\s+)?([\\w:/=,.-]+?):(?:\\s(.*))?$");

    private PerfScript() {}

    /** The events of text that perf printed once. */
    static List<Event> stored(Path compressed) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new ZstdInputStream(Files.newInputStream(compressed)), StandardCharsets.UTF_8))) {
            return events(in.lines().toList());
        }
    }

    /** The events that the perf of this machine prints; null where it is not installed. */
    static List<Event> of(Path file, Path scratch) throws IOException {
        Path out = scratch.resolve("script.txt");
        Process process;
        try {
            process = new ProcessBuilder("perf", "script", "--ns", "-F", "comm,tid,cpu,time,event,trace", "-i")
                    .command(List.of(
                            "perf", "script", "--ns", "-F", "comm,tid,cpu,time,event,trace", "-i", file.toString()))
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return null;
        }
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return events(new String(Files.readAllBytes(out), StandardCharsets.UTF_8)
                .lines()
                .toList());
    }

    private static List<Event> events(List<String> lines) {
        List<Event> events = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("\t")) {
                continue;
            }
            Matcher m = LINE.matcher(line);
            if (!m.matches()) {
                throw new IllegalArgumentException("no event: " + line);
            }
            int cpu = m.group(3) == null ? -1 : Integer.parseInt(m.group(3));
            events.add(new Event(
                    m.group(1),
                    Integer.parseInt(m.group(2)),
                    cpu,
                    m.group(4),
                    m.group(5),
                    m.group(6).stripTrailing()));
        }
        return events;
    }
}
