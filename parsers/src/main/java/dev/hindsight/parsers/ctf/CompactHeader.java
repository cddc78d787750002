package dev.hindsight.parsers.ctf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * An event's header whose id and time, for most ids, are little-endian and within one word: LTTng's both, and those that
 * have no more than the two. Read here in one go; other ids go through {@link FieldDecoder}.
 *
 * <pre>
 *  31                              5 4      0      47                      16 15         0
 *  +--------------------------------+--------+      +------------------------+------------+
 *  | time 27                        | id 5   |      | time 32                | id 16      |
 *  +--------------------------------+--------+      +------------------------+------------+
 * </pre>
 */
final class CompactHeader {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int align;
    private final long idMask;
    private final long leastId;
    private final long mostId;
    private final int timeAt;
    private final int timeBits;

    private CompactHeader(int align, long idMask, long leastId, long mostId, int timeAt, int timeBits) {
        this.align = align;
        this.idMask = idMask;
        this.leastId = leastId;
        this.mostId = mostId;
        this.timeAt = timeAt;
        this.timeBits = timeBits;
    }

    /** Null where the program of a header is of another kind. */
    static CompactHeader of(FieldProgram p) {
        int bits = p.length == 0 ? 0 : (int) p.arg[0];
        if (p.align < 8 || !plain(p, 0, PacketRegisters.EVENT_ID) || bits > 32) {
            return null;
        }
        if (p.length > 1 && p.kind[1] == FieldProgram.CHOOSE && p.arg[1] == PacketRegisters.EVENT_ID) {
            FieldProgram.Choice choice = (FieldProgram.Choice) p.extra[1];
            for (int i = 0; i < choice.ranges(); i++) {
                CompactHeader header = at(p, bits, choice.target(i), choice.from(i), choice.to(i));
                if (header != null && choice.isFirst(i)) {
                    return header;
                }
            }
            return null;
        }
        return at(p, bits, 1, 0, (1L << bits) - 1);
    }

    /** Where nothing but the time follows from an operation on. */
    private static CompactHeader at(FieldProgram p, int idBits, int operation, long from, long to) {
        int op = operation;
        int time = idBits;
        while (op < p.length && p.kind[op] == FieldProgram.ALIGN && p.arg[op] <= p.align) {
            time = time + (int) p.arg[op] - 1 & -(int) p.arg[op];
            op++;
        }
        if (!plain(p, op, FieldProgram.NONE) || (p.flags[op] & FieldProgram.CLOCK) == 0 || time + p.arg[op] > 64) {
            return null;
        }
        int end = op + 1;
        while (end < p.length && p.kind[end] == FieldProgram.JUMP) {
            end = (int) p.arg[end];
        }
        return end == p.length && from >= 0 && from <= to
                ? new CompactHeader(p.align, (1L << idBits) - 1, from, to, time, (int) p.arg[op])
                : null;
    }

    private static boolean plain(FieldProgram p, int op, int register) {
        return op < p.length
                && p.kind[op] == FieldProgram.INTEGER
                && (p.flags[op] & (FieldProgram.BIG | FieldProgram.SIGNED)) == 0
                && p.register[op] == register
                && (register == FieldProgram.NONE || (p.flags[op] & FieldProgram.CLOCK) == 0);
    }

    /**
     * Reads a header that begins at or behind bit {@code at}, as {@link FieldDecoder#run} would.
     *
     * @return the bit behind, or -1 where the header is not a compact one, or not so far from the limit
     */
    long read(FieldDecoder decoder, byte[] bytes, long at, long limit) {
        long begin = at + align - 1 & -align;
        int first = (int) (begin >>> 3);
        long end = begin + timeAt + timeBits;
        if (end > limit || first + 8 > bytes.length) {
            return -1;
        }
        long word = (long) LONG.get(bytes, first);
        long id = word & idMask;
        if (id < leastId || id > mostId) {
            return -1;
        }
        decoder.registers[PacketRegisters.EVENT_ID] = id;
        decoder.clock(word << 64 - timeAt - timeBits >>> 64 - timeBits, timeBits);
        return end;
    }
}
