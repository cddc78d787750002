package dev.hindsight.parsers.recording;

/** Takes a recording in time order, from one thread. Whatever it throws ends the reading and comes out of it. */
public interface RecordingSink {

    /** A kind of event is met for the first time; comes before the first slice that holds one. */
    void type(EventType type);

    /** The next events. */
    void slice(EventSlice slice);

    /**
     * Events of a CPU were lost between two of its events (or its start or end); comes before the slice that holds the
     * first event after the loss.
     *
     * @param instance ring buffer, 0 the top one
     * @param startNs time of the CPU's last event before the loss, or of the recording's first event
     * @param endNs time of the CPU's first event after it, or of the recording's last event
     * @param events how many, -1 where the trace does not tell
     */
    void lost(int cpu, int instance, long startNs, long endNs, long events);
}
