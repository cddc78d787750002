package dev.hindsight.sampletraces.synthetic;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a perf.data from what it is given, samples in the order given; the caller puts them CPU by CPU and ends rounds,
 * as perf record does.
 *
 * <p>Parts of samples that nobody asks for (call chains, branches, registers, stacks ...) are there where the attribute has
 * their bits, filled with small numbers. Attributes come first. Memory does not grow with the file.
 */
public final class PerfDataWriter implements AutoCloseable {

    private static final int HEADER_BYTES = 104;
    private static final int SAMPLE = 9;
    private static final int LOST = 2;
    private static final int COMM = 3;
    private static final int HEADER_ATTR = 64;
    private static final int TRACING_DATA = 66;
    private static final int FINISHED_ROUND = 68;
    private static final int EVENT_UPDATE = 78;
    private static final int FEATURE = 80;
    private static final int MAX_PACKED = 60_000;
    private static final int BUFFER = 1 << 20;

    private final PerfShape shape;
    private final FileChannel channel;
    private final TraceDatWriter formats;
    private final List<PerfAttr> attrs = new ArrayList<>();
    private final ByteBuffer out;
    private final ByteBuffer packed = ByteBuffer.allocateDirect(MAX_PACKED);
    private ZstdCompressCtx zstd;
    private long dataStart = -1;
    private int cpus = 1;

    public PerfDataWriter(PerfShape shape, Path file) throws IOException {
        this.shape = shape;
        FileShape head = FileShape.v6();
        formats = new TraceDatWriter(shape.order() == ByteOrder.BIG_ENDIAN ? head.bigEndian() : head);
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        out = ByteBuffer.allocateDirect(BUFFER).order(shape.order());
    }

    /** Adds an event to the tracing data. */
    public PerfDataWriter format(EventFormat format) {
        formats.event(format);
        return this;
    }

    /** Adds an event to record and tells its place. */
    public int attr(PerfAttr attr) {
        if (dataStart >= 0) {
            throw new IllegalStateException("attributes come before samples");
        }
        attrs.add(attr);
        return attrs.size() - 1;
    }

    /** CPUs of the machine, 1 without. */
    public PerfDataWriter cpus(int count) {
        cpus = count;
        return this;
    }

    private FileBytes bytes() {
        return new FileBytes(shape.order());
    }

    private boolean big() {
        return shape.order() == ByteOrder.BIG_ENDIAN;
    }

    private byte[] attrBytes(PerfAttr attr) {
        FileBytes bytes = bytes().u32(attr.type())
                .u32(shape.attrBytes())
                .u64(attr.config())
                .u64(1);
        bytes.u64(attr.sampleType())
                .u64(attr.readFormat())
                .u64(flags(attr))
                .u32(0)
                .u32(0)
                .u64(0)
                .u64(0);
        bytes.u64(0).u64(3).u32(16).u32(Math.max(0, attr.clockid())).u64(1);
        byte[] whole =
                bytes.zeros(Math.max(0, shape.attrBytes() - bytes.size())).toArray();
        return java.util.Arrays.copyOf(whole, shape.attrBytes());
    }

    /** Bit fields count from the lowest bit, on a machine of big endian from the highest. */
    private long flags(PerfAttr attr) {
        long flags = (attr.sampleIdAll() ? 1L << 18 : 0) | (attr.clockid() >= 0 ? 1L << 25 : 0);
        return big() ? Long.reverse(flags) : flags;
    }

    private byte[] tracingData() {
        FileBytes bytes = bytes().bytes((byte) 0x17, (byte) 0x08, (byte) 0x44).text("tracing");
        bytes.cString("0.6").u8(big() ? 1 : 0).u8(8).u32(4096);
        bytes.bytes(formats.headerInfo()).bytes(formats.ftraceFormats()).bytes(formats.eventFormats());
        return bytes.u32(0).u32(0).u64(0).toArray();
    }

    private void begin() throws IOException {
        if (dataStart >= 0) {
            return;
        }
        dataStart = 0;
        if (shape.pipe()) {
            write(bytes().text(magic()).u64(16).toArray());
            for (PerfAttr attr : attrs) {
                FileBytes body = bytes().bytes(attrBytes(attr));
                attr.ids().forEach(body::u64);
                write(record(HEADER_ATTR, 0, body));
                if (!attr.ids().isEmpty()) {
                    byte[] name = bytes().cString(attr.name()).toArray();
                    FileBytes update = bytes().u64(2).u64(attr.ids().get(0)).bytes(name);
                    write(record(EVENT_UPDATE, 0, update.zeros(-name.length & 7)));
                }
            }
            for (Feature feature : features()) {
                write(record(FEATURE, 0, bytes().u64(feature.number).bytes(feature.body)));
            }
            byte[] data = tracingData();
            byte[] tracing = java.util.Arrays.copyOf(data, data.length + 7 & ~7);
            write(record(TRACING_DATA, 0, bytes().u32(tracing.length).u32(0)));
            write(tracing);
            return;
        }
        FileBytes ids = bytes();
        FileBytes table = bytes();
        for (PerfAttr attr : attrs) {
            table.bytes(attrBytes(attr))
                    .u64(HEADER_BYTES + ids.size())
                    .u64(8L * attr.ids().size());
            attr.ids().forEach(ids::u64);
        }
        dataStart = HEADER_BYTES + ids.size() + table.size();
        write(header(0, ids.size(), table.size()));
        write(ids.toArray());
        write(table.toArray());
    }

    private String magic() {
        return big() ? "2ELIFREP" : "PERFILE2";
    }

    private byte[] header(long dataBytes, int ids, int table) {
        long features = 1L << 1;
        for (Feature feature : features()) {
            features |= 1L << feature.number;
        }
        return bytes().text(magic())
                .u64(HEADER_BYTES)
                .u64(shape.attrBytes() + 16)
                .u64(HEADER_BYTES + ids)
                .u64(table)
                .u64(dataStart)
                .u64(dataBytes)
                .u64(0)
                .u64(0)
                .u64(features)
                .u64(0)
                .u64(0)
                .u64(0)
                .toArray();
    }

    private record Feature(int number, byte[] body) {}

    private List<Feature> features() {
        FileBytes events = bytes().u32(attrs.size()).u32(shape.attrBytes());
        for (PerfAttr attr : attrs) {
            events.bytes(attrBytes(attr)).u32(attr.ids().size()).bytes(string(attr.name()));
            attr.ids().forEach(events::u64);
        }
        List<Feature> all = new ArrayList<>();
        all.add(new Feature(3, string("synthetic")));
        all.add(new Feature(4, string("6.1.0-synthetic")));
        all.add(new Feature(6, string(big() ? "ppc64" : "x86_64")));
        all.add(new Feature(7, bytes().u32(cpus).u32(cpus).toArray()));
        all.add(new Feature(12, events.toArray()));
        if (shape.packing() != PerfShape.Packing.NONE) {
            all.add(new Feature(
                    27, bytes().u32(1).u32(1).u32(1).u32(15).u32(BUFFER).toArray()));
        }
        return all;
    }

    private byte[] string(String text) {
        int padded = text.length() + 64 & ~63;
        return bytes().u32(padded).text(text).zeros(padded - text.length()).toArray();
    }

    private byte[] record(int type, int misc, FileBytes body) {
        byte[] bytes = body.toArray();
        return bytes().u32(type).u16(misc).u16(8 + bytes.length).bytes(bytes).toArray();
    }

    /** A sample. {@code id} is one of the attribute's; {@code raw} a tracepoint's record, which may be null. */
    public void sample(int attr, long id, long ns, int cpu, int tid, byte[] raw) throws IOException {
        sample(attr, id, ns, cpu, tid, raw == null ? new byte[0] : raw, 0, raw == null ? 0 : raw.length);
    }

    /** As above, with the record within larger bytes. */
    public void sample(int attr, long id, long ns, int cpu, int tid, byte[] raw, int from, int length)
            throws IOException {
        begin();
        if (out.remaining() < length + 1024) {
            flush();
        }
        PerfAttr of = attrs.get(attr);
        int start = out.position();
        out.putInt(SAMPLE).putShort((short) 1).putShort((short) 0);
        word(of, PerfAttr.IDENTIFIER, id);
        word(of, PerfAttr.IP, 0x1000 + tid);
        if (of.samples(PerfAttr.TID)) {
            out.putInt(tid).putInt(tid);
        }
        word(of, PerfAttr.TIME, ns);
        word(of, PerfAttr.ADDR, 0x2000 + tid);
        word(of, PerfAttr.ID, id);
        word(of, PerfAttr.STREAM_ID, id);
        if (of.samples(PerfAttr.CPU)) {
            out.putInt(cpu).putInt(0);
        }
        word(of, PerfAttr.PERIOD, 1);
        read(of);
        if (of.samples(PerfAttr.CALLCHAIN)) {
            out.putLong(2).putLong(-128).putLong(ns);
        }
        if (of.samples(PerfAttr.RAW)) {
            int padded = (4 + length + 7 & ~7) - 4;
            out.putInt(padded).put(raw, from, length);
            zeros(padded - length);
        }
        behindRaw(of);
        out.putShort(start + 6, (short) (out.position() - start));
    }

    private void word(PerfAttr attr, long bit, long value) {
        if (attr.samples(bit)) {
            out.putLong(value);
        }
    }

    private void zeros(int count) {
        for (int i = 0; i < count; i++) {
            out.put((byte) 0);
        }
    }

    private void read(PerfAttr of) {
        if (!of.samples(PerfAttr.READ)) {
            return;
        }
        int times = 8 * Long.bitCount(of.readFormat() & 3);
        int each = 8 + 8 * Long.bitCount(of.readFormat() & (1 << 2 | 1 << 4));
        if ((of.readFormat() & 1 << 3) != 0) {
            out.putLong(2);
            zeros(times + 2 * each);
        } else {
            zeros(times + each);
        }
    }

    /** Branches, registers and the rest; masks as {@link #attrBytes} sets them. */
    private void behindRaw(PerfAttr of) {
        if (of.samples(PerfAttr.BRANCH_STACK)) {
            out.putLong(1);
            zeros(24);
        }
        if (of.samples(PerfAttr.REGS_USER)) {
            out.putLong(2).putLong(7).putLong(8);
        }
        if (of.samples(PerfAttr.STACK_USER)) {
            out.putLong(16);
            zeros(16);
            out.putLong(8);
        }
        zeros(8 * Long.bitCount(of.sampleType() & PerfAttr.WORDS_BEHIND_STACK));
        if (of.samples(PerfAttr.REGS_INTR)) {
            out.putLong(2).putLong(9);
        }
        zeros(8 * Long.bitCount(of.sampleType() & PerfAttr.WORDS_BEFORE_AUX));
        if (of.samples(PerfAttr.AUX)) {
            out.putLong(8).putLong(1);
        }
    }

    /** Events of a CPU that were lost, told at a time. */
    public void lost(int attr, long id, long ns, int cpu, long count) throws IOException {
        FileBytes body = bytes().u64(id).u64(count);
        kernelRecord(LOST, body, attr, id, ns, cpu, 0);
    }

    /** A task's name. */
    public void comm(int attr, long id, long ns, int cpu, int tid, String name) throws IOException {
        FileBytes body = bytes().u32(tid).u32(tid).cString(name);
        kernelRecord(COMM, body.zeros(-body.size() & 7), attr, id, ns, cpu, tid);
    }

    private void kernelRecord(int type, FileBytes body, int attr, long id, long ns, int cpu, int tid)
            throws IOException {
        PerfAttr of = attrs.get(attr);
        if (of.sampleIdAll()) {
            if (of.samples(PerfAttr.TID)) {
                body.u32(tid).u32(tid);
            }
            for (long bit : new long[] {PerfAttr.TIME, PerfAttr.ID, PerfAttr.STREAM_ID}) {
                if (of.samples(bit)) {
                    body.u64(bit == PerfAttr.TIME ? ns : id);
                }
            }
            if (of.samples(PerfAttr.CPU)) {
                body.u32(cpu).u32(0);
            }
            if (of.samples(PerfAttr.IDENTIFIER)) {
                body.u64(id);
            }
        }
        record(type, 0, body.toArray());
    }

    /** Any record of the kernel. */
    public void record(int type, int misc, byte[] body) throws IOException {
        begin();
        if (out.remaining() < 8 + body.length) {
            flush();
        }
        out.putInt(type)
                .putShort((short) misc)
                .putShort((short) (8 + body.length))
                .put(body);
    }

    /** Ends a round. */
    public void finishedRound() throws IOException {
        toolRecord(FINISHED_ROUND, new byte[0]);
    }

    /** Any record of the tool: never compressed. */
    public void toolRecord(int type, byte[] body) throws IOException {
        begin();
        flush();
        write(record(type, 0, bytes().bytes(body)));
    }

    private void flush() throws IOException {
        out.flip();
        if (shape.packing() == PerfShape.Packing.NONE) {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } else if (out.hasRemaining()) {
            pack();
        }
        out.clear();
    }

    /** One stream over the whole file, flushed here. */
    private void pack() throws IOException {
        if (zstd == null) {
            zstd = new ZstdCompressCtx();
            zstd.setLevel(1);
        }
        boolean done = false;
        while (!done) {
            packed.clear();
            done = zstd.compressDirectByteBufferStream(packed, out, EndDirective.FLUSH);
            packed.flip();
            byte[] bytes = new byte[packed.remaining()];
            packed.get(bytes);
            FileBytes body = bytes();
            if (shape.packing() == PerfShape.Packing.COMPRESSED2) {
                body.u64(bytes.length).bytes(bytes).zeros(-bytes.length & 7);
            } else {
                body.bytes(bytes);
            }
            write(record(shape.packing().recordType(), 0, body));
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            channel.write(from);
        }
    }

    /** Ends the file: features, and the size of the data. */
    @Override
    public void close() throws IOException {
        begin();
        flush();
        if (!shape.pipe()) {
            long dataEnd = channel.position();
            List<Feature> all = new ArrayList<>(features());
            all.add(0, new Feature(1, tracingData()));
            FileBytes table = bytes();
            FileBytes bodies = bytes();
            for (Feature feature : all) {
                table.u64(dataEnd + 16L * all.size() + bodies.size()).u64(feature.body.length);
                bodies.bytes(feature.body);
            }
            write(table.toArray());
            write(bodies.toArray());
            int ids = 8 * attrs.stream().mapToInt(attr -> attr.ids().size()).sum();
            int attrTable = attrs.size() * (shape.attrBytes() + 16);
            ByteBuffer header = ByteBuffer.wrap(header(dataEnd - dataStart, ids, attrTable));
            channel.write(header, 0);
        }
        if (zstd != null) {
            zstd.close();
        }
        channel.close();
        formats.close();
    }
}
