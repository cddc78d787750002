package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.ringbuffer.PageClock;

/** A clock that who reads gave, in the place of what the file says. */
record GivenClock(ReadOptions.TickClock ticks) implements PageClock {

    @Override
    public boolean isIdentity() {
        return false;
    }

    @Override
    public void toNs(int cpu, long[] ts, int count) {
        for (int i = 0; i < count; i++) {
            ts[i] = ticks.ns(cpu, ts[i]);
        }
    }
}
