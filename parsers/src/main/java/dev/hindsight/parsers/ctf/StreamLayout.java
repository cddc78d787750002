package dev.hindsight.parsers.ctf;

import java.util.HashMap;
import java.util.Map;

/** How the packets and events of a class of streams are read. */
final class StreamLayout {

    private static final int FEW = 1 << 12;

    final long id;
    final FieldProgram packetContext;
    final FieldProgram eventHeader;

    /** Reads most of the headers; null where they are of another kind. */
    final CompactHeader compact;

    final ClockScale clock;

    /** Bits of the packet's first time, 0 where it tells none. */
    final int beginBits;

    /** Whether packets tell their first and last time in full. */
    final boolean hasTimes;

    final boolean hasContentSize;
    final boolean hasPacketSize;
    final boolean hasDiscarded;
    final boolean hasSequence;
    final boolean hasCpu;
    final boolean hasEventId;

    private final EventLayout[] few = new EventLayout[FEW];
    private final Map<Long, EventLayout> more = new HashMap<>();

    StreamLayout(long id, FieldProgram packetContext, FieldProgram eventHeader, ClockScale clock) {
        this.id = id;
        this.packetContext = packetContext;
        this.eventHeader = eventHeader;
        compact = CompactHeader.of(eventHeader);
        this.clock = clock;
        int begin = PacketRegisters.find(packetContext, PacketRegisters.TIMESTAMP_BEGIN);
        beginBits = begin < 0 ? 0 : (int) packetContext.arg[begin];
        int end = PacketRegisters.find(packetContext, PacketRegisters.TIMESTAMP_END);
        hasTimes = beginBits == Long.SIZE && end >= 0 && packetContext.arg[end] == Long.SIZE;
        hasContentSize = PacketRegisters.find(packetContext, PacketRegisters.CONTENT_SIZE) >= 0;
        hasPacketSize = PacketRegisters.find(packetContext, PacketRegisters.PACKET_SIZE) >= 0;
        hasDiscarded = PacketRegisters.find(packetContext, PacketRegisters.EVENTS_DISCARDED) >= 0;
        hasSequence = PacketRegisters.find(packetContext, PacketRegisters.PACKET_SEQ_NUM) >= 0;
        hasCpu = PacketRegisters.find(packetContext, PacketRegisters.CPU_ID) >= 0;
        hasEventId = PacketRegisters.find(eventHeader, PacketRegisters.EVENT_ID) >= 0;
    }

    void add(long eventId, EventLayout layout) {
        if (eventId >= 0 && eventId < FEW) {
            few[(int) eventId] = layout;
        } else {
            more.put(eventId, layout);
        }
    }

    /** Null where no event has the id. */
    EventLayout event(long eventId) {
        return eventId >= 0 && eventId < FEW ? few[(int) eventId] : more.get(eventId);
    }
}
