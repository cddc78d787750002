package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.FieldProgram.Choice;
import dev.hindsight.parsers.ctf.FieldProgram.Loop;
import dev.hindsight.parsers.ctf.tsdl.FieldType.EnumType;
import dev.hindsight.parsers.ringbuffer.NameCache;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.TextData;
import java.nio.charset.StandardCharsets;

/** Runs a {@link FieldProgram} over the bits of a packet; keeps what it read there for what follows. */
final class FieldDecoder {

    /** Instead of a position: the fields go on behind the limit. */
    static final long BEYOND = -1;

    /** Instead of a position: {@link #expected} and {@link #found} tell what is wrong. */
    static final long WRONG = -2;

    /** Rounds of loops that take no bit at all, in one run: more of them are a trap. */
    private static final int MOST_EMPTY_ROUNDS = 256;

    /** Elements of one list. */
    private static final long MOST_ELEMENTS = 1 << 22;

    /** Characters of a text made of an array; longer ones end with three dots. */
    private static final int MOST_TEXT = 1 << 20;

    private static final byte[] NOTHING = {};

    /** Values that others depend on. */
    final long[] registers;

    /** The clock, in its own values, as far as they were read. */
    long cycles;

    String expected = "";
    String found = "";

    private final long[] round;
    private final long[] rounds;
    private final long[] roundAt;
    private final StringBuilder text = new StringBuilder();
    private byte[] unaligned = NOTHING;

    FieldDecoder(int registers, int loops) {
        this.registers = new long[registers];
        round = new long[loops];
        rounds = new long[loops];
        roundAt = new long[loops];
    }

    /** Moves the clock to a value of which only the low {@code size} bits are known, forwards. */
    void clock(long value, int size) {
        if (size == 64) {
            cycles = value;
            return;
        }
        long mask = (1L << size) - 1;
        long low = cycles & mask;
        cycles = (cycles & ~mask) + (value < low ? mask + 1 : 0) | value;
    }

    private long wrong(String expected, String found) {
        this.expected = expected;
        this.found = found;
        return WRONG;
    }

    private static long aligned(long at, long align) {
        return at + align - 1 & -align;
    }

    /**
     * Runs a program from bit {@code at} of {@code bytes}; alignment counts from bit 0.
     *
     * @param limit the first bit that is not to be read
     * @param to where values go, null for nowhere; ready for the row
     * @param row of the block
     * @return the bit behind, {@link #BEYOND} or {@link #WRONG}
     */
    long run(FieldProgram p, byte[] bytes, long at, long limit, RowTargets to, int row) {
        long pos = aligned(at, p.align);
        if (pos > limit) {
            return BEYOND;
        }
        int empty = 0;
        int op = 0;
        while (op < p.length) {
            int flags = p.flags[op];
            switch (p.kind[op]) {
                case FieldProgram.ALIGN -> {
                    pos = aligned(pos, p.arg[op]);
                    if (pos > limit) {
                        return BEYOND;
                    }
                }
                case FieldProgram.INTEGER -> {
                    int size = (int) p.arg[op];
                    if (pos + size > limit) {
                        return BEYOND;
                    }
                    integer(
                            p,
                            op,
                            flags,
                            BitReader.read(
                                    bytes,
                                    pos,
                                    size,
                                    (flags & FieldProgram.SIGNED) != 0,
                                    (flags & FieldProgram.BIG) != 0),
                            to,
                            row);
                    pos += size;
                }
                case FieldProgram.FLOAT -> {
                    int size = (int) p.arg[op];
                    if (pos + size > limit) {
                        return BEYOND;
                    }
                    if (to != null) {
                        floating(
                                p,
                                op,
                                BitReader.read(bytes, pos, size, false, (flags & FieldProgram.BIG) != 0),
                                to,
                                row);
                    }
                    pos += size;
                }
                case FieldProgram.STRING -> {
                    int start = (int) (pos >>> 3);
                    int end = start;
                    int most = (int) (limit >>> 3);
                    while (end < most && bytes[end] != 0) {
                        end++;
                    }
                    if (end == most) {
                        return BEYOND;
                    }
                    if (to != null) {
                        characters(p, op, bytes, start, end - start, to, row);
                    }
                    pos = (end + 1L) << 3;
                }
                case FieldProgram.CHARACTERS -> {
                    long count = count(p, op);
                    if (count < 0) {
                        return WRONG;
                    }
                    if (count > limit - pos >>> 3) {
                        return BEYOND;
                    }
                    if (to != null && p.extra[op] instanceof NameCache names && (pos & 7) == 0) {
                        SymbolData symbols = (SymbolData) to.data(p.column[op]);
                        to.set(p.column[op], row, names.code(symbols.symbols(), bytes, (int) (pos >>> 3)));
                    } else if (to != null) {
                        charactersAt(p, op, bytes, pos, (int) count, to, row);
                    }
                    pos += count << 3;
                }
                case FieldProgram.INTEGERS -> {
                    long count = count(p, op);
                    int size = flags & FieldProgram.SIZE;
                    if (count < 0) {
                        return WRONG;
                    }
                    if (count > (limit - pos) / size) {
                        return BEYOND;
                    }
                    if (count > MOST_ELEMENTS) {
                        return wrong("an array of at most " + MOST_ELEMENTS + " integers", count + " of them");
                    }
                    if (p.register[op] >= 0) {
                        registers[p.register[op]] = pos;
                    }
                    if (to != null && p.column[op] >= 0) {
                        integers(flags, bytes, pos, size, count, (LongListData) to.data(p.column[op]));
                    }
                    pos += count * size;
                }
                case FieldProgram.CHOOSE -> {
                    Choice choice = (Choice) p.extra[op];
                    long tag = registers[(int) p.arg[op]];
                    op = choice.of(tag);
                    if (op < 0) {
                        return wrong("an option of the variant " + choice.name(), "tag " + tag);
                    }
                    continue;
                }
                case FieldProgram.JUMP -> {
                    op = (int) p.arg[op];
                    continue;
                }
                case FieldProgram.LOOP -> {
                    long count = count(p, op);
                    Loop loop = (Loop) p.extra[op];
                    if (count < 0) {
                        return WRONG;
                    }
                    if (loop.roundBits > 0 && count > (limit - pos) / loop.roundBits) {
                        return BEYOND;
                    }
                    round[loop.number] = 0;
                    roundAt[loop.number] = pos;
                    rounds[loop.number] = count;
                    if (count == 0) {
                        op = loop.end;
                        continue;
                    }
                    roundText(loop, to);
                }
                case FieldProgram.NEXT -> {
                    Loop loop = (Loop) p.extra[(int) p.arg[op]];
                    if (pos == roundAt[loop.number] && ++empty > MOST_EMPTY_ROUNDS) {
                        return wrong("at most " + MOST_EMPTY_ROUNDS + " elements without a bit", "more");
                    }
                    roundAt[loop.number] = pos;
                    if (++round[loop.number] < rounds[loop.number]) {
                        roundText(loop, to);
                        op = (int) p.arg[op] + 1;
                        continue;
                    }
                }
                case FieldProgram.WORDS -> {
                    if (to != null) {
                        text.append((String) p.extra[op]);
                        shorten();
                    }
                }
                default -> {
                    if (to != null) {
                        to.data(p.column[op]).setText(row, text.toString());
                    }
                    text.setLength(0);
                }
            }
            op++;
        }
        return pos;
    }

    private void shorten() {
        if (text.length() > MOST_TEXT) {
            text.setLength(MOST_TEXT);
            text.append("...");
        }
    }

    private void roundText(Loop loop, RowTargets to) {
        if (to != null && loop.toText) {
            text.append(round[loop.number] == 0 ? " [" : ", [")
                    .append(round[loop.number])
                    .append("] = ");
            shorten();
        }
    }

    /** How many elements; -1 where that is no number of them. */
    private long count(FieldProgram p, int op) {
        if ((p.flags[op] & FieldProgram.COUNTED) == 0) {
            return p.arg[op];
        }
        long count = registers[(int) p.arg[op]];
        if (count < 0 || count > Integer.MAX_VALUE) {
            wrong("the length of a sequence", Long.toUnsignedString(count));
            return -1;
        }
        return count;
    }

    private void integer(FieldProgram p, int op, int flags, long value, RowTargets to, int row) {
        int register = p.register[op];
        if (register >= 0) {
            registers[register] = value;
        }
        if ((flags & FieldProgram.CLOCK) != 0) {
            clock(value, (int) p.arg[op]);
        }
        if (to == null) {
            return;
        }
        int column = p.column[op];
        if (column >= 0) {
            to.set(column, row, value + p.plus[op]);
        } else if ((flags & FieldProgram.TO_TEXT) != 0) {
            integerText(p, op, flags, value);
        }
    }

    private void integerText(FieldProgram p, int op, int flags, long value) {
        EnumType names = p.enumeration(op);
        String name = names == null ? null : names.labelOf(value);
        if (name != null) {
            text.append(name);
        } else if ((flags & FieldProgram.HEX) != 0) {
            int unused = 64 - (int) p.arg[op];
            text.append("0x").append(Long.toHexString(value << unused >>> unused));
        } else if ((flags & FieldProgram.SIGNED) != 0) {
            text.append(value);
        } else {
            text.append(Long.toUnsignedString(value));
        }
    }

    private void floating(FieldProgram p, int op, long bits, RowTargets to, int row) {
        double value = p.arg[op] == 32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
        int column = p.column[op];
        if (column >= 0) {
            to.set(column, row, value);
        } else if ((p.flags[op] & FieldProgram.TO_TEXT) != 0) {
            text.append(value);
        }
    }

    private void charactersAt(FieldProgram p, int op, byte[] bytes, long pos, int count, RowTargets to, int row) {
        byte[] from = bytes;
        int start = (int) (pos >>> 3);
        if ((pos & 7) != 0) {
            boolean big = (p.flags[op] & FieldProgram.BIG) != 0;
            if (unaligned.length < count) {
                unaligned = new byte[count];
            }
            for (int i = 0; i < count; i++) {
                unaligned[i] = (byte) BitReader.read(bytes, pos + 8L * i, 8, false, big);
            }
            from = unaligned;
            start = 0;
        }
        int length = 0;
        while (length < count && from[start + length] != 0) {
            length++;
        }
        characters(p, op, from, start, length, to, row);
    }

    private void characters(FieldProgram p, int op, byte[] from, int start, int length, RowTargets to, int row) {
        int column = p.column[op];
        if (column >= 0) {
            if (to.data(column) instanceof TextData texts) {
                texts.append(from, start, length);
            } else {
                to.set(column, row, ((SymbolData) to.data(column)).symbols().code(from, start, length));
            }
        } else if ((p.flags[op] & FieldProgram.TO_TEXT) != 0) {
            text.append('"')
                    .append(new String(from, start, length, StandardCharsets.UTF_8))
                    .append('"');
        }
    }

    private static void integers(int flags, byte[] bytes, long pos, int size, long count, LongListData to) {
        boolean signed = (flags & FieldProgram.SIGNED) != 0;
        boolean big = (flags & FieldProgram.BIG) != 0;
        for (long i = 0; i < count; i++) {
            to.add(BitReader.read(bytes, pos + i * size, size, signed, big));
        }
        to.endRow();
    }
}
