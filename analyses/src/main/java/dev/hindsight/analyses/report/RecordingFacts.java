package dev.hindsight.analyses.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a report says of a recording before any figure.
 *
 * @param label by which the report names it, unlike all others
 * @param file name of the file
 * @param format of it, with its version
 * @param machine architecture, empty where the recording does not tell
 * @param kernel release, empty where the recording does not tell
 * @param clock of its times
 * @param cpus CPUs of the machine
 * @param events read
 * @param lost in words, for instance {@code none lost}
 * @param damaged whether it was read up to some damage only
 */
public record RecordingFacts(
        String label,
        String file,
        String format,
        String machine,
        String kernel,
        String clock,
        long cpus,
        long events,
        String lost,
        boolean damaged) {

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("label", label);
        json.put("file", file);
        json.put("format", format);
        json.put("machine", machine);
        json.put("kernel", kernel);
        json.put("clock", clock);
        json.put("cpus", cpus);
        json.put("events", events);
        json.put("lost", lost);
        json.put("damaged", damaged);
        return json;
    }
}
