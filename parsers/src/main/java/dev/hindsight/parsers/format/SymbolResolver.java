package dev.hindsight.parsers.format;

/** Names of addresses in the traced kernel; {@link KernelSymbols} reads them from a recording, {@link #NONE} has none. */
public interface SymbolResolver {

    /** Knows no symbol: addresses read as hexadecimal numbers. */
    SymbolResolver NONE = new SymbolResolver() {
        @Override
        public int find(long address) {
            return -1;
        }

        @Override
        public String name(int symbol) {
            throw new IndexOutOfBoundsException(symbol);
        }

        @Override
        public long address(int symbol) {
            throw new IndexOutOfBoundsException(symbol);
        }

        @Override
        public long addressOf(String name) {
            return 0;
        }

        @Override
        public String printkFormat(long address) {
            return null;
        }
    };

    /** The symbol that an address lies in, or -1. */
    int find(long address);

    /** The name of a symbol that {@link #find} gave. */
    String name(int symbol);

    /** The first address of a symbol that {@link #find} gave. */
    long address(int symbol);

    /** The address of a named symbol, 0 where there is none. */
    long addressOf(String name);

    /** The constant text of {@code printk_formats} at an address, null where there is none. */
    String printkFormat(long address);
}
