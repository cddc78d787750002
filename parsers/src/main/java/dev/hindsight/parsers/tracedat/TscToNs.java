package dev.hindsight.parsers.tracedat;

/**
 * How ticks of the time-stamp counter become nanoseconds: {@code ticks * multiplier >> shift}, as the kernel's {@code
 * mul_u64_u32_shr} rounds it. trace-cmd keeps an offset beside them and does not use it.
 *
 * @param multiplier unsigned 32 bits
 * @param shift 0 to 32
 * @param offsetNs kept, not applied
 */
record TscToNs(long multiplier, int shift, long offsetNs) {

    long ns(long ticks) {
        long low = ((ticks & 0xFFFFFFFFL) * multiplier) >>> shift;
        long high = ticks >>> 32;
        return high == 0 ? low : low + ((high * multiplier) << (32 - shift));
    }
}
