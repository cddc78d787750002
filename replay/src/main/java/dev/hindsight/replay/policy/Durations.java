package dev.hindsight.replay.policy;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 4ms}, {@code 250us}, {@code 1.5s}, {@code 800ns}. */
final class Durations {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)(ns|us|ms|s)");

    private Durations() {}

    /** In ns; exact, refuses what is no whole number of them. */
    static long parseNs(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new PolicyException(
                    "duration '" + Shown.text(text) + "': expected a number and ns, us, ms or s, like 4ms");
        }
        int places = switch (form.group(2)) {
            case "ns" -> 0;
            case "us" -> 3;
            case "ms" -> 6;
            default -> 9;
        };
        try {
            return new BigDecimal(form.group(1)).scaleByPowerOfTen(places).longValueExact();
        } catch (ArithmeticException e) {
            throw new PolicyException(
                    "duration '" + Shown.text(text) + "' is no whole number of ns below 292 years", e);
        }
    }

    /** In the largest unit that it is a whole number of. */
    static String text(long ns) {
        if (ns == 0) {
            return "0ns";
        }
        if (ns % 1_000_000_000 == 0) {
            return ns / 1_000_000_000 + "s";
        }
        if (ns % 1_000_000 == 0) {
            return ns / 1_000_000 + "ms";
        }
        return ns % 1_000 == 0 ? ns / 1_000 + "us" : ns + "ns";
    }
}
