package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.table.TableBlock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The events of one stream, in the order of its packets, over one file or the several that a tracer rotated through.
 *
 * <p>What is damaged is told and left out: the rest of a packet where the next one can be found, else of the file.
 */
final class StreamLane {

    static final int MAGIC = 0xC1FC1FC1;

    private final TraceLayout trace;
    private final StreamLayout stream;
    private final List<Path> files;
    private final int windowBytes;
    private final Damage damage;
    private final AtomicLong done;
    final FieldDecoder decoder;

    private StreamWindow window;
    private int nextFile;
    private boolean inPacket;
    /** Bits from the window's first one: the packet's begin, the end of its content, the next event. */
    private long packet;

    private long contentEnd;
    private long at;
    private long nextPacket;
    /** The packet's sizes are wrong: what follows the last event may be anything. */
    private boolean cut;

    private final boolean lossFollows;
    private long discarded = -1;
    private long sequence = -1;
    private long pendingLoss;
    /** The clock's value at which the packet before ended. */
    private long endedAt = -1;
    /** Lost behind the packet that is being read. */
    private long lossBehind;

    private boolean anyEvent;
    private String headerExpected = "";

    /** The event that was found: its layout, time, CPU and where what follows its header begins. */
    EventLayout event;

    long tsNs;
    int cpu;
    long body;

    /** Events lost between the event before and this one: -1 an unknown number, 0 none. */
    long lostBefore;

    /** The time of the event before the loss, {@link Long#MIN_VALUE} where there was none. */
    long lostAfterNs;

    /**
     * Of a stream's files.
     *
     * @param files in order of time
     * @param lossFollows whether the tracer counts what it lost behind a packet, not before it, in that packet
     * @param done bytes read
     */
    StreamLane(
            TraceLayout trace,
            StreamLayout stream,
            List<Path> files,
            int windowBytes,
            boolean lossFollows,
            Damage damage,
            AtomicLong done) {
        this.trace = trace;
        this.stream = stream;
        this.files = files;
        this.windowBytes = windowBytes;
        this.lossFollows = lossFollows;
        this.damage = damage;
        this.done = done;
        decoder = new FieldDecoder(trace.registers, trace.loops);
    }

    /** A lane at the same place that goes its own way; what is damaged it passes over without a word. */
    StreamLane scout() {
        StreamLane lane = new StreamLane(
                trace, stream, files, windowBytes, lossFollows, new Damage(new Warnings(), false), new AtomicLong());
        if (window != null) {
            lane.window = new StreamWindow(window);
        }
        lane.nextFile = nextFile;
        lane.inPacket = inPacket;
        lane.packet = packet;
        lane.contentEnd = contentEnd;
        lane.at = at;
        lane.nextPacket = nextPacket;
        lane.cut = cut;
        lane.anyEvent = anyEvent;
        lane.tsNs = tsNs;
        lane.cpu = cpu;
        lane.decoder.cycles = decoder.cycles;
        System.arraycopy(decoder.registers, 0, lane.decoder.registers, 0, decoder.registers.length);
        return lane;
    }

    /** The bit behind the event that was found. */
    long at() {
        return at;
    }

    /** What {@link #body} and {@link #at} count in. */
    byte[] bytes() {
        return window.bytes;
    }

    /** A column of 32 bits of the event that was found. */
    int intOf(int column) {
        return event.intOf(column, decoder, window.bytes, body, window.limit);
    }

    /** Adds the fields of the event that was found to a block of its table; tells the row. */
    int append(TableBlock block) {
        int row = block.addRow();
        event.decode(decoder, window.bytes, body, window.limit, block, row);
        return row;
    }

    /** Finds the next event; false at the end. */
    boolean next() {
        lostBefore = 0;
        while (true) {
            if (!inPacket) {
                if (!nextPacket()) {
                    lose(lossBehind);
                    lossBehind = 0;
                    lostBefore = pendingLoss;
                    lostAfterNs = anyEvent ? tsNs : Long.MIN_VALUE;
                    return false;
                }
                continue;
            }
            if (at >= contentEnd) {
                leavePacket();
                continue;
            }
            long before = tsNs;
            if (!decodeHead()) {
                continue;
            }
            if (cut && anyEvent && tsNs < before) {
                tsNs = before;
                wrong(at, "events in order of time, since the packet's size is wrong", "a time that falls");
                continue;
            }
            if (decoder.cycles == 0 && event.tellsOfBefore) {
                String record = event.type.name();
                damage.warnings()
                        .passedOver(
                                "told-of-before",
                                "",
                                () -> record + " at time 0 tells of what was there before the recording: it is no event"
                                        + " of it",
                                offset(at),
                                1);
                continue;
            }
            if (pendingLoss != 0) {
                lostBefore = pendingLoss;
                lostAfterNs = anyEvent ? before : Long.MIN_VALUE;
                pendingLoss = 0;
            }
            anyEvent = true;
            return true;
        }
    }

    /** Decodes the event's header and finds its end; false where there is none or it is damaged. */
    private boolean decodeHead() {
        while (true) {
            long cycles = decoder.cycles;
            long limit = Math.min(window.limit, contentEnd);
            byte[] bytes = window.bytes;
            long pos = stream.compact == null ? -1 : stream.compact.read(decoder, bytes, at, limit);
            if (pos < 0) {
                pos = decoder.run(stream.eventHeader, bytes, at, limit, null, 0);
            }
            EventLayout layout = null;
            if (pos >= 0) {
                long id = stream.hasEventId ? decoder.registers[PacketRegisters.EVENT_ID] : 0;
                layout = stream.event(id);
                if (layout == null) {
                    wrong(at, "the id of an event of stream " + stream.id, "id " + Long.toUnsignedString(id));
                    return false;
                }
                body = pos;
                pos = layout.measure(decoder, bytes, pos, limit);
            }
            if (pos >= 0) {
                if (pos == at) {
                    wrong(at, "an event of at least a bit", layout.type.name() + " without any");
                    return false;
                }
                event = layout;
                tsNs = stream.clock.ns(decoder.cycles);
                at = pos;
                return true;
            }
            decoder.cycles = cycles;
            if (pos == FieldDecoder.WRONG) {
                wrong(at, decoder.expected, decoder.found);
                return false;
            }
            if (limit == contentEnd || window.isLast()) {
                wrong(
                        at,
                        "an event that ends with its packet's content",
                        layout == null ? "a header that goes on" : layout.type.name() + " that goes on");
                return false;
            }
            if (!more()) {
                return false;
            }
        }
    }

    /** Makes more of the file visible, from the next event on. */
    private boolean more() {
        long moved = window.more(Math.max(at, packet));
        if (moved < 0) {
            wrong(at, "an event of at most " + window.bytes.length + " bytes", "a longer one");
            return false;
        }
        packet -= moved;
        contentEnd -= moved;
        at -= moved;
        return true;
    }

    private long offset(long bit) {
        return window.start() + (bit >> 3);
    }

    private void wrong(long bit, String expected, String found) {
        boolean goesOn = nextPacket < window.size();
        tell(offset(bit), expected, found, "the rest of the packet" + (goesOn ? "" : " and of the file") + " is lost");
        leavePacket();
    }

    private void tell(long offset, String expected, String found, String consequence) {
        damage.found(
                "damaged-packet",
                window.file().toString(),
                new DamagedTraceException(window.file(), offset, expected, found),
                consequence);
    }

    private void leavePacket() {
        inPacket = false;
    }

    private boolean nextPacket() {
        while (window == null || nextPacket >= window.size()) {
            if (nextFile == files.size()) {
                return false;
            }
            if (window != null) {
                done.addAndGet(window.size());
            }
            window = new StreamWindow(files.get(nextFile++), windowBytes);
            nextPacket = 0;
            window.limit = 0;
        }
        openPacket();
        return true;
    }

    private void openPacket() {
        long begin = nextPacket - window.start();
        boolean held = begin >= 0
                && (begin << 3) % trace.align() == 0
                && (begin << 3) + (Math.min(window.size() - nextPacket, 512) << 3) <= window.limit;
        if (!held) {
            window.fill(nextPacket);
            begin = 0;
        }
        packet = begin << 3;
        at = packet;
        contentEnd = Long.MAX_VALUE;
        long left = window.size() - nextPacket;
        long from = nextPacket;
        // Until its size is known, nothing is known of where the next one begins.
        nextPacket = window.size();
        cut = false;
        inPacket = true;
        long pos = head();
        if (pos < 0) {
            return;
        }
        long packetBits = stream.hasPacketSize
                ? decoder.registers[PacketRegisters.PACKET_SIZE]
                : stream.hasContentSize ? decoder.registers[PacketRegisters.CONTENT_SIZE] : left << 3;
        long contentBits = stream.hasContentSize ? decoder.registers[PacketRegisters.CONTENT_SIZE] : packetBits;
        sizes(packetBits, contentBits, pos - packet, left, from);
        if (inPacket) {
            at = pos;
            counters();
        }
    }

    /** Reads the packet's header and context; the bit behind them, negative where they are damaged. */
    private long head() {
        while (true) {
            long pos = decoder.run(trace.packetHeader, window.bytes, packet, window.limit, null, 0);
            if (pos >= 0) {
                String wrong = headerFault();
                if (wrong != null) {
                    wrong(packet, headerExpected, wrong);
                    return -1;
                }
                pos = decoder.run(stream.packetContext, window.bytes, pos, window.limit, null, 0);
            }
            if (pos >= 0) {
                return pos;
            }
            if (pos == FieldDecoder.WRONG) {
                wrong(packet, decoder.expected, decoder.found);
                return -1;
            }
            if (window.isLast()) {
                wrong(packet, "a packet's header and context", "only " + (window.limit - packet >> 3) + " bytes");
                return -1;
            }
            if (!more()) {
                return -1;
            }
        }
    }

    private String headerFault() {
        long[] registers = decoder.registers;
        if (trace.hasMagic && (int) registers[PacketRegisters.MAGIC] != MAGIC) {
            headerExpected = "the magic 0xc1fc1fc1 of a packet";
            return "0x" + Integer.toHexString((int) registers[PacketRegisters.MAGIC]);
        }
        if (trace.hasUuid && trace.metadata.uuid() != null) {
            int uuidAt = (int) (registers[PacketRegisters.UUID_AT] >>> 3);
            if (!Arrays.equals(window.bytes, uuidAt, uuidAt + 16, trace.metadata.uuid(), 0, 16)) {
                damage.warnings()
                        .passedOver(
                                "other-uuid",
                                window.file().toString(),
                                window.file() + ": a packet has another UUID than the trace's metadata; it is read as"
                                        + " one of the trace's",
                                offset(packet));
            }
        }
        if (trace.hasStreamId && registers[PacketRegisters.STREAM_ID] != stream.id) {
            headerExpected = "a packet of stream " + stream.id;
            return "one of stream " + registers[PacketRegisters.STREAM_ID];
        }
        return null;
    }

    /** Where the packet ends, of which {@code left} bytes are in the file. */
    private void sizes(long packetBits, long contentBits, long headBits, long left, long from) {
        long end = left << 3;
        if (Long.compareUnsigned(packetBits, end) > 0) {
            tell(
                    from,
                    "a packet of at most the " + left + " bytes left",
                    "packet_size " + Long.toUnsignedString(packetBits) + " bits",
                    "events are read as far as they make sense");
            cut = true;
        } else if ((packetBits & 7) != 0 || packetBits < headBits) {
            wrong(
                    packet,
                    "a packet of whole bytes, at least the " + headBits + " bits of its header",
                    "packet_size " + packetBits + " bits");
            return;
        } else {
            end = packetBits;
            nextPacket = from + (packetBits >>> 3);
        }
        if (Long.compareUnsigned(contentBits, end) > 0 || contentBits < headBits) {
            if (!cut) {
                tell(
                        from,
                        "content of " + headBits + " to " + end + " bits",
                        "content_size " + Long.toUnsignedString(contentBits) + " bits",
                        "events are read as far as they make sense");
            }
            cut = true;
            contentEnd = packet + end;
        } else {
            contentEnd = packet + contentBits;
        }
    }

    private void counters() {
        long[] registers = decoder.registers;
        cpu = stream.hasCpu ? cpu((int) registers[PacketRegisters.CPU_ID]) : 0;
        if (stream.beginBits > 0) {
            decoder.clock(registers[PacketRegisters.TIMESTAMP_BEGIN], stream.beginBits);
        }
        if (stream.hasSequence) {
            long number = registers[PacketRegisters.PACKET_SEQ_NUM];
            if (sequence >= 0 && number != sequence + 1) {
                lose(-1);
            }
            sequence = number;
        }
        lose(lossBehind);
        lossBehind = 0;
        long before = stream.hasTimes && endedAt != -1 ? registers[PacketRegisters.TIMESTAMP_BEGIN] - endedAt : 0;
        endedAt = stream.hasTimes ? registers[PacketRegisters.TIMESTAMP_END] : -1;
        if (stream.hasDiscarded) {
            long count = registers[PacketRegisters.EVENTS_DISCARDED];
            boolean first = discarded < 0;
            long more = count - Math.max(0, discarded);
            discarded = count;
            if (more > 0 && !cut) {
                if (lossFollows && before <= behind(before) && !(first && sequence > 0)) {
                    lossBehind = more;
                } else {
                    lose(more);
                }
            }
        }
    }

    /**
     * How long the packet lasts behind its last event, in the clock's own values. A packet ends when the next event finds
     * room; only one that is full to the last byte ends with that, and the next one begins when there is room: losses that
     * the next one counts may be from either time, and most are from the longer one. The last packet ends with the recording,
     * at any time behind.
     */
    private long behind(long before) {
        boolean last = nextPacket >= window.size() && nextFile == files.size();
        if (before <= 0 || last) {
            return 0;
        }
        StreamLane lane = scout();
        long event = lane.decoder.cycles;
        while (lane.at < lane.contentEnd && lane.decodeHead()) {
            event = lane.decoder.cycles;
        }
        return endedAt - event;
    }

    static int cpu(int id) {
        return id < 0 || id > 65_535 ? 0 : id;
    }

    private void lose(long events) {
        if (events != 0) {
            pendingLoss = pendingLoss < 0 || events < 0 ? -1 : pendingLoss + events;
        }
    }
}
