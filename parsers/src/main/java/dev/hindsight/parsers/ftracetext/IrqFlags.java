package dev.hindsight.parsers.ftracetext;

/**
 * The columns of letters between CPU and time, one letter each:
 *
 * <pre>
 *   d . h 1 .      kernels from 5.16      irqs, resched, hard/soft irq, preempt depth, migrate disable
 *   d . h 1        older                  irqs, resched, hard/soft irq, preempt depth
 *   d . . h 1 . .  PREEMPT_RT before 6    irqs, resched, lazy resched, hard/soft irq, preempt depth, lazy depth, migrate
 * </pre>
 *
 * <p>Bits and letters as {@code trace_print_lat_fmt} of {@code kernel/trace/trace_output.c} pairs them; the bits are
 * those of {@code common_flags} ({@code include/linux/trace_events.h}, {@code enum trace_flag_type}).
 */
final class IrqFlags {

    private static final int IRQS_OFF = 0x01;
    private static final int RESCHED_LAZY = 0x02;
    private static final int NEED_RESCHED = 0x04;
    private static final int HARDIRQ = 0x08;
    private static final int SOFTIRQ = 0x10;
    private static final int PREEMPT_RESCHED = 0x20;
    private static final int NMI = 0x40;
    private static final int BH_OFF = 0x80;

    private static final String LETTERS = ".dDbXNnpBLlzZHhs0123456789abcdef";

    private IrqFlags() {}

    /** Whether all these bytes may be such letters, with one of the first column first. */
    static boolean are(byte[] line, int from, int to) {
        if (".dDbX".indexOf(line[from]) < 0) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (LETTERS.indexOf(line[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    /** {@code common_flags}. */
    static int flags(byte[] line, int from, int to) {
        int irq = to - from >= 6 ? from + 3 : from + 2;
        int bits = irqs(line[from]) | resched(line[from + 1]) | context(line[irq]);
        return to - from >= 6 && line[from + 2] != '.' ? bits | RESCHED_LAZY : bits;
    }

    private static int irqs(byte letter) {
        return switch (letter) {
            case 'd' -> IRQS_OFF;
            case 'D' -> IRQS_OFF | BH_OFF;
            case 'b' -> BH_OFF;
            case 'X' -> RESCHED_LAZY;
            default -> 0;
        };
    }

    private static int resched(byte letter) {
        return switch (letter) {
            case 'B' -> NEED_RESCHED | RESCHED_LAZY | PREEMPT_RESCHED;
            case 'N' -> NEED_RESCHED | PREEMPT_RESCHED;
            case 'L' -> RESCHED_LAZY | PREEMPT_RESCHED;
            case 'b' -> NEED_RESCHED | RESCHED_LAZY;
            case 'n' -> NEED_RESCHED;
            case 'l' -> RESCHED_LAZY;
            case 'p' -> PREEMPT_RESCHED;
            default -> 0;
        };
    }

    private static int context(byte letter) {
        return switch (letter) {
            case 'Z' -> NMI | HARDIRQ;
            case 'z' -> NMI;
            case 'H' -> HARDIRQ | SOFTIRQ;
            case 'h' -> HARDIRQ;
            case 's' -> SOFTIRQ;
            default -> 0;
        };
    }

    /** {@code common_preempt_count}: the depth in the lower four bits, how often migration was disabled in the upper. */
    static int preemptCount(byte[] line, int from, int to) {
        int columns = to - from;
        int depth = columns >= 6 ? from + 4 : from + 3;
        int migrate = columns >= 7 ? from + 6 : columns == 5 ? from + 4 : -1;
        int upper = migrate < 0 ? 0 : Math.max(0, Digits.hex(line[migrate]));
        return Math.max(0, Digits.hex(line[depth])) | upper << 4;
    }
}
