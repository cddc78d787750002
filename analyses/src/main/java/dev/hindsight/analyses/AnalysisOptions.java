package dev.hindsight.analyses;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a user may say about figures. Every value is an input of the figures' SQL that has the same name.
 *
 * @param sloNs longest response that is good enough, ns; empty for none
 * @param worst how many of the worst deliveries are shown, 0 or more
 * @param starvedNs shortest wait for a CPU that counts as starvation, ns
 * @param invertedNs shortest time that counts as priority inversion, ns
 * @param shieldedCpus CPUs kept for virtual CPUs; empty to find them
 * @param idleLoop where the guests' idle loop is; null where nobody says
 */
public record AnalysisOptions(
        OptionalLong sloNs, int worst, long starvedNs, long invertedNs, List<Integer> shieldedCpus, IdleLoop idleLoop) {

    public static final AnalysisOptions DEFAULT =
            new AnalysisOptions(OptionalLong.empty(), 10, 20_000_000, 100_000, List.of(), null);

    /**
     * Guest addresses of an idle loop.
     *
     * @param firstRip lowest, unsigned
     * @param lastRip highest, unsigned, included
     */
    public record IdleLoop(long firstRip, long lastRip) {

        public IdleLoop {
            if (Long.compareUnsigned(firstRip, lastRip) > 0) {
                throw new IllegalArgumentException("idle loop from 0x" + Long.toHexString(firstRip) + " to 0x"
                        + Long.toHexString(lastRip) + ": expected the lower address first");
            }
        }
    }

    public AnalysisOptions {
        Objects.requireNonNull(sloNs, "sloNs");
        shieldedCpus = List.copyOf(shieldedCpus);
        if (sloNs.isPresent() && sloNs.getAsLong() <= 0) {
            throw new IllegalArgumentException("slo of " + sloNs.getAsLong() + " ns: expected more than 0");
        }
        if (worst < 0) {
            throw new IllegalArgumentException("worst " + worst + ": expected 0 or more");
        }
        if (starvedNs <= 0 || invertedNs <= 0) {
            throw new IllegalArgumentException(
                    "starvation from " + starvedNs + " ns, inversion from " + invertedNs + " ns: expected more than 0");
        }
    }

    /** The same with another SLO. */
    public AnalysisOptions withSloNs(long ns) {
        return new AnalysisOptions(OptionalLong.of(ns), worst, starvedNs, invertedNs, shieldedCpus, idleLoop);
    }

    /** The same with another number of worst deliveries. */
    public AnalysisOptions withWorst(int deliveries) {
        return new AnalysisOptions(sloNs, deliveries, starvedNs, invertedNs, shieldedCpus, idleLoop);
    }

    /** The same with other shielded CPUs. */
    public AnalysisOptions withShieldedCpus(List<Integer> cpus) {
        return new AnalysisOptions(sloNs, worst, starvedNs, invertedNs, cpus, idleLoop);
    }

    /** The same with an idle loop. */
    public AnalysisOptions withIdleLoop(IdleLoop loop) {
        return new AnalysisOptions(sloNs, worst, starvedNs, invertedNs, shieldedCpus, loop);
    }
}
