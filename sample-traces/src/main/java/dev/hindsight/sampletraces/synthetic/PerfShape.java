package dev.hindsight.sampletraces.synthetic;

import java.nio.ByteOrder;

/**
 * What holds for a whole perf.data file.
 *
 * @param order byte order of the recording machine
 * @param pipe whether it is written as into a pipe: attributes, features and tracing data as records
 * @param packing of the kernel's records
 * @param attrBytes of a {@code perf_event_attr}: 64 to 136, by the age of the kernel
 */
public record PerfShape(ByteOrder order, boolean pipe, Packing packing, int attrBytes) {

    /** How the kernel's records are put into records of the tool. */
    public enum Packing {
        NONE(0),
        COMPRESSED(81),
        COMPRESSED2(83);

        private final int type;

        Packing(int type) {
            this.type = type;
        }

        int recordType() {
            return type;
        }
    }

    public PerfShape {
        if (attrBytes < 64 || attrBytes % 8 != 0) {
            throw new IllegalArgumentException("an attribute of " + attrBytes + " bytes");
        }
    }

    /** A file of little endian as perf 6.1 writes it. */
    public static PerfShape file() {
        return new PerfShape(ByteOrder.LITTLE_ENDIAN, false, Packing.NONE, 128);
    }

    public PerfShape bigEndian() {
        return new PerfShape(ByteOrder.BIG_ENDIAN, pipe, packing, attrBytes);
    }

    public PerfShape asPipe() {
        return new PerfShape(order, true, packing, attrBytes);
    }

    public PerfShape with(Packing other) {
        return new PerfShape(order, pipe, other, attrBytes);
    }

    public PerfShape withAttrBytes(int bytes) {
        return new PerfShape(order, pipe, packing, bytes);
    }
}
