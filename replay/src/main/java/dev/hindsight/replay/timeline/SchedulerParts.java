package dev.hindsight.replay.timeline;

import java.util.List;

/** The parts that need the scheduler's and the interrupts' events only. */
public final class SchedulerParts {

    /** In the order in which they see an event. */
    public static final List<TimelinePartFactory> ALL =
            List.of(ThreadSpans::new, IrqSpans::new, CpuGaps::new, TimerExpiries::new);

    private SchedulerParts() {}
}
