package dev.hindsight.queries.tracks;

import dev.hindsight.queries.result.QueryResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Interrupts on their way to guests: a slice a delivery with a slice for each stage in it, and an arrow from the CPU that
 * raised it to the vCPU that handled it. A delivery that is raised before the one before it is handled stands on a further
 * track of the same name.
 */
final class InterruptWays {

    private static final List<String> STAGES = List.of("device", "wake", "schedule", "host", "guest");
    private static final List<String> STAMPS =
            List.of("due_ns", "asserted_ns", "runnable_ns", "scheduled_ns", "entered_ns", "handled_ns");

    private final TrackExport export;
    private final int process;

    /** A delivery of a line, waiting for its track. */
    private record Way(
            long[] stampsNs, long startNs, long endNs, String name, Map<String, Object> details, long flow) {}

    /** Ways of one line that do not overlap. */
    private static final class Lane {
        private final List<Way> ways = new ArrayList<>();
        private long endNs = Long.MIN_VALUE;
    }

    InterruptWays(TrackExport export, int process) {
        this.export = export;
        this.process = process;
    }

    /** Writes the rows of {@code interrupt_ways}, which come by line and then by time. */
    void write(QueryResult rows) throws IOException {
        Map<String, List<Lane>> lines = new LinkedHashMap<>();
        Map<String, Integer> extra = new HashMap<>();
        while (rows.next()) {
            Way way = way(rows);
            List<Lane> lanes = lines.computeIfAbsent((String) rows.value("track"), line -> new ArrayList<>());
            lane(lanes, way.startNs()).ways.add(way);
            lanes.forEach(lane ->
                    lane.endNs = lane.ways.isEmpty() ? lane.endNs : last(lane).endNs());
            arrow(rows, way);
        }
        for (Map.Entry<String, List<Lane>> line : lines.entrySet()) {
            for (Lane lane : line.getValue()) {
                int number = extra.merge(line.getKey(), 1, Integer::sum);
                int track = export.track(process, number == 1 ? line.getKey() : line.getKey() + " +" + (number - 1));
                for (Way way : lane.ways) {
                    write(track, way);
                }
            }
        }
    }

    private static Way last(Lane lane) {
        return lane.ways.get(lane.ways.size() - 1);
    }

    private static Lane lane(List<Lane> lanes, long startNs) {
        for (Lane lane : lanes) {
            if (lane.endNs <= startNs) {
                return lane;
            }
        }
        Lane lane = new Lane();
        lanes.add(lane);
        return lane;
    }

    private Way way(QueryResult rows) {
        long[] stamps = new long[STAMPS.size()];
        long startNs = Long.MAX_VALUE;
        long endNs = Long.MIN_VALUE;
        for (int i = 0; i < stamps.length; i++) {
            Object stamp = rows.value(STAMPS.get(i));
            stamps[i] = stamp == null ? Long.MIN_VALUE : (Long) stamp;
            if (stamp != null) {
                startNs = Math.min(startNs, stamps[i]);
                endNs = Math.max(endNs, stamps[i]);
            }
        }
        return new Way(
                stamps,
                startNs,
                endNs,
                (String) rows.value("name"),
                TrackExport.details(rows.value("details")),
                export.nextFlow());
    }

    private void arrow(QueryResult rows, Way way) throws IOException {
        String from = (String) rows.value("raised_on");
        String to = (String) rows.value("handled_on");
        long assertedNs = way.stampsNs()[STAMPS.indexOf("asserted_ns")];
        long handledNs = way.stampsNs()[STAMPS.indexOf("handled_ns")];
        if (from != null) {
            export.instant(
                    export.track(process, from),
                    assertedNs,
                    "raise " + way.name(),
                    way.flow(),
                    TrackSink.FlowStep.BEGIN);
        }
        if (handledNs != Long.MIN_VALUE) {
            export.instant(
                    export.track(process, to), handledNs, way.name() + " handled", way.flow(), TrackSink.FlowStep.END);
        }
    }

    private void write(int track, Way way) throws IOException {
        export.slice(track, way.startNs(), way.endNs(), way.name(), "interrupt", way.details(), way.flow());
        long previousNs = Long.MIN_VALUE;
        for (int i = 0; i < STAMPS.size(); i++) {
            long stampNs = way.stampsNs()[i];
            if (stampNs == Long.MIN_VALUE) {
                continue;
            }
            if (previousNs != Long.MIN_VALUE && stampNs > previousNs) {
                export.slice(track, previousNs, stampNs, STAGES.get(i - 1), "stage", Map.of(), TrackSink.NO_FLOW);
            }
            previousNs = Math.max(previousNs, stampNs);
        }
    }
}
