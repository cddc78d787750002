package dev.hindsight.parsers.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The symbols of a recording's kallsyms text, held as that text and two sorted primitive arrays: 200,000 symbols take
 * 4 MB beside the text.
 *
 * <p>Lines are {@code ADDRESS TYPE NAME [MODULE]}. As trace-cmd does, absolute symbols ({@code A}: on x86 the offsets of
 * per-CPU variables) and ARM's mapping symbols ({@code $a}) are passed over. Lines that make no sense are, too.
 */
public final class KernelSymbols implements SymbolResolver {

    private final byte[] text;
    private final long[] addresses;
    private final int[] names;
    private final Map<Long, String> printk;
    private final Map<String, Long> byName = new HashMap<>();

    private KernelSymbols(byte[] text, long[] addresses, int[] names, Map<Long, String> printk) {
        this.text = text;
        this.addresses = addresses;
        this.names = names;
        this.printk = printk;
    }

    /**
     * Reads the two texts of a recording; either may be empty.
     *
     * @param kallsyms kept, not copied
     * @param printkFormats lines {@code 0xADDRESS : "TEXT"}
     */
    public static KernelSymbols of(byte[] kallsyms, byte[] printkFormats) {
        int lines = 1;
        for (byte b : kallsyms) {
            lines += b == '\n' ? 1 : 0;
        }
        long[] addresses = new long[lines];
        int[] names = new int[lines];
        int count = 0;
        int at = 0;
        while (at < kallsyms.length) {
            int end = lineEnd(kallsyms, at);
            int name = nameStart(kallsyms, at, end);
            if (name >= 0) {
                addresses[count] = hex(kallsyms, at, end);
                names[count++] = name;
            }
            at = end + 1;
        }
        addresses = Arrays.copyOf(addresses, count);
        names = Arrays.copyOf(names, count);
        sort(addresses, names);
        return new KernelSymbols(kallsyms, addresses, names, printk(printkFormats));
    }

    private static int lineEnd(byte[] text, int from) {
        int end = from;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Where the name stands in a line, or -1 where the line has none that counts. */
    private static int nameStart(byte[] text, int from, int end) {
        int at = from;
        while (at < end && Character.digit(text[at], 16) >= 0) {
            at++;
        }
        if (at == from || at - from > 16 || at + 3 >= end || text[at] != ' ' || text[at + 2] != ' ') {
            return -1;
        }
        boolean absolute = text[at + 1] == 'A' || text[at + 1] == 'a';
        return absolute || text[at + 3] == '$' ? -1 : at + 3;
    }

    private static long hex(byte[] text, int from, int end) {
        long value = 0;
        for (int at = from; at < end && Character.digit(text[at], 16) >= 0; at++) {
            value = value << 4 | Character.digit(text[at], 16);
        }
        return value;
    }

    /** Sorts by unsigned address, keeping the text's order among equal ones: kallsyms is nearly sorted already. */
    private static void sort(long[] addresses, int[] names) {
        int n = addresses.length;
        long[] addressesTo = new long[n];
        int[] namesTo = new int[n];
        long[] a = addresses;
        int[] b = names;
        for (int width = 1; width < n; width *= 2) {
            for (int start = 0; start < n; start += 2 * width) {
                int middle = Math.min(start + width, n);
                int end = Math.min(start + 2 * width, n);
                int i = start;
                int j = middle;
                for (int k = start; k < end; k++) {
                    boolean first = i < middle && (j >= end || Long.compareUnsigned(a[i], a[j]) <= 0);
                    int from = first ? i++ : j++;
                    addressesTo[k] = a[from];
                    namesTo[k] = b[from];
                }
            }
            long[] spare = a;
            a = addressesTo;
            addressesTo = spare;
            int[] spareNames = b;
            b = namesTo;
            namesTo = spareNames;
        }
        if (a != addresses) {
            System.arraycopy(a, 0, addresses, 0, n);
            System.arraycopy(b, 0, names, 0, n);
        }
    }

    private static Map<Long, String> printk(byte[] formats) {
        Map<Long, String> printk = new HashMap<>();
        for (String line : new String(formats, StandardCharsets.UTF_8).split("\n")) {
            int colon = line.indexOf(" : ");
            int open = line.indexOf('"');
            int close = line.lastIndexOf('"');
            if (colon < 2 || !line.startsWith("0x") || open < colon || close <= open) {
                continue;
            }
            byte[] address = line.substring(2, colon).strip().getBytes(StandardCharsets.US_ASCII);
            printk.put(hex(address, 0, address.length), unescaped(line.substring(open + 1, close)));
        }
        return printk;
    }

    /** The kernel escapes only newlines, tabs and the like; a last newline is the line's own. */
    private static String unescaped(String text) {
        String plain = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"");
        return plain.endsWith("\n") ? plain.substring(0, plain.length() - 1) : plain;
    }

    /** How many symbols there are. */
    public int size() {
        return addresses.length;
    }

    @Override
    public int find(long address) {
        int low = 0;
        int high = addresses.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // nothing tells where the last symbol ends, so only its own address is in it
        return low == 0 || (low == addresses.length && addresses[low - 1] != address) ? -1 : low - 1;
    }

    @Override
    public String name(int symbol) {
        int start = names[symbol];
        int end = start;
        while (end < text.length && text[end] > ' ') {
            end++;
        }
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    @Override
    public long address(int symbol) {
        return addresses[symbol];
    }

    @Override
    public long addressOf(String name) {
        return byName.computeIfAbsent(name, this::scan);
    }

    private long scan(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < names.length; i++) {
            int start = names[i];
            int end = start + bytes.length;
            boolean ends = end == text.length || (end < text.length && text[end] <= ' ');
            if (ends && Arrays.equals(text, start, end, bytes, 0, bytes.length)) {
                return addresses[i];
            }
        }
        return 0;
    }

    @Override
    public String printkFormat(long address) {
        return printk.get(address);
    }
}
