package dev.hindsight.replay.workload;

import java.util.Arrays;

/** A sequence of {@link Op}s in three parallel arrays. Grows while it is built. */
public final class Program {

    private byte[] op = new byte[16];
    private long[] a = new long[16];
    private int[] b = new int[16];
    private int size;

    /** Appends a step. Two {@link Op#COMPUTE} or two {@link Op#GUEST} in a row become one. */
    public void add(byte step, long a, int b) {
        if (size > 0 && op[size - 1] == step && (step == Op.COMPUTE || step == Op.GUEST)) {
            this.a[size - 1] += a;
            return;
        }
        append(step, a, b);
    }

    /** Appends a step as it is. */
    public void append(byte step, long a, int b) {
        if (size == op.length) {
            op = Arrays.copyOf(op, 2 * size);
            this.a = Arrays.copyOf(this.a, 2 * size);
            this.b = Arrays.copyOf(this.b, 2 * size);
        }
        op[size] = step;
        this.a[size] = a;
        this.b[size++] = b;
    }

    /** Steps so far. */
    public int size() {
        return size;
    }

    /** Which step, see {@link Op}. */
    public byte op(int index) {
        return op[index];
    }

    /** Its long operand. */
    public long a(int index) {
        return a[index];
    }

    /** Its int operand. */
    public int b(int index) {
        return b[index];
    }
}
