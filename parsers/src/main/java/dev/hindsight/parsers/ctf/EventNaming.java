package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.tsdl.EventDeclaration;
import dev.hindsight.parsers.ctf.tsdl.TraceMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel calls the events of a trace and their fields. LTTng has names of its own, which the resource {@code
 * lttng-kernel-events.tsv} translates; perf and tracers of programs name {@code system:event}.
 */
final class EventNaming {

    private static final String TABLE = "lttng-kernel-events.tsv";

    private final List<Rule> rules;
    private final String system;

    private EventNaming(List<Rule> rules, String system) {
        this.rules = rules;
        this.system = system;
    }

    /** A line of the table. */
    private record Rule(
            String tracer, String system, String name, Map<String, String> renamed, Map<String, Integer> added) {}

    /**
     * An event under the kernel's names.
     *
     * @param system for instance {@code kvm}
     * @param name for instance {@code kvm_exit}
     * @param renames the kernel's name of a field by the tracer's, where they differ
     * @param additions what to add to a field's value, by the tracer's name of it
     */
    record KernelEvent(String system, String name, Map<String, String> renames, Map<String, Integer> additions) {

        /** The kernel's name of a field. */
        String renamed(String field) {
            return renames.getOrDefault(field, field);
        }

        /** What the kernel's value of a field is more than the tracer's. */
        int added(String field) {
            return additions.getOrDefault(field, 0);
        }
    }

    /** The naming of a trace, as its environment tells the tracer. */
    static EventNaming of(TraceMetadata metadata) {
        boolean lttng = metadata.env("domain").equals("kernel")
                && (metadata.env("tracer_name").startsWith("lttng")
                        || metadata.env("tracer_name").isEmpty());
        String domain = metadata.env("domain");
        return lttng
                ? new EventNaming(table(), "lttng")
                : new EventNaming(List.of(), domain.isEmpty() ? "ctf" : domain);
    }

    private static List<Rule> table() {
        try (InputStream in = EventNaming.class.getResourceAsStream(TABLE)) {
            List<Rule> rules = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", 0)) {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    rules.add(rule(line.split("\t", -1)));
                }
            }
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(TABLE, e);
        }
    }

    private static Rule rule(String[] parts) {
        Map<String, String> renamed = new HashMap<>();
        Map<String, Integer> added = new HashMap<>();
        for (String change : parts.length > 3 ? parts[3].split(" ", 0) : new String[0]) {
            int sign = Math.max(change.indexOf('='), change.indexOf('+'));
            String field = change.substring(0, sign);
            if (change.charAt(sign) == '=') {
                renamed.put(field, change.substring(sign + 1));
            } else {
                added.put(field, Integer.parseInt(change.substring(sign + 1)));
            }
        }
        return new Rule(parts[0], parts[1], parts[2], Map.copyOf(renamed), Map.copyOf(added));
    }

    /** What the kernel calls an event. */
    KernelEvent of(EventDeclaration event) {
        String name = event.name();
        int colon = name.indexOf(':');
        if (colon > 0 && colon + 1 < name.length()) {
            return new KernelEvent(name.substring(0, colon), name.substring(colon + 1), Map.of(), Map.of());
        }
        for (Rule rule : rules) {
            String kernel = match(rule, name);
            if (kernel != null) {
                return new KernelEvent(rule.system, kernel, rule.renamed, rule.added);
            }
        }
        return new KernelEvent(system, name, Map.of(), Map.of());
    }

    private static String match(Rule rule, String name) {
        if (!rule.tracer.endsWith("*")) {
            return rule.tracer.equals(name) ? rule.name : null;
        }
        String head = rule.tracer.substring(0, rule.tracer.length() - 1);
        if (!name.startsWith(head) || name.length() == head.length()) {
            return null;
        }
        return rule.name.replace("*", name.substring(head.length()));
    }
}
