package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.tracedat.ByteCursor;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.ByteOrder;

/**
 * What a file that perf wrote to itself, not into a pipe, says in its head and behind its data: attributes, each a {@code
 * perf_event_attr} and the place of its ids, and a table of offset and size for each feature, ascending.
 */
final class FileHead {

    private static final int MAX_EVENTS = 1 << 16;
    private static final int MAX_IDS_BYTES = 1 << 23;

    private FileHead() {}

    /** Reads the features of a file, which stand behind its data; each that is damaged is passed over. */
    static void features(TraceFile file, PerfFileHeader header, PerfContents contents, Damage damage) {
        PerfFeatures features = new PerfFeatures(file, contents, damage);
        PerfFileHeader.Section data = header.data();
        ByteCursor table = ByteCursor.over(file, data.offset() + data.size(), file.size(), header.order());
        for (int feature = 0; feature < PerfFeatures.COUNT; feature++) {
            if (!header.hasFeature(feature)) {
                continue;
            }
            try {
                long offset = table.u64("offset of feature " + feature);
                long size = table.u64("size of feature " + feature);
                if (offset < 0 || size < 0 || size > file.size() - offset) {
                    throw table.damaged(
                            "feature " + feature + " within the file of " + file.size() + " bytes",
                            size + " bytes at " + offset);
                }
                ByteCursor in = ByteCursor.over(file, offset, offset + size, header.order());
                features.read(feature, in, offset, offset + size);
            } catch (DamagedTraceException e) {
                damage.found("damaged-feature", "" + feature, e, "the feature is passed over");
            }
        }
    }

    /** The attributes of a file, each with the place of its ids. */
    static void attributes(TraceFile file, PerfFileHeader header, PerfContents contents) {
        long each = header.attrBytes();
        PerfFileHeader.Section attrs = header.attrs();
        if (each < EventAttr.SIZE_START + 16 || each > EventAttr.MAX_SIZE) {
            throw new DamagedTraceException(
                    file.path(),
                    16,
                    "an attribute of " + (EventAttr.SIZE_START + 16) + " to " + EventAttr.MAX_SIZE + " bytes",
                    Long.toUnsignedString(each) + " bytes");
        }
        if (attrs.offset() < 0 || attrs.size() < 0 || attrs.size() > file.size() - attrs.offset()) {
            throw new DamagedTraceException(
                    file.path(),
                    24,
                    "attributes within the file of " + file.size() + " bytes",
                    Long.toUnsignedString(attrs.size()) + " bytes at " + Long.toUnsignedString(attrs.offset()));
        }
        long count = attrs.size() / each;
        if (count > MAX_EVENTS) {
            throw new DamagedTraceException(file.path(), 24, "at most " + MAX_EVENTS + " attributes", "" + count);
        }
        ByteCursor in = ByteCursor.over(file, attrs.offset(), attrs.offset() + attrs.size(), header.order());
        boolean big = header.order() == ByteOrder.BIG_ENDIAN;
        for (long i = 0; i < count; i++) {
            byte[] attr = in.bytes((int) each - 16, "attribute");
            long offset = in.u64("offset of ids");
            long size = in.u64("size of ids");
            ByteCursor idsIn = ByteCursor.over(file, Math.max(0, offset), file.size(), header.order());
            if (offset < 0 || offset > file.size()) {
                throw in.damaged("ids within the file of " + file.size() + " bytes", "at " + offset);
            }
            long[] ids = new long[idsIn.length(size, MAX_IDS_BYTES, "ids") / 8];
            for (int k = 0; k < ids.length; k++) {
                ids[k] = idsIn.u64("id");
            }
            contents.add(new PerfEvent(EventAttr.read(attr, header.order()), big), ids);
        }
    }
}
