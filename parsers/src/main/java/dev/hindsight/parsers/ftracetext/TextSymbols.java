package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.table.SymbolTable;
import java.nio.charset.StandardCharsets;

/**
 * Addresses for what the text names instead: functions of the kernel and constant texts. The text has no addresses, so
 * each name is given one that no kernel uses, 64 KiB apart, which this then resolves to the name again.
 *
 * <pre>
 *  63                 48 47                              16 15                    0
 *  +--------------------+----------------------------------+----------------------+
 *  |       0x5359       |       number of the name         |  offset into it      |
 *  +--------------------+----------------------------------+----------------------+
 * </pre>
 */
final class TextSymbols implements SymbolResolver {

    private static final long BASE = 0x5359_0000_0000_0000L;
    private static final long BASE_MASK = 0xFFFF_0000_0000_0000L;
    private static final int OFFSET_BITS = 16;

    /** Names kept; far more than a recording has. What is over has address 0. */
    private static final int MOST_NAMES = 1 << 16;

    /** Upper bits of the stand-ins for addresses that the text hides. */
    private static final long HIDDEN = 0x5348_0000_0000_0000L;

    private final SymbolTable names = new SymbolTable();
    private long hiddenCount;

    /** The address of a name. */
    long address(byte[] from, int offset, int length) {
        if (length <= 0 || names.size() >= MOST_NAMES) {
            return 0;
        }
        return BASE | (long) names.code(from, offset, length) << OFFSET_BITS;
    }

    /** A stand-in for an address that the text hides: another one each time. */
    long hidden() {
        return HIDDEN | ++hiddenCount & ~BASE_MASK;
    }

    /** Whether an address is such a stand-in. */
    static boolean isHidden(long address) {
        return (address & BASE_MASK) == HIDDEN;
    }

    /** An address some bytes behind a name's, as {@code name+0x12} shows. */
    static long behind(long address, long offset) {
        return address == 0 ? 0 : address | Math.min(offset & Long.MAX_VALUE, (1L << OFFSET_BITS) - 1);
    }

    /** The name at exactly this address, null where there is none. */
    String nameAt(long address) {
        int symbol = find(address);
        return symbol < 0 || address(symbol) != address ? null : name(symbol);
    }

    @Override
    public int find(long address) {
        long code = (address & ~BASE_MASK) >>> OFFSET_BITS;
        return (address & BASE_MASK) == BASE && code < names.size() ? (int) code : -1;
    }

    @Override
    public String name(int symbol) {
        return names.text(symbol);
    }

    @Override
    public long address(int symbol) {
        return BASE | (long) symbol << OFFSET_BITS;
    }

    @Override
    public long addressOf(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        return address(utf8, 0, utf8.length);
    }

    @Override
    public String printkFormat(long address) {
        return nameAt(address);
    }
}
