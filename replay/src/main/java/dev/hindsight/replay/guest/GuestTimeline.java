package dev.hindsight.replay.guest;

import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineBuilder;
import java.util.List;

/** The timeline of a guest's own recording, which tells its host's trace what the guest ran. */
public final class GuestTimeline {

    private GuestTimeline() {}

    /**
     * Builds both: feed it with {@link PairedGuest#open}.
     *
     * @param info of the guest's recording
     * @param markers rules of the user
     * @param own where the tables of the guest's own trace go
     * @param host where {@code guest_span}, and further rows of {@code marker} and {@code job}, of the host's trace go
     * @param deliveries of the host's trace, which get the handlers that the guest alone shows
     */
    public static TimelineBuilder of(
            PairedGuest guest,
            RecordingInfo info,
            List<MarkerRule> markers,
            TableSinks own,
            TableSinks host,
            HeldDeliveries deliveries) {
        return Timelines.recorded(
                info,
                markers,
                own,
                List.of(
                        context -> new GuestSpans(guest, context.threads(), host),
                        context -> new GuestJobs(guest, info.kernel(), markers, host),
                        context -> new HandlersSeen(guest, deliveries)));
    }
}
