package dev.hindsight.replay.policy;

import dev.hindsight.replay.policy.SchedParameters.Policy;

/**
 * Scheduling classes in words: {@code fifo:N}, {@code rr:N}, {@code deadline:RUNTIME/PERIOD}, {@code other},
 * {@code other:NICE}, {@code idle}; and pairs of them with a slash between.
 */
final class SchedText {

    private static final String FORMS =
            "expected fifo:1..99, rr:1..99, deadline:RUNTIME/PERIOD (like deadline:4ms/8ms), other, other:NICE"
                    + " (-20..19) or idle";

    /** The kernel's bounds of a deadline task's runtime and period, {@code __checkparam_dl} in kernel/sched/deadline.c. */
    private static final long LEAST_RUNTIME_NS = 1024;

    private static final long LEAST_PERIOD_NS = 100_000;
    private static final long LONGEST_PERIOD_NS = (1L << 22) * 1_000;

    private SchedText() {}

    static SchedParameters parse(String text) {
        String form = text.strip();
        int colon = form.indexOf(':');
        String word = colon < 0 ? form : form.substring(0, colon);
        String numbers = colon < 0 ? null : form.substring(colon + 1);
        return switch (word) {
            case "fifo" -> new SchedParameters(Policy.FIFO, number(text, numbers, 1, 99), 0, 0, 0);
            case "rr" -> new SchedParameters(Policy.RR, number(text, numbers, 1, 99), 0, 0, 0);
            case "deadline" -> deadline(text, numbers);
            case "other" ->
                new SchedParameters(Policy.OTHER, 0, numbers == null ? 0 : number(text, numbers, -20, 19), 0, 0);
            case "idle" -> {
                if (numbers != null) {
                    throw malformed(text);
                }
                yield new SchedParameters(Policy.IDLE, 0, 0, 0, 0);
            }
            default -> throw malformed(text);
        };
    }

    /** The two classes of {@code A/B}, where a deadline has a slash itself. */
    static SchedParameters[] parsePair(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0 && text.strip().startsWith("deadline:")) {
            slash = text.indexOf('/', slash + 1);
        }
        if (slash < 0) {
            throw new PolicyException("classes '" + Shown.text(text)
                    + "': expected two with a slash between, like fifo:80/other; " + FORMS);
        }
        return new SchedParameters[] {parse(text.substring(0, slash)), parse(text.substring(slash + 1))};
    }

    private static SchedParameters deadline(String text, String numbers) {
        int slash = numbers == null ? -1 : numbers.indexOf('/');
        if (slash < 0) {
            throw malformed(text);
        }
        long runtimeNs = Durations.parseNs(numbers.substring(0, slash));
        long periodNs = Durations.parseNs(numbers.substring(slash + 1));
        if (runtimeNs < LEAST_RUNTIME_NS
                || runtimeNs > periodNs
                || periodNs < LEAST_PERIOD_NS
                || periodNs > LONGEST_PERIOD_NS) {
            throw new PolicyException("class '" + Shown.text(text)
                    + "': Linux takes runtimes from 1024ns up to the period, and" + " periods from 100us to 4194304us");
        }
        return new SchedParameters(Policy.DEADLINE, 0, 0, runtimeNs, periodNs);
    }

    private static int number(String text, String digits, int least, int most) {
        if (digits == null || !digits.matches("-?[0-9]{1,3}")) {
            throw malformed(text);
        }
        int number = Integer.parseInt(digits);
        if (number < least || number > most) {
            throw malformed(text);
        }
        return number;
    }

    private static PolicyException malformed(String text) {
        return new PolicyException("class '" + Shown.text(text) + "': " + FORMS);
    }

    static String text(SchedParameters p) {
        return switch (p.policy()) {
            case STOP -> throw new IllegalArgumentException("the stop class is no policy of a user");
            case FIFO -> "fifo:" + p.rtPriority();
            case RR -> "rr:" + p.rtPriority();
            case DEADLINE -> "deadline:" + Durations.text(p.runtimeNs()) + "/" + Durations.text(p.periodNs());
            case OTHER -> p.nice() == 0 ? "other" : "other:" + p.nice();
            case IDLE -> "idle";
        };
    }
}
