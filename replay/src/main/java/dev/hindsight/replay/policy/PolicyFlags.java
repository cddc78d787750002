package dev.hindsight.replay.policy;

import dev.hindsight.replay.policy.Decisions.Detector;
import java.util.ArrayList;
import java.util.List;

/**
 * Policies as flags: {@code --shield CPUS=SELECTOR[,tickless]}, {@code --pin SELECTOR=CPUS}, {@code --prio
 * SELECTOR=CLASS}, {@code --cosched SELECTOR=HIGH/LOW,detect=DETECTOR[,boost][,grace=DURATION]}, {@code --pv-sched
 * SELECTOR=BASE/IRQ}; see {@link Selector} and {@link PolicyRule}. All may come more than once.
 */
public final class PolicyFlags {

    /** Names of the flags, without their dashes. */
    public static final List<String> WORDS = List.of("shield", "pin", "prio", "cosched", "pv-sched");

    private static final String DETECTORS = "detect=marker:NAME, detect=halt, detect=rip:0xFROM-0xTO or detect=guest";

    private PolicyFlags() {}

    /**
     * One flag.
     *
     * @param word one of {@link #WORDS}
     * @param value as on the command line
     */
    public static PolicyRule rule(String word, String value) {
        try {
            return switch (word) {
                case "shield" -> shield(value);
                case "pin" -> pin(value);
                case "prio" -> prio(value);
                case "cosched" -> cosched(value);
                case "pv-sched" -> pvSched(value);
                default ->
                    throw new PolicyException(
                            "no such decision" + Nearest.hint(word, WORDS) + "; there are " + String.join(", ", WORDS));
            };
        } catch (PolicyException e) {
            throw new PolicyException("--" + Shown.text(word) + " " + Shown.text(value) + ": " + e.getMessage(), e);
        }
    }

    /** A policy from the line that {@link Policy#text} gives. */
    public static Policy parse(String name, String line) {
        List<String> words = ShellWords.split(line);
        List<PolicyRule> rules = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            if (!word.startsWith("--")) {
                throw new PolicyException(
                        "flags '" + Shown.text(line) + "': expected a flag, found '" + Shown.text(word) + "'");
            }
            if (equals > 0) {
                rules.add(rule(word.substring(2, equals), word.substring(equals + 1)));
            } else if (i + 1 < words.size()) {
                rules.add(rule(word.substring(2), words.get(++i)));
            } else {
                throw new PolicyException("flags '" + Shown.text(line) + "': " + word + " has no value");
            }
        }
        return new Policy(name, rules);
    }

    private static PolicyRule shield(String value) {
        int equals = value.indexOf('=');
        if (equals < 0) {
            throw new PolicyException("expected CPUS=SELECTOR, for instance 1=vcpu@rtvmm");
        }
        String[] words = value.substring(equals + 1).split(",", -1);
        boolean tickless = false;
        for (int i = 1; i < words.length; i++) {
            if (!words[i].strip().equals("tickless")) {
                throw new PolicyException("no option '" + Shown.text(words[i])
                        + "': there is tickless; for a second selector," + " give the flag again with the same CPUs");
            }
            tickless = true;
        }
        return new PolicyRule.Shield(CpuList.parse(value.substring(0, equals)), Selector.parse(words[0]), tickless);
    }

    private static PolicyRule pin(String value) {
        int equals = separator(value, "CPUS, for instance vcpu@rtvmm=1");
        return new PolicyRule.Pin(selector(value, equals), CpuList.parse(value.substring(equals + 1)));
    }

    private static PolicyRule prio(String value) {
        int equals = separator(value, "CLASS, for instance vcpu@rtvmm=fifo:80");
        return new PolicyRule.Prio(selector(value, equals), SchedText.parse(value.substring(equals + 1)));
    }

    private static PolicyRule pvSched(String value) {
        int equals = separator(value, "BASE/IRQ, for instance vcpu@rtvmm=other/fifo:80");
        SchedParameters[] classes = SchedText.parsePair(value.substring(equals + 1));
        return new PolicyRule.PvSched(selector(value, equals), classes[0], classes[1]);
    }

    private static PolicyRule cosched(String value) {
        int equals = separator(value, "HIGH/LOW,detect=..., for instance vcpu@rtvmm=fifo:80/other,detect=marker:job");
        String[] words = value.substring(equals + 1).split(",", -1);
        SchedParameters[] classes = SchedText.parsePair(words[0]);
        String detect = null;
        boolean boost = false;
        String grace = null;
        for (int i = 1; i < words.length; i++) {
            String word = words[i].strip();
            if (word.equals("boost") && !boost) {
                boost = true;
            } else if (word.startsWith("detect=") && detect == null) {
                detect = word.substring(7);
            } else if (word.startsWith("grace=") && grace == null) {
                grace = word.substring(6);
            } else {
                throw new PolicyException("option '" + Shown.text(word) + "': expected, each once, " + DETECTORS
                        + "; boost; grace=DURATION");
            }
        }
        return cosched(selector(value, equals), classes, detect, boost, grace);
    }

    private static PolicyRule cosched(
            Selector selector, SchedParameters[] classes, String detect, boolean boost, String grace) {
        if (detect == null) {
            throw new PolicyException("what tells an idle guest? Add " + DETECTORS);
        }
        int colon = detect.indexOf(':');
        String operand = colon < 0 ? "" : detect.substring(colon + 1);
        Detector detector = switch (colon < 0 ? detect : detect.substring(0, colon)) {
            case "marker" -> Detector.MARKER;
            case "halt" -> Detector.HALT;
            case "rip" -> Detector.RIP;
            case "guest" -> Detector.GUEST;
            default -> throw new PolicyException("detector '" + Shown.text(detect) + "': expected " + DETECTORS);
        };
        boolean takesOperand = detector == Detector.MARKER || detector == Detector.RIP;
        if (takesOperand == operand.isEmpty() || !takesOperand && colon >= 0) {
            throw new PolicyException("detector '" + Shown.text(detect) + "': expected " + DETECTORS);
        }
        long[] rip = detector == Detector.RIP ? ripRange(operand) : new long[2];
        return new PolicyRule.Cosched(
                selector,
                classes[0],
                classes[1],
                detector,
                detector == Detector.MARKER ? operand : null,
                rip[0],
                rip[1],
                boost,
                grace == null ? 0 : Durations.parseNs(grace));
    }

    private static long[] ripRange(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new PolicyException(
                    "rip range '" + Shown.text(text) + "': expected two guest addresses like 0x1000-0x103f");
        }
        long from = address(text, text.substring(0, dash));
        long to = address(text, text.substring(dash + 1));
        if (Long.compareUnsigned(from, to) > 0) {
            throw new PolicyException("rip range '" + Shown.text(text) + "': its end lies before its begin");
        }
        return new long[] {from, to};
    }

    private static long address(String range, String text) {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        if (!digits.matches("[0-9a-fA-F]{1,16}")) {
            throw new PolicyException(
                    "rip range '" + Shown.text(range) + "': expected hexadecimal guest addresses like 0x1000-0x103f");
        }
        return Long.parseUnsignedLong(digits, 16);
    }

    private static Selector selector(String value, int end) {
        return Selector.parse(value.substring(0, end));
    }

    /** Where the selector ends: selectors of the form {@code word=operand} have an equals sign themselves. */
    private static int separator(String value, String rest) {
        int equals = value.indexOf('=');
        String word = equals < 0 ? "" : value.substring(0, equals).strip();
        // 'irq' alone is a role, 'irq=N' one interrupt.
        boolean numbered = word.equals("irq") && value.substring(equals + 1).matches("\\s*([0-9]+|\\*)\\s*=.*");
        if (numbered || word.matches("comm|tid|vm")) {
            equals = value.indexOf('=', equals + 1);
        }
        if (equals < 0) {
            throw new PolicyException("expected SELECTOR=" + rest);
        }
        return equals;
    }
}
