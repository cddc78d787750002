package dev.hindsight.replay.timeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Numbers of hypercalls that have names, from table {@code hypercalls-ppc.tsv} in this package: number, name. */
final class HypercallNumbers {

    private static final String TABLE = "hypercalls-ppc.tsv";

    private HypercallNumbers() {}

    /**
     * The number of a hypercall.
     *
     * @param text its name ({@code H_PUT_TERM_CHAR}), or the number itself, decimal or 0x-hexadecimal
     * @throws NumberFormatException where it is neither
     */
    static long number(String text) {
        if (!text.startsWith("H_")) {
            return Long.decode(text);
        }
        try (InputStream in = HypercallNumbers.class.getResourceAsStream(TABLE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf('\t');
                if (tab > 0 && line.substring(tab + 1).equals(text)) {
                    return Long.decode(line.substring(0, tab));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(TABLE, e);
        }
        throw new NumberFormatException(text);
    }
}
