package dev.hindsight.replay.policy;

/** Lists of CPUs as the kernel writes them ({@code 0-3,5}, see cpuset(7)), as masks of the CPUs 0 to 63. */
final class CpuList {

    private CpuList() {}

    /** The mask of a list; refuses empty ones. */
    static long parse(String text) {
        long mask = 0;
        for (String part : text.split(",", -1)) {
            String range = part.strip();
            int dash = range.indexOf('-');
            int from = cpu(text, dash < 0 ? range : range.substring(0, dash));
            int to = dash < 0 ? from : cpu(text, range.substring(dash + 1));
            if (to < from) {
                throw malformed(text);
            }
            mask |= -1L >>> (63 - to) & -1L << from;
        }
        return mask;
    }

    private static int cpu(String text, String digits) {
        if (!digits.matches("[0-9]{1,9}")) {
            throw malformed(text);
        }
        int cpu = Integer.parseInt(digits);
        if (cpu > 63) {
            throw new PolicyException("CPU " + cpu + " in '" + Shown.text(text) + "': a replay has the CPUs 0 to 63");
        }
        return cpu;
    }

    private static PolicyException malformed(String text) {
        return new PolicyException("CPUs '" + Shown.text(text) + "': expected a list like 0-3,5");
    }

    /** The shortest list of a mask that is not 0. */
    static String text(long mask) {
        StringBuilder list = new StringBuilder();
        for (long rest = mask; rest != 0; ) {
            int from = Long.numberOfTrailingZeros(rest);
            int length = Long.numberOfTrailingZeros(~(rest >>> from));
            int to = from + Math.min(length, 64 - from) - 1;
            list.append(list.isEmpty() ? "" : ",").append(from);
            if (to > from) {
                list.append('-').append(to);
            }
            rest = to == 63 ? 0 : rest & -1L << (to + 1);
        }
        return list.toString();
    }
}
