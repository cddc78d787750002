package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.TableSinks;
import java.util.List;
import java.util.Objects;

/**
 * What a part is made from.
 *
 * @param info the recording
 * @param markers as the user gave them
 * @param tables where the part's tables go; flush every appender in {@link TimelinePart#end}
 * @param threads what the parts share of threads
 * @param ticks the CPUs' tick periods
 * @param requests what CPUs may have asked each other for
 */
public record TimelineContext(
        RecordingInfo info,
        List<MarkerRule> markers,
        TableSinks tables,
        ThreadRegistry threads,
        TickPeriods ticks,
        RescheduleRequests requests) {

    public TimelineContext {
        Objects.requireNonNull(info, "info");
        markers = List.copyOf(markers);
        Objects.requireNonNull(tables, "tables");
        Objects.requireNonNull(threads, "threads");
        Objects.requireNonNull(ticks, "ticks");
        Objects.requireNonNull(requests, "requests");
    }
}
