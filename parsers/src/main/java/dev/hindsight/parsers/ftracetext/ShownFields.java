package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.PrintExpr;
import dev.hindsight.parsers.format.PrintExpr.Binary;
import dev.hindsight.parsers.format.PrintExpr.Bitmask;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.DynamicLength;
import dev.hindsight.parsers.format.PrintExpr.Element;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.Flags;
import dev.hindsight.parsers.format.PrintExpr.HexBytes;
import dev.hindsight.parsers.format.PrintExpr.IntArray;
import dev.hindsight.parsers.format.PrintExpr.Symbolic;
import dev.hindsight.parsers.format.PrintExpr.Unary;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.format.PrintPiece;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which fields of an event its text is made from: only these can be read from it. */
final class ShownFields {

    private final Set<EventField> shown = new LinkedHashSet<>();

    private ShownFields() {}

    /** The format of what the text tells: the event's, without the fields that its print format leaves out. */
    static EventFormat of(PrintFormat print) {
        ShownFields fields = new ShownFields();
        for (PrintPiece piece : print.pieces()) {
            if (piece instanceof Conversion c) {
                fields.add(c.arg());
            }
        }
        EventFormat event = print.event();
        List<EventField> kept = new ArrayList<>();
        for (EventField field : event.fields()) {
            if (fields.shown.contains(field)) {
                kept.add(field);
            }
        }
        return new EventFormat(
                event.id(), event.system(), event.name(), List.of(), kept, event.print(), event.wordBytes());
    }

    private void add(PrintExpr expr) {
        if (expr instanceof FieldValue value) {
            shown.add(value.field());
        } else if (expr instanceof Cast cast) {
            add(cast.operand());
        } else if (expr instanceof Unary unary) {
            add(unary.operand());
        } else if (expr instanceof Binary binary) {
            add(binary.left());
            add(binary.right());
        } else if (expr instanceof Conditional c) {
            add(c.condition());
            add(c.then());
            add(c.otherwise());
        } else if (expr instanceof Element element) {
            add(element.array());
        } else if (expr instanceof Symbolic symbolic) {
            add(symbolic.value());
        } else if (expr instanceof Flags flags) {
            add(flags.value());
        } else if (expr instanceof HexBytes hex) {
            add(hex.array());
            add(hex.length());
        } else if (expr instanceof IntArray array) {
            add(array.array());
        } else if (expr instanceof Bitmask mask) {
            add(mask.array());
        } else if (expr instanceof DynamicLength length) {
            add(length.array());
        }
    }
}
