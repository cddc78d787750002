package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.guest.GuestException;
import dev.hindsight.replay.guest.GuestPairing;
import dev.hindsight.replay.guest.GuestTimeline;
import dev.hindsight.replay.guest.HeldDeliveries;
import dev.hindsight.replay.guest.PairedGuest;
import dev.hindsight.replay.timeline.TimelineBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Brings guests' recordings beside that of their host, which has been read. */
final class GuestIngest {

    private final GuestPairing pairing;
    private final DatasetWriter writer;
    private final IngestOptions options;
    private final HeldDeliveries host;
    private final List<Warning> warnings = new ArrayList<>();
    private final List<Path> taken = new ArrayList<>();

    /** @param host where rows of the host's trace go, with its deliveries */
    GuestIngest(GuestPairing pairing, DatasetWriter writer, IngestOptions options, HeldDeliveries host) {
        this.pairing = pairing;
        this.writer = writer;
        this.options = options;
        this.host = host;
    }

    /** All guests were read: hands the host's deliveries on. */
    void end() {
        host.remarks().forEach(remark -> warn(remark.code(), remark.message()));
        host.release();
    }

    /** What the host's trace has to say of its guests. */
    List<Warning> warnings() {
        return warnings;
    }

    void add(IngestPlan.GuestStep step) {
        Path path = step.file().path();
        if (taken.contains(path.toAbsolutePath().normalize())) {
            throw new GuestException(path + " is given twice: once is enough");
        }
        taken.add(path.toAbsolutePath().normalize());
        PairedGuest guest;
        try {
            guest = pairing.pair(step.file());
        } catch (GuestException e) {
            if (!step.found()) {
                throw e;
            }
            warn("guest-not-paired", e.getMessage());
            addAlone(path, step.number());
            return;
        }
        guest.remarks().forEach(remark -> warn(remark.code(), remark.message()));
        guest.write(host, step.number());
        try (Recording recording = guest.open()) {
            boolean kept = step.number() != null;
            TableSinks own = kept ? writer.tables(step.number(), DatasetLayout.RECORDED) : Ingest.DROPPED;
            TimelineBuilder timeline = GuestTimeline.of(guest, recording.info(), options.markers(), own, host, host);
            Manifest.Trace entry = Ingest.read(
                    recording, path, timeline, kept ? step.number() : 0, own, kept ? options : options.timelineOnly());
            if (kept) {
                writer.addTrace(entry);
            } else {
                entry.warnings().forEach(warnings::add);
            }
        } catch (IOException e) {
            throw new DatasetException(path + ": cannot be closed: " + e, e);
        }
    }

    private void warn(String code, String message) {
        warnings.add(new Warning(code, message, 1, false, -1));
    }

    private void addAlone(Path path, int number) {
        try (Recording recording = Recordings.open(path, options.read())) {
            TableSinks tables = writer.tables(number, DatasetLayout.RECORDED);
            TimelineBuilder timeline = Timelines.recorded(recording.info(), options.markers(), tables);
            writer.addTrace(Ingest.read(recording, path, timeline, number, tables, options));
        } catch (IOException e) {
            throw new DatasetException(path + ": cannot be closed: " + e, e);
        }
    }
}
