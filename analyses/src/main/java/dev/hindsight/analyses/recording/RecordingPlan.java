package dev.hindsight.analyses.recording;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The trace-cmd command that records what the figures need.
 *
 * @param arch of the machine to be traced
 * @param clock trace clock: {@code mono} by default, the one that hrtimer expiries are told in, so that the device stage
 *     can be computed; it is also the same on all CPUs
 * @param bufferKb ring buffer of each CPU; events are lost where it is too small
 * @param output file to write
 * @param command what to run while recording; empty: until interrupted
 */
public record RecordingPlan(TargetArch arch, String clock, int bufferKb, String output, List<String> command) {

    private static final String EVENTS = "events.tsv";

    public RecordingPlan {
        if (bufferKb < 4) {
            throw new IllegalArgumentException("a ring buffer has at least 4 KiB a CPU, not " + bufferKb);
        }
        command = List.copyOf(command);
    }

    /** Events to record, in the order of the command line. */
    public List<RecordedEvent> events() {
        List<RecordedEvent> events = new ArrayList<>();
        try (InputStream in = RecordingPlan.class.getResourceAsStream("/dev/hindsight/analyses/recording/" + EVENTS);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#") || line.isBlank()) {
                    continue;
                }
                String[] cells = line.split("\t", 3);
                if (cells[0].equals("*") || cells[0].equals(arch.column())) {
                    events.add(new RecordedEvent(cells[1], cells[2]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    /** The words of the command line, to be quoted by whoever prints them for a shell. */
    public List<String> words() {
        List<String> words = new ArrayList<>(List.of("trace-cmd", "record", "-C", clock, "-b", "" + bufferKb));
        for (RecordedEvent event : events()) {
            words.add("-e");
            words.add(event.event());
        }
        words.add("-o");
        words.add(output);
        words.addAll(command);
        return words;
    }

    /** The command line for a POSIX shell: words that need it stand in single quotes. */
    public String shellLine() {
        StringBuilder line = new StringBuilder();
        for (String word : words()) {
            if (!line.isEmpty()) {
                line.append(' ');
            }
            line.append(word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'");
        }
        return line.toString();
    }
}
