package dev.hindsight.analyses.report;

import java.util.Locale;

/** Numbers as people read them. */
final class PlainWords {

    private PlainWords() {}

    /** A duration with three digits that count, for instance {@code 4.26 ms}. */
    static String duration(double ns) {
        double magnitude = Math.abs(ns);
        if (magnitude < 999.5) {
            return String.format(Locale.ROOT, "%.0f ns", ns);
        } else if (magnitude < 999.5e3) {
            return digits(ns / 1e3) + " µs";
        } else if (magnitude < 999.5e6) {
            return digits(ns / 1e6) + " ms";
        }
        return digits(ns / 1e9) + " s";
    }

    /** A duration that somebody gave, without digits that say nothing, for instance {@code 1 ms}. */
    static String given(long ns) {
        String words = duration((double) ns);
        int unit = words.indexOf(' ');
        String digits = words.substring(0, unit);
        return (digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits) + words.substring(unit);
    }

    /** A share, for instance {@code 19.5 %}. */
    static String percent(double pct) {
        return pct == 0 ? "0 %" : Math.abs(pct) < 0.001 ? "less than 0.001 %" : digits(pct) + " %";
    }

    /** A difference of shares, for instance {@code 3.17 points}. */
    static String points(double pct) {
        return digits(pct) + (pct == 1 ? " point" : " points");
    }

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** With a noun, for instance {@code 1 response}, {@code 560 responses}. */
    static String count(long n, String one, String many) {
        return count(n) + " " + (n == 1 ? one : many);
    }

    private static String digits(double value) {
        double magnitude = Math.abs(value);
        int decimals = value == 0 || magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
