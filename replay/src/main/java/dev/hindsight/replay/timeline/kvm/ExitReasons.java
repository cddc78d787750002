package dev.hindsight.replay.timeline.kvm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Names and kinds of the exit reasons of an instruction-set architecture, from a table {@code exit-reasons-ISA.tsv} in
 * this package: code, name, kind. A code that is not in the table is its number in hex, of kind {@code other}.
 */
public final class ExitReasons {

    /**
     * A reason.
     *
     * @param name as the kernel's headers have it, without the common prefix, for instance {@code HLT}
     * @param kind the same over architectures, for instance {@code halt}
     */
    public record Reason(String name, String kind) {}

    /** Codes that a hostile recording makes up must not fill the heap. */
    private static final int MOST_UNKNOWN = 4096;

    private final String isa;
    private final Map<Long, Reason> byCode;
    private final Reason[] small = new Reason[256];
    private int unknown;

    private ExitReasons(String isa, Map<Long, Reason> byCode) {
        this.isa = isa;
        this.byCode = byCode;
        for (int code = 0; code < small.length; code++) {
            small[code] = byCode.get((long) code);
        }
    }

    /** An architecture's reasons; none where there is no table of it. */
    public static ExitReasons of(String isa) {
        String file = "exit-reasons-" + isa + ".tsv";
        Map<Long, Reason> byCode = new HashMap<>();
        try (InputStream in = ExitReasons.class.getResourceAsStream(file)) {
            if (in != null) {
                read(file, in, byCode);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
        return new ExitReasons(isa, byCode);
    }

    private static void read(String file, InputStream in, Map<Long, Reason> to) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            if (cells.length != 3 || to.put(Long.decode(cells[0]), new Reason(cells[1], cells[2])) != null) {
                throw new IOException(file + ": expected a new code, a name and a kind, found '" + line + "'");
            }
        }
    }

    /** As in column {@code isa} of {@code vm_exit}. */
    String isa() {
        return isa;
    }

    /** The lowest code of a kind, -1 where the architecture has none. */
    public long codeOfKind(String kind) {
        long lowest = -1;
        for (Map.Entry<Long, Reason> entry : byCode.entrySet()) {
            boolean lower = lowest < 0 || entry.getKey() < lowest;
            if (entry.getValue().kind().equals(kind) && lower) {
                lowest = entry.getKey();
            }
        }
        return lowest;
    }

    /** The reason of a code without flag bits; never null. */
    public Reason reason(long code) {
        if (code >= 0 && code < small.length && small[(int) code] != null) {
            return small[(int) code];
        }
        Reason known = byCode.get(code);
        if (known != null) {
            return known;
        }
        Reason named = new Reason("0x" + Long.toHexString(code), "other");
        if (unknown < MOST_UNKNOWN) {
            unknown++;
            byCode.put(code, named);
        }
        return named;
    }
}
