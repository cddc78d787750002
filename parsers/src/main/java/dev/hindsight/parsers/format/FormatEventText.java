package dev.hindsight.parsers.format;

import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import dev.hindsight.parsers.format.PrintPiece.Literal;
import dev.hindsight.parsers.table.TableBlock;

/**
 * Renders events as their print formats say, as {@code trace-cmd report -N} does (the tool's own plugins aside).
 *
 * <p>Where C and that tool differ (it compares signed numbers as unsigned ones), this follows C and so the kernel.
 * Addresses read as symbols where the recording has them. What {@link PrintFormat} did not understand reads as {@link
 * #appendFields}. Not safe for use by several threads.
 */
public final class FormatEventText {

    private final SymbolResolver symbols;
    private final boolean bigEndian;
    private final RowExpressions expressions;

    /** {@code bigEndian} is the traced machine's byte order, for addresses within byte arrays. */
    public FormatEventText(SymbolResolver symbols, boolean bigEndian) {
        this.symbols = symbols;
        this.bigEndian = bigEndian;
        this.expressions = new RowExpressions(symbols);
    }

    /**
     * Appends the text of the event at {@code row} of a block with the columns of {@link EventFormat#table()}, without
     * newlines at its end.
     */
    public void append(PrintFormat print, TableBlock block, int row, StringBuilder to) {
        if (!print.understood()) {
            appendFields(print.event(), block, row, to);
            return;
        }
        expressions.at(block, row);
        int start = to.length();
        for (PrintPiece piece : print.pieces()) {
            if (piece instanceof Literal literal) {
                to.append(literal.text());
            } else if (piece instanceof Conversion conversion) {
                append(conversion, to);
            }
        }
        int end = to.length();
        while (end > start && to.charAt(end - 1) == '\n') {
            end--;
        }
        to.setLength(end);
    }

    private void append(Conversion conversion, StringBuilder to) {
        PrintSpec spec = conversion.spec();
        if (conversion.widthArg() != null) {
            spec = spec.withWidth(expressions.number(conversion.widthArg()));
        }
        if (conversion.precisionArg() != null) {
            spec = spec.withPrecision(expressions.number(conversion.precisionArg()));
        }
        switch (conversion.conversion()) {
            case 's' -> expressions.appendText(to, spec, conversion.arg());
            case 'p' -> appendPointer(to, spec, conversion.pointer(), conversion.arg());
            default -> spec.appendNumber(to, conversion.conversion(), expressions.number(conversion.arg()));
        }
    }

    private void appendPointer(StringBuilder to, PrintSpec spec, String how, PrintExpr arg) {
        switch (how.isEmpty() ? 'p' : how.charAt(0)) {
            case 's', 'S', 'f', 'F', 'B' -> appendSymbol(to, how, arg);
            case 'M', 'm' -> HexText.mac(to, contents(arg), how);
            case 'U' -> HexText.uuid(to, contents(arg), how);
            case 'I', 'i' -> HexText.internet(to, contents(arg), how, bigEndian);
            case 'h' -> HexText.bytes(to, contents(arg), spec.width(), delimiter(how));
            case 'b' -> appendBits(to, arg);
            default -> {
                long address = arg.type().bits(expressions.number(arg));
                PrintSpec padded = new PrintSpec(spec.left(), false, false, false, false, spec.width(), -1, 8);
                padded.appendText(to, address == 0 ? "(nil)" : "0x" + Long.toHexString(address));
            }
        }
    }

    private static String delimiter(String how) {
        return switch (how) {
            case "hC" -> ":";
            case "hD" -> "-";
            case "hN" -> "";
            default -> " ";
        };
    }

    private void appendSymbol(StringBuilder to, String how, PrintExpr arg) {
        long address = arg.type().bits(expressions.number(arg));
        int symbol = symbols.find(address);
        if (symbol < 0) {
            to.append("0x").append(Long.toHexString(address));
            return;
        }
        to.append(symbols.name(symbol));
        if (how.equals("S") || how.equals("F") || how.equals("B")) {
            to.append("+0x").append(Long.toHexString(address - symbols.address(symbol)));
        }
    }

    private void appendBits(StringBuilder to, PrintExpr arg) {
        FieldValue array = field(arg);
        if (array != null) {
            HexText.ranges(to, expressions.items(array), 8 * array.field().elementBytes());
        }
    }

    private static FieldValue field(PrintExpr pointer) {
        PrintExpr at = pointer;
        while (at instanceof Cast cast) {
            at = cast.operand();
        }
        return at instanceof FieldValue field ? field : null;
    }

    /** The bytes that a pointer argument points at, as far as they are a field of the event. */
    private byte[] contents(PrintExpr pointer) {
        FieldValue field = field(pointer);
        if (field == null) {
            return new byte[0];
        }
        if (field.field().array() || field.field().kind() == FieldKind.BYTES) {
            return expressions.bytes(field);
        }
        byte[] bytes = new byte[field.type().bytes()];
        long value = expressions.number(field);
        for (int i = 0; i < bytes.length; i++) {
            bytes[bigEndian ? bytes.length - 1 - i : i] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    /** Appends all fields of the event as {@code name=value}, a blank between them, in the order of the format. */
    public void appendFields(EventFormat event, TableBlock block, int row, StringBuilder to) {
        expressions.at(block, row);
        boolean any = false;
        for (EventField field : event.fields()) {
            if (field.name().startsWith("common_")) {
                continue;
            }
            to.append(any ? " " : "").append(field.name()).append('=');
            appendValue(new FieldValue(field, event.column(field), type(field)), to);
            any = true;
        }
    }

    private static IntType type(EventField field) {
        return new IntType(field.elementBytes(), field.signed() && field.kind() == FieldKind.INTEGER);
    }

    private void appendValue(FieldValue value, StringBuilder to) {
        switch (value.field().kind()) {
            case STRING -> to.append(expressions.text(value));
            case POINTER -> to.append("0x").append(Long.toHexString(expressions.number(value)));
            case BOOL -> to.append(expressions.number(value));
            case INTEGER -> {
                long number = expressions.number(value);
                if (value.field().type().contains("long")) {
                    to.append("0x").append(Long.toHexString(value.type().bits(number)));
                } else {
                    to.append(value.type().signed() ? Long.toString(number) : Long.toUnsignedString(number));
                }
            }
            case INTEGERS -> {
                IntType element = new IntType(value.field().elementBytes(), false);
                to.append('{');
                String between = "0x";
                for (long item : expressions.items(value)) {
                    to.append(between).append(Long.toHexString(element.bits(item)));
                    between = ",0x";
                }
                to.append('}');
            }
            case BYTES -> {
                to.append("ARRAY[");
                HexText.bytes(to, expressions.bytes(value), Integer.MAX_VALUE, ", ");
                to.append(']');
            }
        }
    }
}
