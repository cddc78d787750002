package dev.hindsight.replay.outcome;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.Arrays;
import java.util.List;

/**
 * Tables {@code marker} and {@code job} of a replay; a begin within a job starts it anew, as in the recorded timeline.
 * What a marker is said by (port, hypercall, trace_marker) is what the recording has of its kind.
 */
final class ReplayedMarkers {

    private final TableAppender markers;
    private final TableAppender jobs;
    private final Threads threads;
    private final String[] names;
    private final String[] sources;

    /** By marker and thread, the host's own first; {@link dev.hindsight.parsers.table.ColumnData#NULL}: no job. */
    private final long[] begunNs;

    ReplayedMarkers(Threads threads, List<String> kinds, TimelineStore recorded, TableSinks sinks) {
        this.threads = threads;
        markers = new TableAppender(TimelineTables.MARKER, sinks);
        jobs = new TableAppender(TimelineTables.JOB, sinks);
        names = kinds.toArray(new String[0]);
        sources = sources(kinds, recorded);
        begunNs = new long[names.length * (threads.size() + 1)];
        Arrays.fill(begunNs, NULL);
    }

    private static String[] sources(List<String> kinds, TimelineStore recorded) {
        int kind = TimelineTables.MARKER.indexOf("kind");
        int source = TimelineTables.MARKER.indexOf("source");
        String[] found = new String[kinds.size()];
        int missing = found.length;
        for (TableBlock block : recorded.table(TimelineTables.MARKER)) {
            for (int row = 0; missing > 0 && row < block.rows(); row++) {
                int marker = kinds.indexOf(block.column(kind).getText(row));
                if (marker >= 0 && found[marker] == null) {
                    found[marker] = block.column(source).getText(row);
                    missing--;
                }
            }
        }
        for (int marker = 0; marker < found.length; marker++) {
            found[marker] = found[marker] == null ? "pio" : found[marker];
        }
        return found;
    }

    void marker(long ns, int thread, int marker, long value) {
        String vm = thread < 0 ? null : threads.vm().get(thread);
        long vcpu = thread < 0 ? NULL : threads.vcpu()[thread];
        markers.addRow();
        markers.set(0, ns);
        markers.setText(1, vm);
        markers.set(2, vcpu);
        markers.setText(3, names[marker]);
        markers.set(4, value);
        markers.setText(5, sources[marker]);
        int job = marker * (threads.size() + 1) + thread + 1;
        if (value != 0) {
            begunNs[job] = ns;
        } else if (begunNs[job] != NULL) {
            jobs.addRow();
            jobs.setText(0, names[marker]);
            jobs.setText(1, vm);
            jobs.set(2, vcpu);
            jobs.set(3, begunNs[job]);
            jobs.set(4, ns);
            jobs.set(5, 0);
            begunNs[job] = NULL;
        }
    }

    void end() {
        markers.flush();
        jobs.flush();
    }
}
