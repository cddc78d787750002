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

    /** The file's name, with what tells it from others where that is not enough. */
    private String inDataset(int input, Manifest manifest, Manifest.Trace trace, String file) {
        long alike = manifest.traces().stream()
                .filter(t -> shortName(Path.of(t.info().file()).getFileName().toString())
                        .equals(file))
                .count();
        return (labels.size() == 1 || labels.get(input).equals(file) ? "" : labels.get(input) + "/")
                + file
                + (alike == 1 ? "" : " #" + trace.number());
    }

    /** Of an input's recordings, by the number of the trace. */
    Map<Long, RecordingFacts> facts(int input, Manifest manifest) {
        Map<Long, RecordingFacts> facts = new LinkedHashMap<>();
        for (Manifest.Trace trace : manifest.traces()) {
            String file = Path.of(trace.info().file()).getFileName().toString();
            String label = manifest.traces().size() == 1
                    ? labels.get(input)
                    : inDataset(input, manifest, trace, shortName(file));
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
