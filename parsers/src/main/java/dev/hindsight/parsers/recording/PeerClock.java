package dev.hindsight.parsers.recording;

/**
 * What a guest's recording says of its host's clock (trace-cmd's TIME_SHIFT): that its times can be put on it.
 *
 * @param traceId identity of the host's recording
 * @param interpolated whether offsets between two samples are interpolated: trace-cmd's protocol ptp does, kvm does not
 * @param cpus guest CPUs that have samples
 * @param samples of all CPUs together
 * @param offsetTicks offset of the first sample, in ticks of the clock
 */
public record PeerClock(long traceId, boolean interpolated, int cpus, int samples, long offsetTicks) {

    /** Name of trace-cmd's protocol that took the samples. */
    public String protocol() {
        return interpolated ? "ptp" : "kvm";
    }
}
