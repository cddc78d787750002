package dev.hindsight.replay.policy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Policies in a YAML 1.2 file: one per document, or a list of them. The sections are the flags' names, their entries the
 * flags' values, split at the equals sign behind the selector (or the CPUs):
 *
 * <pre>
 * name: shieldprio
 * shield:
 *   1: vcpu@rtvmm            # or [vcpu@rtvmm, kvm-pit], or {stay: vcpu@rtvmm, tickless: true}
 * prio:
 *   vcpu@rtvmm: fifo:80
 *   kvm-pit: fifo:85
 * pin:
 *   comm=stress-ng*: 0
 * ---
 * name: cosched
 * cosched:
 *   vcpu@rtvmm: fifo:80/other,detect=marker:job
 *                            # or {high: fifo:80, low: other, detect: marker:job, boost: true, grace: 2ms}
 * pv-sched:
 *   vcpu@other: other/fifo:80   # or {base: other, irq: fifo:80}
 * </pre>
 *
 * A policy without a name gets the file's, with a number where the file has several.
 */
public final class PolicyFile {

    private static final int LARGEST_BYTES = 1 << 18;

    /** A policy needs three; deeper ones would cost the composer's stack. */
    private static final int DEEPEST = 8;

    private PolicyFile() {}

    /**
     * Reads a file.
     *
     * @throws PolicyException where it is no such file; the message begins with the path
     * @throws IOException where it can't be read
     */
    public static List<Policy> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_BYTES) {
            throw new PolicyException(file + ": larger than 256 KiB: that is no policy file");
        }
        String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
        try {
            return parse(Files.readString(file), name);
        } catch (CharacterCodingException e) {
            throw new PolicyException(file + ": no UTF-8 text", e);
        } catch (PolicyException e) {
            throw new PolicyException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The policies in a file's text, at least one.
     *
     * @param fallbackName for a policy without a name
     */
    public static List<Policy> parse(String text, String fallbackName) {
        List<Map<?, ?>> entries = entries(text);
        List<Policy> policies = new ArrayList<>();
        for (Map<?, ?> entry : entries) {
            int number = policies.size() + 1;
            String fallback = entries.size() == 1 ? fallbackName : fallbackName + "-" + number;
            Policy policy;
            try {
                policy = policy(entry, fallback);
            } catch (PolicyException e) {
                throw entries.size() == 1 ? e : e.in(entry.get("name") instanceof String named ? named : fallback);
            }
            for (Policy other : policies) {
                if (other.name().equals(policy.name())) {
                    throw new PolicyException("two policies are named '" + policy.name() + "': rename one");
                }
            }
            policies.add(policy);
        }
        return policies;
    }

    private static List<Map<?, ?>> entries(String text) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(LARGEST_BYTES).build();
        List<Map<?, ?>> entries = new ArrayList<>();
        try {
            requirePlain(settings, text);
            for (Node root : new Compose(settings).composeAllFromString(text)) {
                Object document = plain(root);
                if (document instanceof List<?> list) {
                    for (Object item : list) {
                        entries.add(mapping("a policy", item));
                    }
                } else if (!document.equals("")) {
                    entries.add(mapping("a policy", document));
                }
            }
        } catch (YamlEngineException e) {
            throw new PolicyException("no YAML: " + problem(e), e);
        }
        if (entries.isEmpty()) {
            throw new PolicyException(
                    "no policy in it: expected name: and one of the sections " + String.join(", ", PolicyFlags.WORDS));
        }
        return entries;
    }

    /** In one line, and where. */
    private static String problem(YamlEngineException e) {
        if (e instanceof MarkedYamlEngineException marked
                && marked.getProblemMark().isPresent()) {
            Mark at = marked.getProblemMark().get();
            String context = marked.getContext() == null ? "" : marked.getContext() + ": ";
            return "line " + (at.getLine() + 1) + ", column " + (at.getColumn() + 1) + ": " + context
                    + marked.getProblem();
        }
        return e.getMessage().strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private static void requirePlain(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
                throw new PolicyException("nested deeper than any policy is");
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof AliasEvent alias) {
                throw new PolicyException(
                        "*" + Shown.text(alias.getAlias().getValue()) + ": write it out, aliases are not taken");
            }
        }
    }

    /** Text, lists and mappings of a node; all scalars are text, so that {@code 1} and {@code 0-3} are CPUs alike. */
    private static Object plain(Node node) {
        if (node instanceof MappingNode mapping) {
            Map<String, Object> entries = new LinkedHashMap<>();
            for (NodeTuple entry : mapping.getValue()) {
                String key = scalar("a key", plain(entry.getKeyNode()));
                if (entries.put(key, plain(entry.getValueNode())) != null) {
                    throw new PolicyException("'" + Shown.text(key) + "' is there twice: keep one");
                }
            }
            return entries;
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(PolicyFile::plain).toList();
        }
        return ((ScalarNode) node).getValue();
    }

    private static Policy policy(Map<?, ?> entry, String fallback) {
        String name = fallback;
        List<PolicyRule> rules = new ArrayList<>();
        for (Map.Entry<?, ?> section : entry.entrySet()) {
            String word = scalar("a section's name", section.getKey());
            if (word.equals("name")) {
                name = scalar("name", section.getValue());
            } else if (!PolicyFlags.WORDS.contains(word)) {
                List<String> words = new ArrayList<>(PolicyFlags.WORDS);
                words.add("name");
                throw new PolicyException("no section '" + Shown.text(word) + "'" + Nearest.hint(word, words)
                        + "; there are " + String.join(", ", words));
            } else {
                for (Map.Entry<?, ?> rule : mapping(word, section.getValue()).entrySet()) {
                    rules.addAll(rules(word, scalar(word, rule.getKey()), rule.getValue()));
                }
            }
        }
        return new Policy(name, rules);
    }

    private static List<PolicyRule> rules(String word, String key, Object value) {
        List<PolicyRule> rules = new ArrayList<>();
        if (word.equals("shield")) {
            Object stay = value;
            String tail = "";
            if (value instanceof Map<?, ?>) {
                Map<String, Object> options = options(word, value, List.of("stay", "tickless"));
                stay = needed(word, options, "stay");
                tail = flag(options, "tickless") ? ",tickless" : "";
            }
            List<?> selectors = stay instanceof List<?> list ? list : List.of(stay);
            for (Object selector : selectors) {
                rules.add(PolicyFlags.rule(word, key + "=" + scalar(word, selector) + tail));
            }
        } else {
            String text = value instanceof Map<?, ?> ? flagValue(word, value) : scalar(word, value);
            rules.add(PolicyFlags.rule(word, key + "=" + text));
        }
        return rules;
    }

    private static String flagValue(String word, Object value) {
        return switch (word) {
            case "cosched" -> {
                Map<String, Object> o = options(word, value, List.of("high", "low", "detect", "boost", "grace"));
                yield text(word, o, "high") + "/" + text(word, o, "low") + ",detect=" + text(word, o, "detect")
                        + (flag(o, "boost") ? ",boost" : "")
                        + (o.containsKey("grace") ? ",grace=" + text(word, o, "grace") : "");
            }
            case "pv-sched" -> {
                Map<String, Object> o = options(word, value, List.of("base", "irq"));
                yield text(word, o, "base") + "/" + text(word, o, "irq");
            }
            default -> throw new PolicyException(word + ": expected the flag's text, found a mapping");
        };
    }

    private static Map<String, Object> options(String word, Object value, List<String> known) {
        Map<String, Object> options = new LinkedHashMap<>();
        for (Map.Entry<?, ?> option : mapping(word, value).entrySet()) {
            String name = scalar(word, option.getKey());
            if (!known.contains(name)) {
                throw new PolicyException(word + ": no option '" + Shown.text(name) + "'" + Nearest.hint(name, known)
                        + "; there are " + String.join(", ", known));
            }
            options.put(name, option.getValue());
        }
        return options;
    }

    private static Object needed(String word, Map<String, Object> options, String name) {
        Object value = options.get(name);
        if (value == null) {
            throw new PolicyException(word + ": '" + name + "' is missing");
        }
        return value;
    }

    private static String text(String word, Map<String, Object> options, String name) {
        return scalar(word + ", " + name, needed(word, options, name));
    }

    private static boolean flag(Map<String, Object> options, String name) {
        Object value = options.getOrDefault(name, "false");
        if (!"true".equals(value) && !"false".equals(value)) {
            throw new PolicyException(name + ": expected true or false, found " + shown(value));
        }
        return "true".equals(value);
    }

    private static Map<?, ?> mapping(String what, Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new PolicyException(what + ": expected a mapping (name: value), found " + shown(value));
    }

    private static String scalar(String what, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new PolicyException(what + ": expected text, found " + shown(value));
    }

    private static String shown(Object value) {
        if (value instanceof Map<?, ?>) {
            return "a mapping";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        return value.equals("") ? "nothing" : "'" + Shown.text(value.toString()) + "'";
    }
}
