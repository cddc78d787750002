package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.ringbuffer.PageClock;

/** From the raw time stamps of the pages to ns on the trace's clock, in trace-cmd's order: shift, scale, add. */
final class EventClock implements PageClock {

    private final TimeShift shift;
    private final TscToNs scale;
    private final long addNs;

    /** {@code shift} and {@code scale} may be null. */
    EventClock(TimeShift shift, TscToNs scale, long addNs) {
        this.shift = shift;
        this.scale = scale;
        this.addNs = addNs;
    }

    @Override
    public boolean isIdentity() {
        return shift == null && scale == null && addNs == 0;
    }

    @Override
    public void toNs(int cpu, long[] ts, int count) {
        if (shift != null) {
            for (int i = 0; i < count; i++) {
                ts[i] = shift.shift(cpu, ts[i]);
            }
        }
        if (scale != null) {
            for (int i = 0; i < count; i++) {
                ts[i] = scale.ns(ts[i]);
            }
        }
        if (addNs != 0) {
            for (int i = 0; i < count; i++) {
                ts[i] += addNs;
            }
        }
    }
}
