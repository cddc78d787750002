package dev.hindsight.cli;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.replay.guest.GuestFile;
import dev.hindsight.replay.timeline.MarkerRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens what stands where a command takes TRACE|DATASET: a dataset as it is, a recording through a temporary one. */
final class OpenedData {

    private OpenedData() {}

    /**
     * @param rawEvents whether SQL will want the tables of raw events of a recording
     * @throws WrongUse where markers are given for a dataset, which has its own
     */
    static Dataset open(
            Path path,
            List<MarkerRule> markers,
            List<GuestFile> guests,
            ReadOptions read,
            boolean rawEvents,
            SqlAccess access) {
        if (isDataset(path)) {
            if (!markers.isEmpty()) {
                throw new WrongUse(
                        path + " is a dataset: its markers were chosen by 'hindsight ingest --marker'; give --marker"
                                + " there, or analyze the recording itself");
            }
            if (!guests.isEmpty()) {
                throw new WrongUse(
                        path + " is a dataset: a guest's recording is put beside its host's by 'hindsight ingest"
                                + " HOST --guest GUEST -o DIR'");
            }
            return Dataset.open(path, access);
        }
        IngestOptions options =
                IngestOptions.DEFAULT.withMarkers(markers).withRead(read).withGuests(guests);
        if (!rawEvents) {
            options = options.timelineOnly();
        }
        try (IngestProgress progress = new IngestProgress(1 + guests.size())) {
            return Dataset.ofTraces(List.of(path), options.withProgress(progress), access);
        }
    }

    /** Whether a path is to be opened as a dataset: a recording is a file, or a directory of its own kind (CTF). */
    static boolean isDataset(Path path) {
        return Dataset.isDataset(path) || (Files.isDirectory(path) && !Recordings.isTraceDirectory(path));
    }

    /** Refuses a dataset where only a recording will do. */
    static void requireRecording(Path path) {
        if (Dataset.isDataset(path)) {
            throw new WrongUse(
                    path + " is a dataset already: ask it with 'hindsight analyze', 'report', 'query' or 'sql';"
                            + " table trace tells what recordings are in it");
        }
    }

    /** Warnings of the readers of all its traces. */
    static List<Warning> warnings(Manifest manifest) {
        List<Warning> all = new ArrayList<>();
        for (Manifest.Trace trace : manifest.traces()) {
            all.addAll(trace.warnings());
        }
        return all;
    }

    /** {@link ExitCode#PARTIAL} where any trace was read only up to some damage. */
    static int exitCode(Manifest manifest) {
        for (Manifest.Trace trace : manifest.traces()) {
            if (trace.damaged()) {
                return ExitCode.PARTIAL;
            }
        }
        return ExitCode.SUCCESS;
    }
}
