package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.PeerClock;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.replay.guest.GuestException;
import dev.hindsight.replay.guest.GuestFile;
import dev.hindsight.replay.guest.GuestPairing;
import dev.hindsight.replay.timeline.MarkerRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * In which order recordings are read, and which stand beside another one's: a host before its guests.
 *
 * @param steps one for each recording that is no guest of another one
 */
record IngestPlan(List<Step> steps) {

    /**
     * A recording with its guests.
     *
     * @param number of its trace
     */
    record Step(Path trace, int number, List<GuestStep> guests) {}

    /**
     * A guest's recording.
     *
     * @param number of its trace, null where the dataset is not to have it
     * @param found whether nobody said so: where it turns out not to go with the host, it is a recording like any other
     */
    record GuestStep(GuestFile file, Integer number, boolean found) {}

    private record Told(RecordingInfo info, PeerClock peer) {}

    static IngestPlan of(List<Path> traces, IngestOptions options) {
        List<Told> told = new ArrayList<>();
        boolean several = traces.size() > 1;
        for (Path trace : several ? traces : List.<Path>of()) {
            try (Recording recording = Recordings.open(trace, options.read())) {
                told.add(new Told(recording.info(), recording.peerClock()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        int[] hostOf = new int[traces.size()];
        for (int i = 0; i < hostOf.length; i++) {
            hostOf[i] = several ? host(told, i) : -1;
        }
        for (int i = 0; i < hostOf.length; i++) {
            // A guest's guest stays beside nobody: its host is no host here.
            hostOf[i] = hostOf[i] >= 0 && hostOf[hostOf[i]] >= 0 ? -1 : hostOf[i];
        }
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < traces.size(); i++) {
            if (hostOf[i] < 0) {
                steps.add(new Step(traces.get(i), i, new ArrayList<>()));
            }
        }
        boolean any = false;
        for (int i = 0; i < traces.size(); i++) {
            if (hostOf[i] >= 0) {
                any = true;
                step(steps, hostOf[i]).guests().add(new GuestStep(new GuestFile(traces.get(i), null, false), i, true));
            }
        }
        int number = traces.size();
        for (GuestFile guest : options.guests()) {
            if (steps.size() > 1) {
                throw new GuestException("--guest " + guest.path() + " beside " + steps.size()
                        + " recordings: ingest each host with its guests on its own");
            }
            any = true;
            steps.get(0).guests().add(new GuestStep(guest, number++, false));
        }
        checkTaskMarkers(options, any);
        return new IngestPlan(List.copyOf(steps));
    }

    /** Tasks of a guest can't mark jobs where no guest tells of its tasks. */
    static void checkTaskMarkers(IngestOptions options, boolean guests) {
        for (MarkerRule rule : options.markers()) {
            if (rule instanceof MarkerRule.GuestTask task && !guests) {
                throw new GuestException(
                        "marker '" + task.name() + "' is a task of the guest, and no recording of a guest"
                                + " is there: give it with --guest FILE");
            }
        }
    }

    private static int host(List<Told> told, int guest) {
        for (int i = 0; i < told.size(); i++) {
            if (i != guest
                    && GuestPairing.areHostAndGuest(
                            told.get(i).info(),
                            told.get(guest).info(),
                            told.get(guest).peer())) {
                return i;
            }
        }
        return -1;
    }

    private static Step step(List<Step> steps, int number) {
        for (Step step : steps) {
            if (step.number() == number) {
                return step;
            }
        }
        throw new IllegalStateException("no step reads trace " + number);
    }
}
