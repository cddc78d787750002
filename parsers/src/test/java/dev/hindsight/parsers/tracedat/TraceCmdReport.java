package dev.hindsight.parsers.tracedat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code trace-cmd report -t -R -N} prints of a recording, line by line: times to the nanosecond, fields raw,
 * without plugins.
 */
final class TraceCmdReport {

    private static final Pattern EVENT = Pattern.compile(
            "^\\s*(?:([^\\s:]+):\\s+)?(.+)-(\\d+)\\s+\\[(\\d+)\\]\\s*([\\d.]+):\\s+([^\\s:]+):\\s*(.*)$");
    private static final Pattern LOST =
            Pattern.compile("^\\s*(?:\\S+:\\s*)?CPU:?\\s*(\\d+) ?\\[(?:(\\d+) )?EVENTS DROPPED\\]");

    /** Events and losses in the report's order. */
    final List<Event> events = new ArrayList<>();

    /** Counts of the losses, -1 where the report has none. */
    final List<Long> losses = new ArrayList<>();

    /**
     * One line.
     *
     * @param instance name of the buffer, empty for the top one
     * @param time as printed: seconds with nine digits behind the point, or plain ticks
     * @param args what follows the event's name
     */
    record Event(String instance, int tid, int cpu, String time, String name, String args) {}

    /** Whether trace-cmd can be run here. */
    static boolean isInstalled() {
        try {
            Process process = new ProcessBuilder("trace-cmd", "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs the report. Lines that belong to no event (stack traces) are left out. */
    static TraceCmdReport of(Path recording) throws IOException {
        Process process = new ProcessBuilder("trace-cmd", "report", "-t", "-R", "-N", "-i", recording.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        TraceCmdReport report = new TraceCmdReport();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                report.add(line);
            }
        }
        return report;
    }

    private void add(String line) {
        Matcher lost = LOST.matcher(line);
        if (lost.find()) {
            losses.add(lost.group(2) == null ? -1 : Long.parseLong(lost.group(2)));
            return;
        }
        Matcher event = EVENT.matcher(line);
        if (event.matches()) {
            events.add(new Event(
                    event.group(1) == null ? "" : event.group(1),
                    Integer.parseInt(event.group(3)),
                    Integer.parseInt(event.group(4)),
                    event.group(5),
                    event.group(6),
                    event.group(7)));
        }
    }
}
