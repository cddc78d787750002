package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import java.util.Arrays;

/**
 * A guest's program on a host of another speed: exits take {@link PathFactors#exits} times as long, what the guest itself does
 * in its interrupt handlers {@link PathFactors#guest} times. Its other work is demand and stays. What a step usually takes is the
 * median of its like: exits of one reason, stays in the guest at one place of a handler.
 */
final class GuestAtSpeed {

    /** Stays in the guest further on in a handler count as one place. */
    private static final int PLACES = 8;

    private final GuestProgram guest;
    private final PathFactors factors;

    /** The group of each step: 0 for none, else 1 + place in a handler, or 1 + PLACES + reason of the exit. */
    private final int[] group;

    private GuestAtSpeed(GuestProgram guest, PathFactors factors) {
        this.guest = guest;
        this.factors = factors;
        group = new int[guest.ops().size()];
    }

    /** The program as it is, at the recording's own speed. */
    static GuestProgram of(GuestProgram guest, PathFactors factors) {
        return guest == null || factors.equals(PathFactors.RECORDED)
                ? guest
                : new GuestAtSpeed(guest, factors).scaled();
    }

    private GuestProgram scaled() {
        Program ops = guest.ops();
        int groups = 1 + PLACES;
        int reason = -1;
        for (int i = 0; i < group.length; i++) {
            if (ops.op(i) == Op.VM_EXIT) {
                reason = ops.b(i);
            } else if (ops.op(i) == Op.COMPUTE && reason >= 0) {
                group[i] = 1 + PLACES + reason;
                groups = Math.max(groups, group[i] + 1);
            }
        }
        for (int r = 0; r < guest.responses(); r++) {
            int place = 0;
            for (int i = guest.handlerFrom()[r]; i < guest.handlerTo()[r]; i++) {
                if (ops.op(i) == Op.GUEST) {
                    group[i] = 1 + Math.min(place++, PLACES - 1);
                }
            }
        }
        long[] usualNs = medians(groups);
        Program to = new Program();
        for (int i = 0; i < group.length; i++) {
            long a = ops.a(i);
            if (group[i] > 0) {
                double factor = ops.op(i) == Op.GUEST ? factors.guest() : factors.exits();
                a = PathFactors.scaled(a, factor, usualNs[group[i]]);
            }
            to.append(ops.op(i), a, ops.b(i));
        }
        return guest.with(to, halt());
    }

    private Program halt() {
        Program from = guest.haltOps();
        Program to = new Program();
        for (int i = 0; i < from.size(); i++) {
            long a = from.a(i);
            to.append(from.op(i), from.op(i) == Op.COMPUTE ? PathFactors.scaled(a, factors.exits(), a) : a, from.b(i));
        }
        return to;
    }

    private long[] medians(int groups) {
        int[] size = new int[groups];
        for (int g : group) {
            size[g]++;
        }
        long[][] samples = new long[groups][];
        for (int g = 1; g < groups; g++) {
            samples[g] = new long[size[g]];
        }
        int[] next = new int[groups];
        for (int i = 0; i < group.length; i++) {
            if (group[i] > 0) {
                samples[group[i]][next[group[i]]++] = guest.ops().a(i);
            }
        }
        long[] medians = new long[groups];
        for (int g = 1; g < groups; g++) {
            Arrays.sort(samples[g]);
            medians[g] = samples[g].length == 0 ? 0 : samples[g][samples[g].length / 2];
        }
        return medians;
    }
}
