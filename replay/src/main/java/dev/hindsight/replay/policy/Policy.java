package dev.hindsight.replay.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a user wants decided otherwise than the recording did. Rules have no order among them: no rule overrules
 * another, and those that contradict each other are refused by {@link PolicyResolution}.
 *
 * @param name what to call it in reports and as the run of a dataset
 * @param rules sorted by {@link PolicyRule#word} and value, each once
 */
public record Policy(String name, List<PolicyRule> rules) {

    private static final List<String> ORDER = List.of("shield", "pin", "prio", "cosched", "pv-sched");

    /** The run that a recording has in a dataset: no policy may be called so. */
    public static final String RECORDED = "recorded";

    public Policy {
        name = name.strip();
        if (name.isEmpty() || name.length() > 200 || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new PolicyException("policy name '" + printable(name)
                    + "': expected 1 to 200 characters without control characters, for instance shield");
        }
        if (name.equals(RECORDED)) {
            throw new PolicyException("policy name '" + RECORDED + "' is the recording's own: choose another");
        }
        if (rules.isEmpty()) {
            throw new PolicyException("policy '" + name + "' decides nothing: give it at least one of --shield, --pin,"
                    + " --prio, --cosched, --pv-sched");
        }
        rules = rules.stream()
                .distinct()
                .sorted(Comparator.comparingInt((PolicyRule rule) -> ORDER.indexOf(rule.word()))
                        .thenComparing(PolicyRule::value))
                .toList();
    }

    /** The flags that mean this policy, as a shell's words: {@code --prio}, {@code vcpu@rtvmm=fifo:80}, ... */
    public List<String> arguments() {
        List<String> words = new ArrayList<>();
        for (PolicyRule rule : rules) {
            words.add("--" + rule.word());
            words.add(rule.value());
        }
        return words;
    }

    /** The same as one line for people and manifests, quoted where a shell needs it; {@link PolicyFlags#parse} reads it. */
    public String text() {
        StringBuilder line = new StringBuilder();
        for (String word : arguments()) {
            line.append(line.isEmpty() ? "" : " ").append(ShellWords.quote(word));
        }
        return line.toString();
    }

    private static String printable(String name) {
        String shown = name.length() > 40 ? name.substring(0, 40) + "..." : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
