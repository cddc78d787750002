package dev.hindsight.parsers.arrow;

import dev.hindsight.parsers.table.BytesRun;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TextData;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Makes bytes from a trace into valid UTF-8, which Arrow asks for: what is none becomes U+FFFD. */
public final class Utf8 {

    private Utf8() {}

    /** The same array where it is valid already. */
    public static byte[] valid(byte[] bytes) {
        if (isAscii(bytes, 0, bytes.length)) {
            return bytes;
        }
        byte[] made = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(made, bytes) ? bytes : made;
    }

    /** The same run where the first {@code rows} rows are plain ASCII, as nearly all are. */
    public static BytesRun valid(BytesRun run, int rows) {
        if (isAscii(run.bytes(), 0, run.ends()[rows])) {
            return run;
        }
        TableSchema one = new TableSchema("texts", "", List.of(Column.nullable("text", ColumnType.TEXT, "")));
        TableBlock block = new TableBlock(one);
        TextData made = (TextData) block.column(0);
        for (int i = 0; i < rows; i++) {
            int row = block.addRow();
            made.setText(
                    row,
                    run.isNull(i)
                            ? null
                            : new String(run.bytes(), run.start(i), run.length(i), StandardCharsets.UTF_8));
        }
        return made.run();
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        int any = 0;
        for (int i = from; i < to; i++) {
            any |= bytes[i];
        }
        return any >= 0;
    }
}
