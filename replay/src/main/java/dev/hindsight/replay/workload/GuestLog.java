package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * Steps of a vCPU as they come up in time, each tagged with the piece of its {@link GuestProgram} that it belongs to;
 * pieces interleave in time, and are put together at the end.
 */
final class GuestLog {

    /** Of what is left out. */
    static final int NOWHERE = -1;
    /** Before the first entry: the thread's own program. */
    static final int BEFORE = -2;
    /** Of a spinning guest outside of what is known to be work. */
    static final int MAYBE = -3;
    /** What the guest has to do before the first delivery. */
    static final int START = 0;

    private byte[] op = new byte[1024];
    private long[] a = new long[1024];
    private int[] b = new int[1024];
    private int[] tag = new int[1024];
    private int size;
    private int maybeFrom;

    static int handler(int response) {
        return 1 + 2 * response;
    }

    static int work(int response) {
        return response < 0 ? START : 2 + 2 * response;
    }

    void add(int piece, byte step, long first, int second) {
        if (piece == NOWHERE) {
            return;
        }
        if (size == op.length) {
            op = Arrays.copyOf(op, 2 * size);
            a = Arrays.copyOf(a, 2 * size);
            b = Arrays.copyOf(b, 2 * size);
            tag = Arrays.copyOf(tag, 2 * size);
        }
        op[size] = step;
        a[size] = first;
        b[size] = second;
        tag[size++] = piece;
    }

    /** A step that may become {@link Op#SET_PRIORITY} later; returns its place. */
    int reserve(int piece) {
        add(piece, Op.SET_PRIORITY, 0, 0);
        if (piece != NOWHERE) {
            tag[size - 1] = NOWHERE;
            b[size - 1] = piece;
        }
        return piece == NOWHERE ? -1 : size - 1;
    }

    void fill(int place, int priority) {
        tag[place] = b[place];
        b[place] = 0;
        a[place] = priority;
    }

    /** What may be work from here on. */
    void beginMaybe() {
        maybeFrom = size;
    }

    /** It was work, with guest time of at most {@code mostGuestNs}. */
    void keepMaybe(int piece, long mostGuestNs) {
        long leftNs = mostGuestNs;
        for (int i = maybeFrom; i < size; i++) {
            boolean reserved = tag[i] == NOWHERE && op[i] == Op.SET_PRIORITY && b[i] == MAYBE;
            if (reserved) {
                b[i] = piece;
            } else if (tag[i] == MAYBE) {
                tag[i] = piece;
                if (op[i] == Op.GUEST) {
                    a[i] = Math.min(a[i], leftNs);
                    leftNs -= a[i];
                }
            }
        }
        maybeFrom = size;
    }

    /** It was idling: only what others depend on stays. */
    void dropMaybe(int piece) {
        for (int i = maybeFrom; i < size; i++) {
            if (tag[i] == MAYBE) {
                tag[i] = isIdling(op[i]) ? NOWHERE : piece;
            } else if (tag[i] == NOWHERE && op[i] == Op.SET_PRIORITY && b[i] == MAYBE) {
                b[i] = piece;
            }
        }
        maybeFrom = size;
    }

    static boolean isIdling(byte step) {
        return step == Op.GUEST || step == Op.COMPUTE || step == Op.VM_EXIT || step == Op.VMM;
    }

    /** The steps of one piece. */
    void copyBefore(Program to) {
        for (int i = 0; i < size; i++) {
            if (tag[i] == BEFORE) {
                copy(i, to, false);
            }
        }
    }

    /** Begins of the pieces 0 to {@code pieces}, and at the end of all of them, once their steps are in {@code to}. */
    int[] copyPieces(int pieces, Program to) {
        Groups byPiece = new Groups(Arrays.copyOf(tag, size), pieces);
        int[] from = new int[pieces + 1];
        for (int piece = 0; piece < pieces; piece++) {
            from[piece] = to.size();
            for (int i = byPiece.from[piece]; i < byPiece.from[piece + 1]; i++) {
                copy(byPiece.row[i], to, i > byPiece.from[piece]);
            }
        }
        from[pieces] = to.size();
        return from;
    }

    /** Times join only within a piece. */
    private void copy(int i, Program to, boolean joins) {
        if (joins) {
            to.add(op[i], a[i], b[i]);
        } else {
            to.append(op[i], a[i], b[i]);
        }
    }
}
