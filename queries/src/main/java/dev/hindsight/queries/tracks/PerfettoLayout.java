package dev.hindsight.queries.tracks;

/**
 * Field numbers of Perfetto's trace format, as far as tracks of slices need them; after {@code trace_packet.proto},
 * {@code track_event.proto}, {@code track_descriptor.proto}, {@code process_descriptor.proto},
 * {@code interned_data.proto} and {@code debug_annotation.proto} in {@code protos/perfetto/trace} of
 * github.com/google/perfetto. Field numbers of released messages never change.
 *
 * <pre>
 * Trace        1 packet*
 * TracePacket  8 timestamp  10 trusted_packet_sequence_id  11 track_event  12 interned_data  13 sequence_flags
 *              60 track_descriptor
 * TrackEvent   3 category_iids*  4 debug_annotations*  9 type  10 name_iid  11 track_uuid
 *              47 flow_ids* (fixed64)  48 terminating_flow_ids* (fixed64)
 * InternedData 1 event_categories*  2 event_names*  3 debug_annotation_names*     each {1 iid, 2 name}
 * DebugAnnotation  1 name_iid  4 int_value  5 double_value  6 string_value
 * TrackDescriptor  1 uuid  2 name  3 process {1 pid, 6 process_name}  5 parent_uuid  11 child_ordering
 *                  12 sibling_order_rank
 * </pre>
 */
final class PerfettoLayout {

    static final int TRACE_PACKET = 1;

    static final int PACKET_TIMESTAMP = 8;
    static final int PACKET_SEQUENCE = 10;
    static final int PACKET_TRACK_EVENT = 11;
    static final int PACKET_INTERNED = 12;
    static final int PACKET_SEQUENCE_FLAGS = 13;
    static final int PACKET_TRACK = 60;

    /** SEQ_INCREMENTAL_STATE_CLEARED: interned names begin anew. */
    static final int STATE_CLEARED = 1;

    /** SEQ_NEEDS_INCREMENTAL_STATE: the packet uses interned names. */
    static final int NEEDS_STATE = 2;

    static final int EVENT_CATEGORY_IID = 3;
    static final int EVENT_ANNOTATION = 4;
    static final int EVENT_TYPE = 9;
    static final int EVENT_NAME_IID = 10;
    static final int EVENT_TRACK = 11;
    static final int EVENT_FLOW = 47;
    static final int EVENT_FLOW_END = 48;

    static final int TYPE_SLICE_BEGIN = 1;
    static final int TYPE_SLICE_END = 2;
    static final int TYPE_INSTANT = 3;

    static final int INTERNED_CATEGORY = 1;
    static final int INTERNED_NAME = 2;
    static final int INTERNED_ANNOTATION = 3;
    static final int INTERNED_IID = 1;
    static final int INTERNED_TEXT = 2;

    static final int ANNOTATION_NAME_IID = 1;
    static final int ANNOTATION_INT = 4;
    static final int ANNOTATION_DOUBLE = 5;
    static final int ANNOTATION_TEXT = 6;

    static final int TRACK_UUID = 1;
    static final int TRACK_NAME = 2;
    static final int TRACK_PROCESS = 3;
    static final int TRACK_PARENT = 5;
    static final int TRACK_CHILD_ORDER = 11;
    static final int TRACK_RANK = 12;

    /** ChildTracksOrdering EXPLICIT: by rank. */
    static final int ORDER_EXPLICIT = 3;

    static final int PROCESS_PID = 1;
    static final int PROCESS_NAME = 6;

    private PerfettoLayout() {}
}
