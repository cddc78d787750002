package dev.hindsight.queries.tracks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the trace-event format of Chrome's tracing page, a JSON object with {@code traceEvents}: complete events
 * ({@code X}), flows ({@code s}, {@code t}, {@code f}) and names ({@code M}); times in us with three decimals.
 *
 * <p>Trace Compass wants the events first in the file and looks for an event's end by counting quotation marks, escaped
 * or not: those within texts are written by their number. It takes bytes for characters, so all else is ASCII too.
 */
final class ChromeTrace implements TrackSink {

    private final JsonGenerator json;
    private final List<Integer> processOfTrack = new ArrayList<>();
    private final Map<Long, Long> flowsBegun = new HashMap<>();
    private int processes;

    /** Writes to a stream, which is closed with this. */
    ChromeTrace(OutputStream to) throws IOException {
        json = new JsonFactory().createGenerator(to);
        json.setCharacterEscapes(new QuotesByNumber());
        json.setHighestNonEscapedChar(126);
        json.writeStartObject();
        json.writeArrayFieldStart("traceEvents");
    }

    /** Quotation marks within texts as their number. */
    private static final class QuotesByNumber extends CharacterEscapes {

        private static final long serialVersionUID = 1;

        private final int[] escapes = standardAsciiEscapesForJSON();

        QuotesByNumber() {
            escapes['"'] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return escapes.clone();
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            throw new IllegalStateException("no character has a sequence of its own: " + character);
        }
    }

    @Override
    public int process(String name) throws IOException {
        int process = ++processes;
        metadata("process_name", process, 0, name, null);
        metadata("process_sort_index", process, 0, null, process);
        return process;
    }

    @Override
    public int track(int process, String name) throws IOException {
        processOfTrack.add(process);
        int track = processOfTrack.size();
        metadata("thread_name", process, track, name, null);
        metadata("thread_sort_index", process, track, null, track);
        return track;
    }

    private void metadata(String what, int process, int track, String name, Integer index) throws IOException {
        json.writeStartObject();
        json.writeStringField("ph", "M");
        json.writeStringField("name", what);
        json.writeNumberField("pid", process);
        json.writeNumberField("tid", track);
        json.writeObjectFieldStart("args");
        if (name != null) {
            json.writeStringField("name", name);
        } else {
            json.writeNumberField("sort_index", index);
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void begin(String phase, int track, long atNs, String name, String category) throws IOException {
        json.writeStartObject();
        json.writeStringField("ph", phase);
        json.writeStringField("name", name);
        json.writeStringField("cat", category);
        json.writeNumberField("pid", processOfTrack.get(track - 1));
        json.writeNumberField("tid", track);
        us("ts", atNs);
    }

    private void us(String field, long ns) throws IOException {
        json.writeNumberField(field, BigDecimal.valueOf(ns, 3));
    }

    private void end() throws IOException {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void flow(String phase, int track, long atNs, long flow) throws IOException {
        begin(phase, track, atNs, "interrupt", "flow");
        json.writeNumberField("id", flow);
        if (!phase.equals("s")) {
            json.writeStringField("bp", "e");
        }
        end();
    }

    @Override
    public void slice(
            int track, long startNs, long endNs, String name, String category, Map<String, ?> details, long flow)
            throws IOException {
        begin("X", track, startNs, name, category);
        us("dur", endNs - startNs);
        json.writeObjectFieldStart("args");
        for (Map.Entry<String, ?> detail : details.entrySet()) {
            if (detail.getValue() instanceof Long number) {
                json.writeNumberField(detail.getKey(), number);
            } else if (detail.getValue() instanceof Double number) {
                json.writeNumberField(detail.getKey(), number);
            } else if (detail.getValue() != null) {
                json.writeStringField(detail.getKey(), detail.getValue().toString());
            }
        }
        json.writeEndObject();
        end();
        if (flow != NO_FLOW) {
            // Readers follow an arrow in time: its step must not come before its begin, though the slice may.
            Long begunNs = flowsBegun.remove(flow);
            flow(begunNs == null ? "s" : "t", track, begunNs == null ? startNs : Math.max(startNs, begunNs), flow);
        }
    }

    @Override
    public void instant(int track, long atNs, String name, String category, long flow, FlowStep step)
            throws IOException {
        begin("X", track, atNs, name, category);
        us("dur", 0);
        end();
        if (step == FlowStep.BEGIN) {
            flowsBegun.put(flow, atNs);
        }
        flow(step == FlowStep.END ? "f" : "s", track, atNs, flow);
    }

    @Override
    public void close() throws IOException {
        json.writeEndArray();
        json.writeStringField("displayTimeUnit", "ns");
        json.writeEndObject();
        json.close();
    }
}
