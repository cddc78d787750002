package dev.hindsight.parsers.format;

import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.BytesRun;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import java.util.List;

/** Compares a row with the {@code field=value} pairs of {@code trace-cmd report -R}. */
final class RawFields {

    private final boolean bigEndian;

    RawFields(boolean bigEndian) {
        this.bigEndian = bigEndian;
    }

    /** What differs, null where nothing does. */
    String difference(EventType type, TableBlock block, int row, String theirs) {
        List<EventField> fields = type.print().event().fields();
        String rest = " " + theirs;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.get(i).name();
            if (!rest.startsWith(" " + name + "=")) {
                return "no " + name + "= at \"" + rest + "\"";
            }
            rest = rest.substring(name.length() + 2);
            int end = rest.length();
            if (i + 1 < fields.size()) {
                end = rest.indexOf(" " + fields.get(i + 1).name() + "=");
                if (end < 0) {
                    return "no " + fields.get(i + 1).name() + "= in \"" + rest + "\"";
                }
            }
            String value = rest.substring(0, end);
            ColumnData data = block.column(EventTables.FIRST_FIELD + i);
            if (!same(fields.get(i), type.print(), data, row, value)) {
                return name + "=" + value + " of \"" + theirs + "\"";
            }
            rest = rest.substring(end);
        }
        return null;
    }

    private boolean same(EventField field, PrintFormat print, ColumnData data, int row, String value) {
        return switch (field.kind()) {
            case STRING ->
                value.stripTrailing().equals(data.getText(row).stripTrailing()) || value.startsWith("ARRAY[");
            case INTEGER, POINTER, BOOL -> sameNumber(field, print, data.getLong(row), value.strip());
            case BYTES -> {
                BytesRun run = ((BinaryData) data).run();
                yield sameBytes(run.bytes(), run.start(row), run.length(row), value);
            }
            case INTEGERS -> {
                if (!field.type().endsWith("]") && field.place() != FieldPlace.FIXED) {
                    // the tool takes a __data_loc without brackets for the number that tells its place
                    yield !value.startsWith("ARRAY[");
                }
                byte[] bytes = bytes(field, (LongListData) data, row);
                yield sameBytes(bytes, 0, bytes.length, value);
            }
        };
    }

    private static boolean sameNumber(EventField field, PrintFormat print, long held, String value) {
        IntType bits = new IntType(field.elementBytes(), false);
        String digits = value;
        int radix = 10;
        int parenthesis = value.lastIndexOf("(0x");
        if (parenthesis >= 0 && value.endsWith(")")) {
            // a function's name with its address
            digits = value.substring(parenthesis + 1, value.length() - 1);
        }
        Conversion printed = printed(field, print);
        char conversion = printed == null ? 'd' : printed.conversion();
        long ours = printed == null ? held : narrowed(printed.arg(), held);
        if (conversion == 'c') {
            // the tool knows no %c and takes the conversion of the argument behind it, all of them hexadecimal
            return Long.parseUnsignedLong(value.startsWith("0x") ? value.substring(2) : value, 16) == ours;
        }
        if (conversion == 's') {
            // a pointer to a constant text: that text, or the address
            return !value.matches("[0-9a-f]+") || bits.bits(Long.parseUnsignedLong(value, 16)) == bits.bits(ours);
        }
        if (conversion == 'p' && !value.startsWith("0x") && !digits.startsWith("0x") && !value.equals("(nil)")) {
            // a function's name alone: the text with all symbols is compared on its own
            return !value.isEmpty();
        }
        if (value.equals("(nil)")) {
            return ours == 0;
        }
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            digits = digits.substring(2);
            radix = 16;
        } else if (conversion == 'x' || conversion == 'X') {
            radix = 16;
        } else if (conversion == 'o') {
            radix = 8;
        }
        try {
            long theirs =
                    digits.startsWith("-") ? Long.parseLong(digits, radix) : Long.parseUnsignedLong(digits, radix);
            return bits.bits(theirs) == bits.bits(ours);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The conversion that prints a field by itself or cast, as the tool looks for it; null where there is none. */
    private static Conversion printed(EventField field, PrintFormat print) {
        for (PrintPiece piece : print.pieces()) {
            if (piece instanceof Conversion c && uncast(c.arg()) instanceof FieldValue value) {
                if (value.field().equals(field)) {
                    return c;
                }
            }
        }
        return null;
    }

    private static PrintExpr uncast(PrintExpr expr) {
        PrintExpr arg = expr;
        while (arg instanceof Cast cast) {
            arg = cast.operand();
        }
        return arg;
    }

    /** What a cast leaves of a value: the tool prints no more of it. */
    private static long narrowed(PrintExpr expr, long value) {
        return expr instanceof Cast cast ? cast.type().wrap(narrowed(cast.operand(), value)) : value;
    }

    private byte[] bytes(EventField field, LongListData list, int row) {
        int from = list.ends()[row];
        int width = field.elementBytes();
        byte[] bytes = new byte[(list.ends()[row + 1] - from) * width];
        for (int i = 0; i < bytes.length; i++) {
            int place = i % width;
            int shift = 8 * (bigEndian ? width - 1 - place : place);
            bytes[i] = (byte) (list.items()[from + i / width] >>> shift);
        }
        return bytes;
    }

    /** The tool prints arrays of bytes as text where they can be; an array that the record cuts it reads on and on. */
    private static boolean sameBytes(byte[] bytes, int start, int length, String value) {
        StringBuilder hex = new StringBuilder("ARRAY[");
        StringBuilder text = new StringBuilder();
        boolean ended = false;
        for (int i = 0; i < length; i++) {
            hex.append(i > 0 ? ", " : "").append(String.format("%02x", bytes[start + i]));
            ended |= bytes[start + i] == 0;
            if (!ended) {
                text.append((char) (bytes[start + i] & 0xFF));
            }
        }
        return value.startsWith(hex.toString())
                || (ended ? value.contentEquals(text) : value.startsWith(text.toString()));
    }
}
