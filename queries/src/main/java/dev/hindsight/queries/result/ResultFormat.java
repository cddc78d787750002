package dev.hindsight.queries.result;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/** How results are written: {@code --format}. */
public enum ResultFormat {
    /** For people: aligned columns, times in the unit that fits. */
    TABLE,
    /** For programs: an array of one object a row; 64-bit integers as numbers, binary as hex, NaN as null. */
    JSON,
    /** RFC 4180, a header line first; null is an empty field, the empty text is {@code ""}. */
    CSV;

    /** Writes all rows from where the result stands; does not close either. */
    public void write(QueryResult result, Writer to) throws IOException {
        switch (this) {
            case TABLE -> TableText.write(result, to);
            case JSON -> JsonText.write(result, to);
            case CSV -> CsvText.write(result, to);
        }
        to.flush();
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
