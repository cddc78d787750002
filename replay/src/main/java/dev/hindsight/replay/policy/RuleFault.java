package dev.hindsight.replay.policy;

/** Names the rule that a refusal is about. */
final class RuleFault {

    private RuleFault() {}

    static String flag(PolicyRule rule) {
        return "--" + rule.word() + " " + ShellWords.quote(Shown.text(rule.value()));
    }

    /** Runs a step of the resolution; what it refuses gets the rule in front. */
    static void at(PolicyRule rule, Runnable step) {
        try {
            step.run();
        } catch (PolicyException e) {
            throw new PolicyException(flag(rule) + ": " + e.getMessage(), e);
        }
    }
}
