package dev.hindsight.replay;

import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.SchedulerParts;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelinePartFactory;
import dev.hindsight.replay.timeline.kvm.KvmTimeline;
import java.util.ArrayList;
import java.util.List;

/** Timelines, whole: which parts there are, and in what order they see an event. */
public final class Timelines {

    private Timelines() {}

    /**
     * The timeline of a recording: give it to {@link dev.hindsight.parsers.recording.Recording#read}, then call
     * {@link TimelineBuilder#end}.
     *
     * @param info of that recording
     * @param markers none where the user names none
     * @param tables where the tables of {@link dev.hindsight.replay.timeline.TimelineTables} go
     */
    public static TimelineBuilder recorded(RecordingInfo info, List<MarkerRule> markers, TableSinks tables) {
        return recorded(info, markers, tables, List.of());
    }

    /**
     * As {@link #recorded(RecordingInfo, List, TableSinks)}, with further parts.
     *
     * @param further see each event after the parts of every timeline
     */
    public static TimelineBuilder recorded(
            RecordingInfo info, List<MarkerRule> markers, TableSinks tables, List<TimelinePartFactory> further) {
        List<TimelinePartFactory> parts = new ArrayList<>();
        parts.addAll(SchedulerParts.ALL);
        parts.add(KvmTimeline::new);
        parts.addAll(further);
        return new TimelineBuilder(info, markers, tables, parts);
    }
}
