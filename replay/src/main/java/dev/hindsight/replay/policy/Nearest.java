package dev.hindsight.replay.policy;

import java.util.Collection;

/** The name that was probably meant. */
public final class Nearest {

    private Nearest() {}

    /** {@code " (did you mean 'x'?)"}, or nothing where no name is near. */
    public static String hint(String given, Collection<String> names) {
        String best = null;
        int least = Math.max(2, given.length() / 3) + 1;
        for (String name : names) {
            int distance = distance(given, name, least);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best == null ? "" : " (did you mean '" + best + "'?)";
    }

    /** Levenshtein's edit distance, {@code most} where it is not below that. */
    private static int distance(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) >= most) {
            return most;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return Math.min(most, row[b.length()]);
    }
}
