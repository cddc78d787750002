package dev.hindsight.cli;

import dev.hindsight.analyses.report.RecordingFacts;
import dev.hindsight.queries.dataset.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Short names for the recordings that a report shows: of files what is before the ending, paths where these are alike. */
final class RecordingLabels {

    private final List<String> labels = new ArrayList<>();

    RecordingLabels(List<Path> paths) {
        List<String> names = new ArrayList<>();
        for (Path path : paths) {
            names.add(shortName(path.toAbsolutePath().normalize().getFileName().toString()));
        }
        for (int i = 0; i < names.size(); i++) {
            boolean unlike = Collections.frequency(names, names.get(i)) == 1;
            String label = unlike ? names.get(i) : paths.get(i).toString();
            labels.add(labels.contains(label) ? label + " #" + (i + 1) : label);
        }
    }

    private static String shortName(String file) {
        for (String end : List.of(".dat.zst", ".dat", ".data", ".txt")) {
            if (file.endsWith(end) && file.length() > end.length()) {
                return file.substring(0, file.length() - end.length());
            }
        }
        return file;
    }

    String of(int input) {
        return labels.get(input);
    }

    /** Of an input's recordings, by the number of the trace. */
    Map<Long, RecordingFacts> facts(int input, Manifest manifest) {
        Map<Long, RecordingFacts> facts = new LinkedHashMap<>();
        for (Manifest.Trace trace : manifest.traces()) {
            String file = Path.of(trace.info().file()).getFileName().toString();
            String label = manifest.traces().size() == 1
                    ? labels.get(input)
                    : labels.get(input) + "/" + trace.number() + " " + shortName(file);
            facts.put(
                    (long) trace.number(),
                    new RecordingFacts(
                            label,
                            file,
                            (trace.info().format() + " " + trace.info().version()).strip(),
                            trace.info().arch(),
                            trace.info().kernel(),
                            trace.info().clock(),
                            trace.info().cpus(),
                            trace.events(),
                            LostEvents.words(trace),
                            trace.damaged()));
        }
        return facts;
    }
}
