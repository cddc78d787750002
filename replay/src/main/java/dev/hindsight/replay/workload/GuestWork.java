package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * What the steps of a vCPU belong to, as it is walked in time: a delivery's handler, the work that a delivery gave the
 * guest, or nothing, where the guest is idle. {@link GuestWalk} tells the rules.
 */
final class GuestWork {

    static final long MOST_BEFORE_MARKER_NS = 1_000_000;

    /** Whether a guest spins where it is idle, and what tells when that is. */
    enum Spins {
        /** It halts. */
        NEVER,
        /** Markers say where it is not idle. */
        MARKED,
        /** Its own recording does. */
        TOLD,
        /** Nothing does: it is taken for busy. */
        UNKNOWN
    }

    private final DeliveryRows deliveries;
    private final int[] response;
    private final Spins spins;
    private final GuestLog log;

    private boolean entered;
    private boolean idle;
    private boolean toldIdle;
    private int tag = GuestLog.BEFORE;
    private int[] stack = new int[8];
    private int depth;
    private int owner = -1;
    private int nested = -1;
    private long openMarkers;
    private int nextResponse;

    /** Response whose work begins with the next entry, -1 for none. */
    private int after = -1;

    /** @param response deliveries that are entered, in that order: rows of {@code deliveries} */
    GuestWork(DeliveryRows deliveries, int[] response, Spins spins, GuestLog log) {
        this.deliveries = deliveries;
        this.response = response;
        this.spins = spins;
        this.log = log;
    }

    /** What time belongs to now: the tag of a piece of {@link GuestLog}. */
    int tag() {
        return tag;
    }

    /** Where steps go that are no time: those of an idle guest to the work that was before. */
    int place() {
        return idle || tag == GuestLog.NOWHERE ? GuestLog.work(owner) : tag;
    }

    boolean isIdle() {
        return idle;
    }

    /** Whether the guest has been entered in the recording. */
    boolean hasEntered() {
        return entered;
    }

    /** The recording begins in the guest. */
    void beginsInGuest() {
        entered = true;
        base();
    }

    /** The guest has nothing left to do. */
    void halted() {
        idle = true;
        nested = -1;
    }

    /** The guest's own recording says whether it is idle; whether that is news is told back. */
    boolean isTold(boolean toIdle) {
        toldIdle = toIdle;
        // Where it is still halted, as the clocks agree to some microseconds only, its interrupt makes it busy.
        return !idle || toIdle;
    }

    /** What was told counts from here on. */
    void turned() {
        if (spins == Spins.TOLD && entered && depth == 0) {
            base();
        }
    }

    /** A marker of the guest comes: what may have been work before it was. */
    void marks(boolean opens, int kind) {
        long bit = 1L << (kind & 63);
        if (tag == GuestLog.MAYBE) {
            log.keepMaybe(GuestLog.work(owner), opens ? MOST_BEFORE_MARKER_NS : Long.MAX_VALUE);
            tag = GuestLog.work(owner);
        }
        openMarkers = opens ? openMarkers | bit : openMarkers & ~bit;
    }

    /** A marker closed: the work of the delivery that began it is over, what follows is of the last that came meanwhile. */
    void closed() {
        if (nested >= 0) {
            after = nested;
            nested = -1;
        }
    }

    /** Whether an entry carries the next delivery. */
    boolean carries(long ns) {
        return nextResponse < response.length && deliveries.enteredNs[response[nextResponse]] <= ns;
    }

    /** The next delivery to be entered: a row of the deliveries. */
    int nextDelivery() {
        return response[nextResponse];
    }

    /** The guest is entered. */
    void entersAt(long ns, boolean carries) {
        boolean ended = !entered;
        entered = true;
        if (after >= 0) {
            owner = after;
            after = -1;
            ended = true;
        }
        while (depth > 0 && isOver(stack[depth - 1], ns)) {
            depth--;
            ended = true;
        }
        if (idle && !carries) {
            idle = false;
            ended = true;
        }
        if (ended || tag >= 0 && spins == Spins.MARKED && openMarkers == 0 && depth == 0) {
            base();
        }
        while (carries(ns)) {
            deliver(nextResponse++);
        }
    }

    /** The recording ends: what may have been work was not. */
    void end() {
        if (tag == GuestLog.MAYBE) {
            log.dropMaybe(GuestLog.work(owner));
        }
    }

    private boolean isOver(int r, long ns) {
        long eoi = deliveries.eoiNs[response[r]];
        return eoi != StoredTable.NULL && eoi <= ns;
    }

    private boolean mayIdle() {
        return spins == Spins.MARKED && openMarkers == 0;
    }

    /** What the guest's time belongs to outside of handlers. */
    private void base() {
        if (depth > 0) {
            tag = GuestLog.handler(stack[depth - 1]);
        } else if (spins == Spins.TOLD && toldIdle) {
            tag = GuestLog.NOWHERE;
        } else if (mayIdle()) {
            if (tag != GuestLog.MAYBE) {
                tag = GuestLog.MAYBE;
                log.beginMaybe();
            }
        } else {
            tag = GuestLog.work(owner);
        }
    }

    private void deliver(int r) {
        if (depth == 0) {
            if (tag == GuestLog.MAYBE) {
                log.dropMaybe(GuestLog.work(owner));
                tag = GuestLog.work(owner);
                owner = r;
            } else if (idle || spins == Spins.UNKNOWN || spins == Spins.TOLD && toldIdle) {
                owner = r;
            } else {
                nested = r;
            }
        }
        idle = false;
        if (deliveries.eoiNs[response[r]] == StoredTable.NULL) {
            base();
            return;
        }
        if (depth == stack.length) {
            stack = Arrays.copyOf(stack, 2 * depth);
        }
        stack[depth++] = r;
        tag = GuestLog.handler(r);
    }
}
