package dev.hindsight.analyses.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What figures are of, by names that hold over recordings: two runs' figures belong together where their subjects are
 * equal.
 *
 * @param section which figures
 * @param names for instance vm, vcpu, source and irq of a line; values may be null
 */
public record Subject(Section section, Map<String, Object> names) {

    public Subject {
        names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    }

    /** In words, for instance {@code rtvmm vCPU 0 pit 0}. */
    public String words() {
        StringBuilder words = new StringBuilder();
        names.forEach((name, value) -> {
            if (value != null) {
                words.append(words.length() == 0 ? "" : " ")
                        .append(name.equals("vcpu") ? "vCPU " : "")
                        .append(value);
            }
        });
        return words.toString();
    }
}
