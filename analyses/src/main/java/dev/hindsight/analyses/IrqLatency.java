package dev.hindsight.analyses;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Interrupt response of one line of one virtual CPU.
 *
 * @param deliveries all of them
 * @param coalesced further edges that arrived while one was pending
 * @param lost deliveries that a loss of events touched, left out of the quantiles
 * @param unhandled deliveries never seen to reach the end of the response
 * @param responseEnd up to where the response is measured: handled, or entered where the handler is hidden
 * @param response asserted to that end
 * @param stages due_response, device, wake, schedule, host and guest, in that order
 */
public record IrqLatency(
        String run,
        long trace,
        String vm,
        long vcpu,
        String source,
        long irq,
        long deliveries,
        long coalesced,
        long lost,
        long unhandled,
        String responseEnd,
        StageLatency response,
        Map<String, StageLatency> stages) {

    public IrqLatency {
        stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
    }
}
