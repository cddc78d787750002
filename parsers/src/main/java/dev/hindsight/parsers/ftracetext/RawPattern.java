package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.PrintExpr;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.format.PrintPiece;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the pattern of an event as {@code trace-cmd report -R} writes it: {@code field=value} for each field, in the
 * order of its format. Numbers are in the base that the print format shows them in, as libtraceevent does it.
 */
final class RawPattern {

    private RawPattern() {}

    /** The pattern, or null where a field is of a kind that is not written so. */
    static EventPattern compile(PrintFormat print, TextSymbols symbols) {
        EventFormat format = print.event();
        List<Step> steps = new ArrayList<>();
        List<EventField> fields = format.fields();
        for (int i = 0; i < fields.size(); i++) {
            String name = (i == 0 ? "" : " ") + fields.get(i).name() + "=";
            steps.add(new LiteralStep(name.getBytes(StandardCharsets.UTF_8)));
            String next = i + 1 < fields.size() ? " " + fields.get(i + 1).name() + "=" : "";
            steps.add(value(print, fields.get(i), i, next.getBytes(StandardCharsets.UTF_8), symbols));
        }
        return fields.isEmpty() ? null : new EventPattern(steps);
    }

    private static Step value(PrintFormat print, EventField field, int place, byte[] until, TextSymbols symbols) {
        Target whole = new Target.Whole(place);
        return switch (field.kind()) {
            case INTEGER, BOOL ->
                isFunction(print, field)
                        ? new AddressStep(AddressStep.Shown.FUNCTION, whole, until, symbols)
                        : new NumberStep(isHexadecimal(print, field) ? 16 : 10, whole);
            case POINTER ->
                new AddressStep(
                        isText(print, field) ? AddressStep.Shown.TEXT : AddressStep.Shown.FUNCTION,
                        whole,
                        until,
                        symbols);
            case STRING -> new TextStep(place, until);
            case INTEGERS, BYTES -> new ItemsStep(ItemsStep.Shown.LISTED, place, field.elementBytes(), Target.NONE);
        };
    }

    private static boolean isHexadecimal(PrintFormat print, EventField field) {
        Conversion by = conversionOf(print, field);
        return by != null && (by.conversion() == 'x' || by.conversion() == 'X');
    }

    private static boolean isFunction(PrintFormat print, EventField field) {
        Conversion by = conversionOf(print, field);
        return by != null && by.conversion() == 'p';
    }

    private static boolean isText(PrintFormat print, EventField field) {
        Conversion by = conversionOf(print, field);
        return by != null && by.conversion() == 's';
    }

    private static Conversion conversionOf(PrintFormat print, EventField field) {
        for (PrintPiece piece : print.pieces()) {
            if (piece instanceof Conversion c) {
                PrintExpr arg = c.arg();
                while (arg instanceof Cast cast) {
                    arg = cast.operand();
                }
                if (arg instanceof FieldValue value && value.field().name().equals(field.name())) {
                    return c;
                }
            }
        }
        return null;
    }
}
