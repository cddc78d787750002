package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSinks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds the timeline of a recording while it is read: hands each event to the parts that have a use for its type, in
 * the order of the parts, and writes the tables {@code thread}, {@code cpu} and {@code lost_span} itself.
 *
 * <p>Where an event's type is recorded in several ring buffers, the one that shows it first counts; the same event
 * from another would be handled twice.
 */
public final class TimelineBuilder implements RecordingSink {

    private static final EventHandler[] NO_HANDLERS = {};

    private final TableSinks tables;
    private final ThreadTable threads;
    private final ThreadEvents threadEvents;
    private final TimelinePart[] parts;
    private final TickPeriods ticks = new TickPeriods();
    private final TableAppender lostSpans;
    private final boolean severalInstances;

    private EventHandler[][] handlers = {};
    private int[] instanceByType = {};
    private int[][] tids = {};

    private long[] firstNs = {};
    private long[] events = {};
    private int[] lastTid = {};
    /** The end of the CPU's next loss to be told; Long.MIN_VALUE before its first event: stop there and look. */
    private long[] lookAtNs = {};

    private final List<ArrayDeque<Loss>> losses = new ArrayList<>();
    private long recordingEndNs = Long.MIN_VALUE;
    private boolean ended;

    private record Loss(long startNs, long endNs) {}

    /** Makes the parts by their factories, in that order. */
    public TimelineBuilder(
            RecordingInfo info, List<MarkerRule> markers, TableSinks tables, List<TimelinePartFactory> factories) {
        this.tables = tables;
        this.threads = new ThreadTable(info.commByTid());
        this.threadEvents = new ThreadEvents(threads);
        this.lostSpans = new TableAppender(TimelineTables.LOST_SPAN, tables);
        this.severalInstances = info.instances().size() > 1;
        TimelineContext context = new TimelineContext(info, markers, tables, threads, ticks, new RescheduleRequests());
        parts = new TimelinePart[factories.size() + 1];
        parts[0] = threadEvents;
        for (int i = 0; i < factories.size(); i++) {
            parts[i + 1] = factories.get(i).create(context);
        }
        reserveCpus(Math.min(info.cpus(), 1024));
    }

    @Override
    public void type(EventType type) {
        int index = type.index();
        if (index >= handlers.length) {
            int from = handlers.length;
            int to = Math.max(index + 1, 2 * from + 16);
            handlers = Arrays.copyOf(handlers, to);
            Arrays.fill(handlers, from, to, NO_HANDLERS);
            instanceByType = Arrays.copyOf(instanceByType, to);
            Arrays.fill(instanceByType, from, to, -1);
            tids = Arrays.copyOf(tids, to);
        }
        List<EventHandler> found = new ArrayList<>();
        for (TimelinePart part : parts) {
            EventHandler handler = part.handlerFor(type);
            if (handler instanceof EventHandlers several) {
                found.addAll(several.inOrder());
            } else if (handler != null) {
                found.add(handler);
            }
        }
        handlers[index] = found.toArray(NO_HANDLERS);
    }

    @Override
    public void slice(EventSlice slice) {
        TableBlock[] blocks = slice.blocks;
        for (int t = 0; t < blocks.length && t < tids.length; t++) {
            tids[t] = blocks[t] == null ? null : ((IntData) blocks[t].column(EventTables.TID)).values();
        }
        // Handlers may change any field, as far as the compiler knows: locals spare it to load them for each event.
        long[] ts = slice.tsNs;
        int[] cpus = slice.cpu;
        int[] types = slice.type;
        int[] rows = slice.row;
        int size = slice.size;
        int highest = -1;
        for (int i = 0; i < size; i++) {
            highest = Math.max(highest, cpus[i]);
        }
        reserveCpus(highest + 1);
        int[][] tidsOf = tids;
        EventHandler[][] handlersOf = handlers;
        int[] last = lastTid;
        long[] lookAt = lookAtNs;
        long[] count = events;
        long[] previous = threads.previousNs();
        for (int i = 0; i < size; i++) {
            long tsNs = ts[i];
            int cpu = cpus[i];
            int type = types[i];
            int row = rows[i];
            int tid = tidsOf[type][row];
            if (tsNs >= lookAt[cpu]) {
                resume(tsNs, cpu, tid);
            }
            if (tid != last[cpu]) {
                last[cpu] = tid;
                otherThread(tsNs, cpu, tid);
            }
            if (tsNs - previous[cpu] >= TimelinePart.SILENCE_NS && previous[cpu] != Long.MIN_VALUE) {
                tellSilence(cpu, previous[cpu], tsNs);
            }
            EventHandler[] of = handlersOf[type];
            if (of.length != 0 && (!severalInstances || countsHere(type, blocks[type], row))) {
                TableBlock block = blocks[type];
                for (EventHandler handler : of) {
                    handler.handle(tsNs, cpu, tid, block, row);
                }
            }
            count[cpu]++;
            previous[cpu] = tsNs;
        }
        if (size > 0) {
            recordingEndNs = Math.max(recordingEndNs, ts[size - 1]);
        }
    }

    private boolean countsHere(int type, TableBlock block, int row) {
        int instance = (int) block.get(EventTables.INSTANCE, row);
        if (instanceByType[type] < 0) {
            instanceByType[type] = instance;
        }
        return instanceByType[type] == instance;
    }

    /** The first event of a CPU at all, or after a loss. */
    private void resume(long tsNs, int cpu, int tid) {
        ArrayDeque<Loss> pending = losses.get(cpu);
        boolean first = events[cpu] == 0;
        if (first) {
            firstNs[cpu] = tsNs;
        }
        boolean lost = false;
        while (!pending.isEmpty() && pending.peek().endNs() <= tsNs) {
            Loss loss = pending.remove();
            tellLoss(cpu, loss);
            lost = true;
        }
        lookAtNs[cpu] = pending.isEmpty() ? Long.MAX_VALUE : pending.peek().endNs();
        if (first || lost) {
            threads.seen(threads.index(tid), tsNs);
            for (TimelinePart part : parts) {
                part.resumed(tsNs, cpu, tid);
            }
        }
    }

    private void tellLoss(int cpu, Loss loss) {
        for (TimelinePart part : parts) {
            part.lost(cpu, loss.startNs(), loss.endNs());
        }
    }

    private void tellSilence(int cpu, long startNs, long endNs) {
        for (TimelinePart part : parts) {
            part.silent(cpu, startNs, endNs);
        }
    }

    /** Where there are switches, they tell the same. */
    private void otherThread(long tsNs, int cpu, int tid) {
        if (!threadEvents.knowsSwitches()) {
            threads.seen(threads.index(tid), tsNs);
            threads.setRunning(cpu, tid);
        }
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long lostEvents) {
        reserveCpus(cpu + 1);
        lostSpans.addRow();
        lostSpans.set(0, cpu);
        lostSpans.set(1, instance);
        lostSpans.set(2, startNs);
        lostSpans.set(3, endNs);
        lostSpans.set(4, lostEvents < 0 ? NULL : lostEvents);
        losses.get(cpu).add(new Loss(startNs, endNs));
        if (events[cpu] > 0) {
            lookAtNs[cpu] = Math.min(lookAtNs[cpu], endNs);
        }
    }

    private void reserveCpus(int cpus) {
        int from = lookAtNs.length;
        if (cpus <= from) {
            return;
        }
        firstNs = Arrays.copyOf(firstNs, cpus);
        events = Arrays.copyOf(events, cpus);
        lastTid = Arrays.copyOf(lastTid, cpus);
        Arrays.fill(lastTid, from, cpus, -1);
        lookAtNs = Arrays.copyOf(lookAtNs, cpus);
        Arrays.fill(lookAtNs, from, cpus, Long.MIN_VALUE);
        for (int cpu = from; cpu < cpus; cpu++) {
            losses.add(new ArrayDeque<>());
        }
        threads.reserveCpus(cpus);
    }

    /** Ends the recording: parts end what is open, the tables of this class are written. Once, after the reading. */
    public void end() {
        if (ended) {
            throw new IllegalStateException("the timeline has ended already");
        }
        ended = true;
        for (int cpu = 0; cpu < losses.size(); cpu++) {
            for (Loss loss : losses.get(cpu)) {
                tellLoss(cpu, loss);
                recordingEndNs = Math.max(recordingEndNs, loss.endNs());
            }
        }
        for (TimelinePart part : parts) {
            part.end(recordingEndNs);
        }
        threads.write(tables);
        writeCpus();
        lostSpans.flush();
    }

    private void writeCpus() {
        TableAppender rows = new TableAppender(TimelineTables.CPU, tables);
        for (int cpu = 0; cpu < events.length; cpu++) {
            rows.addRow();
            rows.set(0, cpu);
            rows.set(1, events[cpu] == 0 ? NULL : firstNs[cpu]);
            rows.set(2, events[cpu] == 0 ? NULL : threads.previousNs(cpu));
            rows.set(3, events[cpu]);
            rows.set(4, ticks.periodNs(cpu));
        }
        rows.flush();
    }
}
