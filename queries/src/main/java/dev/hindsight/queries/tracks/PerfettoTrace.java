package dev.hindsight.queries.tracks;

import static dev.hindsight.queries.tracks.PerfettoLayout.*;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes Perfetto's own format: track events on one packet sequence, names interned. */
final class PerfettoTrace implements TrackSink {

    private static final int SEQUENCE = 1;

    /** Of one kind: each text is written once and then told by its number. */
    private static final class Interned {
        private final int field;
        private final Map<String, Long> iids = new HashMap<>();

        Interned(int field) {
            this.field = field;
        }
    }

    private final CodedOutputStream trace;
    private final Interned categories = new Interned(INTERNED_CATEGORY);
    private final Interned names = new Interned(INTERNED_NAME);
    private final Interned annotations = new Interned(INTERNED_ANNOTATION);
    private final ByteArrayOutputStream newlyInterned = new ByteArrayOutputStream();
    private final List<Integer> tracksOfProcess = new ArrayList<>();
    private final OpenSlices open;
    private int tracks;
    private boolean begun;

    /** Writes to a stream, which is closed with this. */
    PerfettoTrace(OutputStream to) {
        this.to = to;
        trace = CodedOutputStream.newInstance(to, 1 << 16);
        open = new OpenSlices((track, atNs) -> event(track, atNs, TYPE_SLICE_END, m -> {}));
    }

    private final OutputStream to;

    /** Writes the fields of a message. */
    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream message) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes, 256);
        fields.writeTo(message);
        message.flush();
        return bytes.toByteArray();
    }

    @Override
    public int process(String name) throws IOException {
        int process = ++tracks;
        tracksOfProcess.add(process);
        int pid = tracksOfProcess.size();
        byte[] descriptor = message(m -> {
            m.writeInt32(PROCESS_PID, pid);
            m.writeString(PROCESS_NAME, name);
        });
        track(m -> {
            m.writeUInt64(TRACK_UUID, process);
            m.writeByteArray(TRACK_PROCESS, descriptor);
            m.writeEnum(TRACK_CHILD_ORDER, ORDER_EXPLICIT);
        });
        return process;
    }

    @Override
    public int track(int process, String name) throws IOException {
        int track = ++tracks;
        track(m -> {
            m.writeUInt64(TRACK_UUID, track);
            m.writeString(TRACK_NAME, name);
            m.writeUInt64(TRACK_PARENT, process);
            m.writeInt32(TRACK_RANK, track);
        });
        return track;
    }

    private void track(Fields descriptor) throws IOException {
        byte[] track = message(descriptor);
        packet(m -> m.writeByteArray(PACKET_TRACK, track));
    }

    private void packet(Fields fields) throws IOException {
        byte[] packet = message(m -> {
            m.writeUInt32(PACKET_SEQUENCE, SEQUENCE);
            m.writeUInt32(PACKET_SEQUENCE_FLAGS, begun ? NEEDS_STATE : STATE_CLEARED);
            fields.writeTo(m);
        });
        begun = true;
        trace.writeByteArray(TRACE_PACKET, packet);
    }

    private long iid(Interned of, String text) throws IOException {
        Long known = of.iids.get(text);
        if (known != null) {
            return known;
        }
        long iid = of.iids.size() + 1L;
        of.iids.put(text, iid);
        byte[] entry = message(m -> {
            m.writeUInt64(INTERNED_IID, iid);
            m.writeString(INTERNED_TEXT, text);
        });
        CodedOutputStream interned = CodedOutputStream.newInstance(newlyInterned, 64);
        interned.writeByteArray(of.field, entry);
        interned.flush();
        return iid;
    }

    private void event(int track, long atNs, int type, Fields more) throws IOException {
        byte[] event = message(m -> {
            m.writeEnum(EVENT_TYPE, type);
            m.writeUInt64(EVENT_TRACK, track);
            more.writeTo(m);
        });
        byte[] interned = newlyInterned.toByteArray();
        newlyInterned.reset();
        packet(m -> {
            m.writeUInt64(PACKET_TIMESTAMP, atNs);
            if (interned.length > 0) {
                m.writeByteArray(PACKET_INTERNED, interned);
            }
            m.writeByteArray(PACKET_TRACK_EVENT, event);
        });
    }

    private void nameAndCategory(String name, String category, CodedOutputStream event) throws IOException {
        event.writeUInt64(EVENT_NAME_IID, iid(names, name));
        event.writeUInt64(EVENT_CATEGORY_IID, iid(categories, category));
    }

    @Override
    public void slice(
            int track, long startNs, long endNs, String name, String category, Map<String, ?> details, long flow)
            throws IOException {
        open.begin(track, startNs, endNs);
        event(track, startNs, TYPE_SLICE_BEGIN, m -> {
            nameAndCategory(name, category, m);
            for (Map.Entry<String, ?> detail : details.entrySet()) {
                if (detail.getValue() != null) {
                    long iid = iid(annotations, detail.getKey());
                    m.writeByteArray(EVENT_ANNOTATION, message(a -> annotation(iid, detail.getValue(), a)));
                }
            }
            if (flow != NO_FLOW) {
                m.writeFixed64(EVENT_FLOW, flow);
            }
        });
    }

    private static void annotation(long iid, Object value, CodedOutputStream to) throws IOException {
        to.writeUInt64(ANNOTATION_NAME_IID, iid);
        if (value instanceof Long number) {
            to.writeInt64(ANNOTATION_INT, number);
        } else if (value instanceof Double number) {
            to.writeDouble(ANNOTATION_DOUBLE, number);
        } else {
            to.writeString(ANNOTATION_TEXT, value.toString());
        }
    }

    @Override
    public void instant(int track, long atNs, String name, String category, long flow, FlowStep step)
            throws IOException {
        event(track, atNs, TYPE_INSTANT, m -> {
            nameAndCategory(name, category, m);
            m.writeFixed64(step == FlowStep.END ? EVENT_FLOW_END : EVENT_FLOW, flow);
        });
    }

    @Override
    public void close() throws IOException {
        try (to) {
            open.endAll();
            trace.flush();
        }
    }
}
