package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.queries.profile.OwnWork;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.guest.GuestException;
import dev.hindsight.replay.guest.GuestFile;
import dev.hindsight.replay.guest.GuestPairing;
import dev.hindsight.replay.guest.HeldDeliveries;
import dev.hindsight.replay.guest.HostSide;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * From recordings to a dataset. The reader, the timeline and the Parquet writers each have threads of their own, with
 * bounded queues between them.
 */
public final class Ingest {

    static final TableSinks DROPPED = schema -> block -> {};

    private Ingest() {}

    /**
     * Ingests recordings, which become trace 0, 1, ... of the dataset; the options' guests follow. A guest's recording
     * that stands among them is found by what the two say of each other. An old dataset at that place is replaced when
     * the new one is whole; a failure leaves it as it was.
     *
     * @throws dev.hindsight.parsers.fault.TraceException where a recording can't be read
     * @throws DatasetException where the dataset can't be written
     * @throws GuestException where a guest's recording does not go with any host's
     */
    public static IngestResult run(List<Path> traces, Path dataset, IngestOptions options) {
        IngestPlan plan = IngestPlan.of(traces, options);
        try (DatasetWriter writer = DatasetWriter.create(dataset)) {
            for (IngestPlan.Step step : plan.steps()) {
                add(step, writer, options, DROPPED);
            }
            return new IngestResult(dataset, writer.commit(flags(options.markers())));
        }
    }

    /**
     * Adds a recording to a dataset that is being written. Of the options' guests, which are this recording's, what
     * they tell of the host goes there too, their own traces do not.
     *
     * @param number of the trace in it
     * @param also takes the tables of the timeline too
     * @return what the manifest will say of it
     */
    public static Manifest.Trace add(
            Path trace, int number, DatasetWriter writer, IngestOptions options, TableSinks also) {
        List<IngestPlan.GuestStep> guests = new ArrayList<>();
        for (GuestFile guest : options.guests()) {
            guests.add(new IngestPlan.GuestStep(guest, null, false));
        }
        IngestPlan.checkTaskMarkers(options, !guests.isEmpty());
        return add(new IngestPlan.Step(trace, number, guests), writer, options, also);
    }

    private static Manifest.Trace add(
            IngestPlan.Step step, DatasetWriter writer, IngestOptions options, TableSinks also) {
        try (ScopeLog work = OwnWork.begin("ingest", "file", step.trace());
                Recording recording = Recordings.open(step.trace(), options.read())) {
            TableSinks tables = writer.tables(step.number(), DatasetLayout.RECORDED);
            HostSide side = step.guests().isEmpty() ? null : new HostSide();
            UnseenMarkers unseen = new UnseenMarkers();
            TableSinks toAll = both(both(tables, also), unseen);
            HeldDeliveries held = side == null ? null : new HeldDeliveries(toAll);
            TimelineBuilder timeline = side == null
                    ? Timelines.recorded(recording.info(), options.markers(), toAll)
                    : Timelines.recorded(recording.info(), options.markers(), both(held, side), List.of(side::offsets));
            Manifest.Trace entry = read(recording, step.trace(), timeline, step.number(), tables, options);
            if (side != null && entry.firstNs() != null) {
                GuestIngest guests = new GuestIngest(
                        new GuestPairing(
                                step.trace(), recording, side, entry.firstNs(), entry.lastNs(), options.read()),
                        writer,
                        options,
                        held);
                for (IngestPlan.GuestStep guest : step.guests()) {
                    guests.add(guest);
                }
                guests.end();
                entry = entry.withWarnings(guests.warnings());
            }
            if (entry.firstNs() != null) {
                entry = entry.withWarnings(unseen.warnings(options.markers()));
            }
            writer.addTrace(entry);
            return entry;
        } catch (IOException e) {
            throw new DatasetException(step.trace() + ": cannot be closed: " + e, e);
        }
    }

    /** Rules in the form of the flag, as a manifest has them. */
    public static List<String> flags(List<MarkerRule> rules) {
        List<String> markers = new ArrayList<>();
        for (MarkerRule rule : rules) {
            markers.add(flag(rule));
        }
        return markers;
    }

    private static TableSinks both(TableSinks a, TableSinks b) {
        if (b == DROPPED) {
            return a;
        }
        return schema -> {
            BlockSink toA = a.open(schema);
            BlockSink toB = b.open(schema);
            return block -> {
                toA.accept(block);
                toB.accept(block);
            };
        };
    }

    static String flag(MarkerRule rule) {
        if (rule instanceof MarkerRule.Pio pio) {
            return pio.name() + "=pio:0x" + Integer.toHexString(pio.port());
        } else if (rule instanceof MarkerRule.Mmio mmio) {
            return mmio.name() + "=mmio:0x" + Long.toHexString(mmio.address());
        } else if (rule instanceof MarkerRule.Hypercall hypercall) {
            return hypercall.name() + "=hypercall:" + hypercall.number() + ":" + hypercall.argument();
        } else if (rule instanceof MarkerRule.TraceMarker marker) {
            return marker.name() + "=trace_marker:" + marker.text();
        } else if (rule instanceof MarkerRule.GuestTask task) {
            return task.name() + "=guest_task:" + task.comm();
        }
        throw new IllegalStateException(rule.toString());
    }

    /** Reads a recording through its timeline, and its events to {@code tables} if they are kept. */
    static Manifest.Trace read(
            Recording recording,
            Path file,
            TimelineBuilder timeline,
            int number,
            TableSinks tables,
            IngestOptions options) {
        CompletableFuture<FileDigest> digest =
                FileDigest.start(Path.of(recording.info().file()));
        AddressCensus addresses = new AddressCensus(options.rawEvents() ? tables : DROPPED);
        TraceCensus census;
        try (SliceQueue queue = new SliceQueue(timeline, timeline::end)) {
            census = new TraceCensus(
                    queue, addresses::type, () -> options.progress().read(number, recording.progress()));
            recording.read(options.rawEvents() ? addresses : DROPPED, census);
            queue.finish();
            options.progress().read(number, 1);
        }
        addresses.write(recording::symbols);
        FileDigest found = join(digest);
        return new Manifest.Trace(
                number,
                recording.info(),
                found.bytes(),
                found.sha256(),
                census.firstNs(),
                census.lastNs(),
                census.events(),
                census.lostEvents(),
                census.lossesUncounted(),
                recording.warnings().anyDamage(),
                census.byType(),
                recording.warnings().all());
    }

    private static FileDigest join(CompletableFuture<FileDigest> digest) {
        try {
            return digest.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
