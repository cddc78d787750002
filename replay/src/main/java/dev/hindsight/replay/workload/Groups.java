package dev.hindsight.replay.workload;

/** Rows by a small number that each has (thread, CPU, line), within a number in row order. */
final class Groups {

    /** Rows of group g are {@code row[from[g]]} to {@code row[from[g + 1] - 1]}. */
    final int[] from;

    final int[] row;

    /** Rows with a number below 0 are in no group. */
    Groups(int[] number, int groups) {
        from = new int[groups + 1];
        int total = 0;
        for (int of : number) {
            if (of >= 0) {
                from[of + 1]++;
                total++;
            }
        }
        for (int g = 0; g < groups; g++) {
            from[g + 1] += from[g];
        }
        row = new int[total];
        int[] next = from.clone();
        for (int i = 0; i < number.length; i++) {
            if (number[i] >= 0) {
                row[next[number[i]]++] = i;
            }
        }
    }
}
