package dev.hindsight.replay.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a user wants decided otherwise than the recording did. Rules have no order among them: no rule overrules
 * another, and those that contradict each other are refused by {@link PolicyResolution}.
 *
 * @param name what to call it in reports and as the run of a dataset: letters, digits and {@code . _ + -}
 * @param rules sorted by {@link PolicyRule#word} and value, each once
 */
public record Policy(String name, List<PolicyRule> rules) {

    private static final List<String> ORDER = List.of("shield", "pin", "prio", "cosched", "pv-sched");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    /** The run that a recording has in a dataset: no policy may be called so. */
    public static final String RECORDED = "recorded";

    /** The run of {@link Decisions#recorded}: no policy may be called so. */
    public static final String MODELLED = "modelled";

    public Policy {
        if (!NAME.matcher(name).matches()) {
            throw new PolicyException("policy name '" + Shown.text(name)
                    + "': expected up to 64 letters, digits and . _ + -, for instance shield-prio");
        }
        if (name.equals(RECORDED) || name.equals(MODELLED)) {
            throw new PolicyException("policy name '" + name + "' is the recording's own: choose another");
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
}
