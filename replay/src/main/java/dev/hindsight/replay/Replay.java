package dev.hindsight.replay;

import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.engine.ReplayEngine;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.engine.ReplayTotals;
import dev.hindsight.replay.engine.sched.SchedulerModel;
import dev.hindsight.replay.outcome.ReplayedTimeline;
import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.policy.PolicyResolution;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.Workload;
import dev.hindsight.replay.workload.WorkloadBuilder;

/**
 * A recording made ready to be run again under policies, as often as wanted and from several threads at once: what it
 * demands is taken from its timeline once.
 */
public final class Replay {

    private final TimelineStore recorded;
    private final Workload workload;

    private Replay(TimelineStore recorded, Workload workload) {
        this.recorded = recorded;
        this.workload = workload;
    }

    /**
     * @param recorded the tables named by {@link WorkloadBuilder#TABLES} of one recorded timeline
     * @param facts of its machine
     */
    public static Replay of(TimelineStore recorded, MachineFacts facts) {
        return new Replay(recorded, WorkloadBuilder.build(recorded, facts));
    }

    /** What the recording demands. */
    public Workload workload() {
        return workload;
    }

    /**
     * Checks a policy against the recording.
     *
     * @throws dev.hindsight.replay.policy.PolicyException where it can't be had there, with the reason
     */
    public Decisions resolve(Policy policy) {
        return PolicyResolution.resolve(policy, workload);
    }

    /** What the recording itself decided: run with it, the model's own error shows. */
    public Decisions recorded() {
        return Decisions.recorded(workload);
    }

    /**
     * Runs the recording's demand under a policy's decisions and writes the timeline that comes of it.
     *
     * @param decisions of {@link #resolve} or {@link #recorded}
     * @param sinks take the tables of {@link dev.hindsight.replay.timeline.TimelineTables}
     */
    public ReplayTotals run(Decisions decisions, ReplayOptions options, TableSinks sinks) {
        SchedulerModel model = SchedulerModel.ofKernel(
                workload.kernel() == null ? "" : workload.kernel(),
                workload.cpus(),
                workload.host().tickNs());
        if (options.fair() != null) {
            model = model.withFair(options.fair());
        }
        ReplayedTimeline out = new ReplayedTimeline(workload, recorded, sinks);
        return ReplayEngine.run(workload, decisions, model, options, out);
    }
}
