package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.tracedat.ByteCursor;
import dev.hindsight.parsers.tracedat.TraceFile;
import dev.hindsight.parsers.tracedat.TracingData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads what stands before the first sample: in a pipe's file the attributes, tracing data and features, in any file the
 * CPUs of ids and the names of tasks that ran when the recording began.
 */
final class RecordedHead {

    private static final int MAX_EVENTS = 1 << 16;
    private static final int MAX_COMM = 16;
    private static final int MAX_TASKS = 1 << 20;
    private static final int ID_INDEX_ENTRY = 32;

    private final TraceFile file;
    private final PerfFileHeader header;
    private final PerfContents contents;
    private final Damage damage;
    private final PerfFeatures features;
    private final boolean big;
    private RecordStream records;

    RecordedHead(TraceFile file, PerfFileHeader header, PerfContents contents, Damage damage) {
        this.file = file;
        this.header = header;
        this.contents = contents;
        this.damage = damage;
        features = new PerfFeatures(file, contents, damage);
        big = header.order() == ByteOrder.BIG_ENDIAN;
    }

    /**
     * Reads up to the first sample, or, where no event tells the names of tasks, all records for the names in them. Records
     * that can't be followed are told when the samples are read.
     */
    void read(long start, long end) {
        Damage toldLater = new Damage(new Warnings(), false);
        try (RecordStream stream = new RecordStream(file, start, end, header.order(), toldLater, new AtomicLong())) {
            records = stream;
            while (stream.next()) {
                if (stream.type == PerfRecord.SAMPLE) {
                    if (eventsTellNames()) {
                        break;
                    }
                    continue;
                }
                try {
                    record(stream);
                } catch (DamagedTraceException e) {
                    damage.found("damaged-head", "" + stream.type, e, "the record is passed over");
                }
            }
        }
    }

    private boolean eventsTellNames() {
        for (PerfEvent event : contents.events) {
            if (event.name.equals("sched:sched_switch")) {
                return true;
            }
        }
        return false;
    }

    private void record(RecordStream stream) {
        switch (stream.type) {
            case PerfRecord.ATTR -> attribute();
            case PerfRecord.TRACING_DATA -> tracingData();
            case PerfRecord.AUXTRACE -> {
                if (stream.size >= 16) {
                    stream.skip(Words.getLong(stream.bytes, stream.at + 8, big), "data of an AUX area");
                }
            }
            case PerfRecord.FEATURE -> feature();
            case PerfRecord.EVENT_UPDATE -> update();
            case PerfRecord.ID_INDEX -> idIndex();
            case PerfRecord.COMM -> comm();
            case PerfRecord.FORK -> fork();
            default -> {
                // tells nothing that is needed here
            }
        }
    }

    private DamagedTraceException damaged(String expected) {
        return new DamagedTraceException(
                file.path(), records.offset, expected, "a record of " + records.size + " bytes");
    }

    private ByteBuffer body() {
        return ByteBuffer.wrap(records.bytes, records.at, records.size)
                .slice()
                .order(header.order())
                .position(PerfRecord.HEADER_BYTES);
    }

    /** An attribute of the size that it declares, then ids up to the record's end. */
    private void attribute() {
        ByteBuffer in = body();
        if (in.remaining() < EventAttr.SIZE_START) {
            throw damaged("an attribute of at least " + EventAttr.SIZE_START + " bytes");
        }
        int size = EventAttr.size(in, PerfRecord.HEADER_BYTES);
        if (size < EventAttr.SIZE_START || size > in.remaining()) {
            throw damaged("an attribute of " + Integer.toUnsignedString(size) + " bytes");
        }
        if (contents.events.size() >= MAX_EVENTS) {
            throw damaged("at most " + MAX_EVENTS + " attributes");
        }
        byte[] attr = new byte[size];
        in.get(attr);
        long[] ids = new long[in.remaining() / 8];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.getLong();
        }
        contents.add(new PerfEvent(EventAttr.read(attr, header.order()), big), ids);
    }

    /** Bytes that follow a record of tracing data: what it says, padded to 8. */
    static long tracingBytes(RecordStream records) {
        long size = Words.getInt(records.bytes, records.at + 8, records.bigEndian()) & 0xFFFFFFFFL;
        return size + 7 & ~7L;
    }

    private void tracingData() {
        if (records.size < 12) {
            throw damaged("tracing data with their size");
        }
        long start = records.position();
        long size = Words.getInt(records.bytes, records.at + 8, big) & 0xFFFFFFFFL;
        records.skip(tracingBytes(records), "tracing data");
        contents.tracingData = TracingData.read(file, start, Math.min(start + size, file.size()), damage);
    }

    private void feature() {
        ByteBuffer in = body();
        if (in.remaining() < 8) {
            throw damaged("a feature with its number");
        }
        long feature = in.getLong();
        if (feature <= PerfFeatures.TRACING_DATA || feature >= PerfFeatures.COUNT) {
            return;
        }
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        try {
            features.read((int) feature, ByteCursor.over(file, bytes, records.offset, header.order()), 0, 0);
        } catch (DamagedTraceException e) {
            damage.found("damaged-feature", "" + feature, e, "the feature is passed over");
        }
    }

    /** Kind (64), id (64), and for a name its text. */
    private void update() {
        ByteBuffer in = body();
        if (in.remaining() < 16 || in.getLong() != PerfRecord.UPDATE_NAME) {
            return;
        }
        int event = contents.ids.event(in.getLong());
        if (event >= 0) {
            contents.events.get(event).name = text(in);
        }
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
    }

    /** Count (64), then for each: id, index, CPU, tid (64 each). */
    private void idIndex() {
        ByteBuffer in = body();
        if (in.remaining() < 8) {
            throw damaged("an index of ids with its count");
        }
        long count = in.getLong();
        for (long i = 0; i < count && in.remaining() >= ID_INDEX_ENTRY; i++) {
            long id = in.getLong();
            in.getLong();
            long cpu = in.getLong();
            in.getLong();
            if (cpu >= 0 && cpu < 1 << 16) {
                contents.ids.onCpu(id, (int) cpu);
                contents.highestCpu = Math.max(contents.highestCpu, (int) cpu);
            }
        }
    }

    /** Pid and tid (32 each), then the name. */
    private void comm() {
        ByteBuffer in = body();
        if (in.remaining() < 9) {
            throw damaged("the name of a task");
        }
        in.getInt();
        int tid = in.getInt();
        String name = text(in.limit(Math.min(in.limit(), in.position() + MAX_COMM)));
        if (contents.commByTid.size() < MAX_TASKS || contents.commByTid.containsKey(tid)) {
            contents.commByTid.put(tid, name);
        }
    }

    /** Pid, parent's pid, tid, parent's tid (32 each): the child begins with its parent's name. */
    private void fork() {
        ByteBuffer in = body();
        if (in.remaining() < 16) {
            throw damaged("the ids of a new task");
        }
        int tid = in.getInt(PerfRecord.HEADER_BYTES + 8);
        String name = contents.commByTid.get(in.getInt(PerfRecord.HEADER_BYTES + 12));
        if (name != null && contents.commByTid.size() < MAX_TASKS) {
            contents.commByTid.putIfAbsent(tid, name);
        }
    }
}
