package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.tsdl.ClockDeclaration;
import dev.hindsight.parsers.fault.DamagedTraceException;
import java.math.BigInteger;
import java.nio.file.Path;

/** Turns values of a clock into ns since the clock's origin, with its offset, as {@code babeltrace2} shows them. */
final class ClockScale {

    private static final long NS = 1_000_000_000L;

    private final ClockDeclaration clock;
    private final long frequency;
    private final long offsetNs;

    /** Refuses a clock whose offset is more than 292 years. */
    ClockScale(Path metadata, ClockDeclaration clock) {
        this.clock = clock;
        frequency = clock.frequency();
        BigInteger ns = BigInteger.valueOf(clock.offset())
                .multiply(BigInteger.valueOf(NS))
                .divide(BigInteger.valueOf(frequency))
                .add(BigInteger.valueOf(clock.offsetSeconds()).multiply(BigInteger.valueOf(NS)));
        if (ns.bitLength() > 63) {
            throw new DamagedTraceException(
                    metadata, -1, "a clock that began within 292 years of its origin", "an offset of " + ns + " ns");
        }
        offsetNs = ns.longValue();
    }

    ClockDeclaration clock() {
        return clock;
    }

    /** Of value 0, since the origin. */
    long offsetNs() {
        return offsetNs;
    }

    /** A value since the origin; it wraps with the 64 bits of ns. */
    long ns(long cycles) {
        if (frequency == NS) {
            return cycles + offsetNs;
        }
        long seconds = Long.divideUnsigned(cycles, frequency);
        long rest = Long.remainderUnsigned(cycles, frequency);
        long part = frequency <= Long.MAX_VALUE / NS ? rest * NS / frequency : (long) ((double) rest / frequency * NS);
        return seconds * NS + part + offsetNs;
    }

    /** How raw values became ns. */
    double nsPerTick() {
        return (double) NS / frequency;
    }
}
