package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TextData;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Names of device interrupts' handlers as Strings, made once per number as long as the handler stays the same. */
final class IrqNames {

    /** Numbers from here on cost a String each time. */
    private static final int KEPT = 8192;

    private final int column;
    private byte[][] utf8 = new byte[256][];
    private String[] names = new String[256];

    /** {@code column} of the name, -1 where the event has none. */
    IrqNames(int column) {
        this.column = column;
    }

    String name(TableBlock block, int row, int irq) {
        if (column < 0) {
            return "";
        }
        ColumnData data = block.column(column);
        if (!(data instanceof TextData text) || irq < 0 || irq >= KEPT) {
            String name = data.getText(row);
            return name == null ? "" : name;
        }
        if (irq >= names.length) {
            names = Arrays.copyOf(names, KEPT);
            utf8 = Arrays.copyOf(utf8, KEPT);
        }
        if (utf8[irq] == null || !text.equalsBytes(row, utf8[irq])) {
            String name = text.getText(row);
            names[irq] = name == null ? "" : name;
            utf8[irq] = names[irq].getBytes(StandardCharsets.UTF_8);
        }
        return names[irq];
    }
}
