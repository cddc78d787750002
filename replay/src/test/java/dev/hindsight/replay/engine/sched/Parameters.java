package dev.hindsight.replay.engine.sched;

import dev.hindsight.replay.policy.SchedParameters;
import dev.hindsight.replay.policy.SchedParameters.Policy;

/** Short names for scheduling parameters in tests. */
final class Parameters {

    private Parameters() {}

    static SchedParameters fifo(int priority) {
        return new SchedParameters(Policy.FIFO, priority, 0, 0, 0);
    }

    static SchedParameters rr(int priority) {
        return new SchedParameters(Policy.RR, priority, 0, 0, 0);
    }

    static SchedParameters nice(int nice) {
        return new SchedParameters(Policy.OTHER, 0, nice, 0, 0);
    }

    static SchedParameters stop() {
        return new SchedParameters(Policy.STOP, 0, 0, 0, 0);
    }

    static SchedParameters idle() {
        return new SchedParameters(Policy.IDLE, 0, 0, 0, 0);
    }

    static SchedParameters deadline(long runtimeNs, long periodNs) {
        return new SchedParameters(Policy.DEADLINE, 0, 0, runtimeNs, periodNs);
    }
}
