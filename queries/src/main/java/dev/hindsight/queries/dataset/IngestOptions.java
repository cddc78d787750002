package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.replay.guest.GuestFile;
import dev.hindsight.replay.timeline.MarkerRule;
import java.util.List;

/**
 * How recordings are ingested.
 *
 * @param markers rules of the user
 * @param rawEvents whether the tables of raw events are written, or the timeline alone
 * @param read how damage, clocks and decompression are dealt with
 * @param guests guests' own recordings, to be put beside that of their host
 * @param progress told now and then how far the reading is, from the reading thread
 */
public record IngestOptions(
        List<MarkerRule> markers, boolean rawEvents, ReadOptions read, List<GuestFile> guests, Progress progress) {

    /** Everything, no markers, damage told in warnings. */
    public static final IngestOptions DEFAULT =
            new IngestOptions(List.of(), true, ReadOptions.DEFAULT, List.of(), (t, n) -> {});

    /** Hears how far the ingest is. */
    @FunctionalInterface
    public interface Progress {

        /**
         * @param trace number of the recording that is being read
         * @param share read of it so far, 0 to 1
         */
        void read(int trace, double share);
    }

    public IngestOptions {
        markers = List.copyOf(markers);
        guests = List.copyOf(guests);
    }

    public IngestOptions withMarkers(List<MarkerRule> rules) {
        return new IngestOptions(rules, rawEvents, read, guests, progress);
    }

    public IngestOptions timelineOnly() {
        return new IngestOptions(markers, false, read, guests, progress);
    }

    public IngestOptions withRead(ReadOptions options) {
        return new IngestOptions(markers, rawEvents, options, guests, progress);
    }

    public IngestOptions withProgress(Progress listener) {
        return new IngestOptions(markers, rawEvents, read, guests, listener);
    }

    public IngestOptions withGuests(List<GuestFile> files) {
        return new IngestOptions(markers, rawEvents, read, files, progress);
    }
}
