package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.ringbuffer.EventIds;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Walks the records of a perf.data: gives the samples with their event, CPU and time, what was lost, and where rounds
 * end, in the order of the file.
 */
abstract class SampleReader {

    /** CPUs are numbered below this; what is not is damage. */
    private static final int MAX_CPUS = 1 << 16;

    private final Path file;
    private final RecordStream records;
    private final PerfContents contents;
    private final PerfEventFormats formats;
    private final EventIds types;
    private final Damage damage;
    private final boolean big;
    private final PerfEvent[] events;
    private final int[] formatIds;

    /** Where all samples have their id, -1 where they have none or it has no common place. */
    private final int idAt;

    private final long[] passedOver = new long[256];
    private long[] lost = new long[0];
    private long[] lostSamples = new long[0];
    private long lostNowhere;
    private long latestNs;
    private boolean anyTime;

    SampleReader(
            Path file,
            RecordStream records,
            PerfContents contents,
            PerfEventFormats formats,
            EventIds types,
            Damage damage) {
        this.file = file;
        this.records = records;
        this.contents = contents;
        this.formats = formats;
        this.types = types;
        this.damage = damage;
        big = records.bigEndian();
        events = contents.events.toArray(new PerfEvent[0]);
        formatIds = new int[events.length];
        int at = -1;
        for (int i = 0; i < events.length; i++) {
            formatIds[i] = formats.id(i);
            int id = events[i].layout.id;
            at = i == 0 || id == at ? id : -1;
        }
        idAt = events.length > 1 ? at : -1;
    }

    /**
     * A sample.
     *
     * @param type index of its type
     * @param formatId id of its format
     * @param rawAt where the raw data of a tracepoint stand in the bytes; of another event unused
     * @param length bytes of the record that it is or becomes
     */
    abstract void sample(PerfEvent event, int type, int formatId, long tsNs, int cpu, int rawAt, int length);

    /** Events of a CPU were lost just before a time. */
    abstract void lost(int cpu, long tsNs, long count);

    /** Events of a CPU were lost behind its last one. */
    abstract void lostAtEnd(int cpu, long count);

    /** All events up to the latest of the round before have been given. */
    abstract void round();

    /** Walks all records. */
    void run() {
        while (records.next()) {
            int type = records.type;
            if (type == PerfRecord.SAMPLE) {
                sample();
            } else {
                other(type);
            }
        }
        for (int cpu = 0; cpu < lostSamples.length; cpu++) {
            long told = cpu < lost.length ? lost[cpu] : 0;
            if (lostSamples[cpu] > told) {
                lostAtEnd(cpu, lostSamples[cpu] - told);
            }
        }
        if (lostNowhere != 0) {
            lost(0, latestNs, lostNowhere);
        }
        tellPassedOver();
    }

    private void sample() {
        byte[] bytes = records.bytes;
        int at = records.at;
        int size = records.size;
        int index = event(bytes, at, size);
        if (index < 0) {
            return;
        }
        PerfEvent event = events[index];
        SampleLayout layout = event.layout;
        if (size < layout.fixedEnd) {
            damaged("a sample of at least " + layout.fixedEnd + " bytes", size + " bytes");
            return;
        }
        int cpu = 0;
        if (layout.cpu >= 0) {
            cpu = Words.getInt(bytes, at + layout.cpu, big);
        } else if (layout.id >= 0) {
            cpu = Math.max(0, contents.ids.cpu(Words.getLong(bytes, at + layout.id, big)));
        }
        if (cpu < 0 || cpu >= MAX_CPUS) {
            damaged("a CPU below " + MAX_CPUS, Integer.toUnsignedString(cpu));
            return;
        }
        long ts = latestNs;
        if (layout.time >= 0) {
            ts = Words.getLong(bytes, at + layout.time, big);
            latestNs = anyTime ? Math.max(latestNs, ts) : ts;
            anyTime = true;
        }
        int rawAt = 0;
        int length = SampleRecord.BYTES;
        if (event.isTracepoint()) {
            int place = layout.rawAt(bytes, at, size);
            if (place < 0 || place + 4 > size) {
                damaged("a sample with raw data", "its end before");
                return;
            }
            length = Words.getInt(bytes, at + place, big);
            if (length < 2 || length > size - place - 4 || !layout.fits(bytes, at, place + 4L + length, size)) {
                damaged(
                        "raw data and what follows them within the sample of " + size + " bytes",
                        Integer.toUnsignedString(length) + " bytes of raw data");
                return;
            }
            rawAt = at + place + 4;
        }
        int id = formatIds[index];
        if (id < 0) {
            return;
        }
        int type = types.indexOf(id);
        if (type < 0) {
            type = types.meet(id);
        }
        if (length < types.minBytes(type)) {
            damaged("at least " + types.minBytes(type) + " bytes of " + event.shownName(), length + " bytes");
            return;
        }
        if (lostNowhere != 0) {
            lost(cpu, ts, lostNowhere);
            lostNowhere = 0;
        }
        sample(event, type, id, ts, cpu, rawAt, length);
    }

    /** The place of a sample's event among all, -1 where it can't be told. */
    private int event(byte[] bytes, int at, int size) {
        if (idAt < 0 || contents.ids.size() == 0) {
            if (events.length == 0) {
                damaged("an attribute before the first sample", "none");
                return -1;
            }
            return 0;
        }
        if (idAt + 8 > size) {
            damaged("a sample with its id", size + " bytes");
            return -1;
        }
        long id = Words.getLong(bytes, at + idAt, big);
        int event = contents.ids.event(id);
        if (event < 0) {
            damage.found(
                    "unknown-id",
                    "",
                    new DamagedTraceException(
                            file,
                            records.offset,
                            "a sample with the id of an event",
                            "id " + Long.toUnsignedString(id)),
                    "the sample is left out");
        }
        return event;
    }

    private void damaged(String expected, String actual) {
        damage.found(
                "damaged-sample",
                "",
                new DamagedTraceException(file, records.offset, expected, actual),
                "the sample is left out");
    }

    private void other(int type) {
        switch (type) {
            case PerfRecord.FINISHED_ROUND -> round();
            case PerfRecord.LOST -> lostRecord(16);
            case PerfRecord.LOST_SAMPLES -> lostRecord(8);
            case PerfRecord.AUXTRACE -> {
                passedOver[type]++;
                if (records.size >= 16) {
                    records.skip(Words.getLong(records.bytes, records.at + 8, big), "data of an AUX area");
                }
            }
            case PerfRecord.TRACING_DATA -> {
                if (records.size >= 12) {
                    records.skip(RecordedHead.tracingBytes(records), "tracing data");
                }
            }
            default -> {
                if (type > 0 && type < passedOver.length) {
                    passedOver[type]++;
                } else {
                    passedOver[0]++;
                }
            }
        }
    }

    /** LOST and LOST_SAMPLES; the count stands at an offset. */
    private void lostRecord(int countAt) {
        byte[] bytes = records.bytes;
        int at = records.at;
        if (records.size < countAt + 8) {
            damaged("a record of lost events of " + (countAt + 8) + " bytes", records.size + " bytes");
            return;
        }
        long count = Words.getLong(bytes, at + countAt, big);
        if (count <= 0) {
            return;
        }
        SampleLayout layout = events.length == 0 ? null : events[0].layout;
        if (layout == null || layout.timeTail == 0 || records.size < countAt + 8 + layout.tailBytes) {
            lostNowhere += count;
            return;
        }
        int end = at + records.size;
        long ts = Words.getLong(bytes, end - layout.timeTail, big);
        int cpu = layout.cpuTail == 0 ? -1 : Words.getInt(bytes, end - layout.cpuTail, big);
        if (records.type == PerfRecord.LOST_SAMPLES && ts == 0) {
            // perf itself wrote it at the end, from the kernel's counters; LOST told most of it before
            int of = layout.idTail == 0 ? -1 : contents.ids.cpu(Words.getLong(bytes, end - layout.idTail, big));
            of = of < 0 ? cpu : of;
            if (of >= 0 && of < MAX_CPUS) {
                lostSamples = counted(lostSamples, of, count);
            }
            return;
        }
        if (cpu < 0 || cpu >= MAX_CPUS) {
            lostNowhere += count;
            return;
        }
        lost = counted(lost, cpu, count);
        lost(cpu, ts, count);
    }

    private static long[] counted(long[] byCpu, int cpu, long count) {
        long[] to = cpu < byCpu.length ? byCpu : Arrays.copyOf(byCpu, cpu + 1);
        to[cpu] += count;
        return to;
    }

    private void tellPassedOver() {
        for (int type = 0; type < passedOver.length; type++) {
            long count = passedOver[type];
            String name = PerfRecord.name(type);
            if (count == 0 || (name != null && !PerfRecord.tellsOfMore(type))) {
                continue;
            }
            String what = name == null ? "of unknown type " + (type == 0 ? "" : type + " ") : "of type " + name + " ";
            damage.warnings()
                    .passedOver(
                            name == null ? "unknown-record" : "passed-over-record",
                            "" + type,
                            file + ": " + count + " records " + what + "are passed over"
                                    + (type == PerfRecord.THROTTLE
                                            ? ": the kernel throttled sampling, so samples are missing"
                                            : ""),
                            -1);
        }
    }
}
