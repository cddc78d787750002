package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FieldKind;
import dev.hindsight.parsers.format.PrintExpr;
import dev.hindsight.parsers.format.PrintExpr.Bitmask;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.Flags;
import dev.hindsight.parsers.format.PrintExpr.HexBytes;
import dev.hindsight.parsers.format.PrintExpr.IntArray;
import dev.hindsight.parsers.format.PrintExpr.KernelAddress;
import dev.hindsight.parsers.format.PrintExpr.Symbolic;
import dev.hindsight.parsers.format.PrintExpr.Text;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.format.PrintPiece;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import dev.hindsight.parsers.format.PrintPiece.Literal;
import dev.hindsight.parsers.ftracetext.ChoiceStep.Assumption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the inverse of a print format: the pattern that takes the text it prints apart again.
 *
 * <p>Conversions become numbers, names of values, texts up to what follows; of a conditional each branch is an
 * alternative that tells its condition. What can't be undone (a function of one driver, an address family) makes the
 * whole format unusable.
 */
final class PatternCompiler {

    private static final byte[] NOTHING = {};

    private final Inversion inversion;
    private final TextSymbols symbols;
    private final List<PrintPiece> pieces;

    private PatternCompiler(EventFormat format, List<PrintPiece> pieces, TextSymbols symbols) {
        this.inversion = new Inversion(format);
        this.pieces = pieces;
        this.symbols = symbols;
    }

    /** The pattern, or null where the print format can't be undone. */
    static EventPattern compile(PrintFormat print, TextSymbols symbols) {
        return print.understood() ? new PatternCompiler(print.event(), print.pieces(), symbols).pattern() : null;
    }

    private EventPattern pattern() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Step step;
            if (pieces.get(i) instanceof Literal literal) {
                byte[] text = bytes(literal, i);
                step = text.length == 0 ? null : new LiteralStep(text);
            } else {
                step = conversion((Conversion) pieces.get(i), until(i + 1));
                if (step == null) {
                    return null;
                }
            }
            if (step != null) {
                steps.add(step);
            }
        }
        return new EventPattern(steps);
    }

    /** A literal's bytes; blanks at the text's start and end do not count. */
    private byte[] bytes(Literal literal, int index) {
        String text = literal.text();
        text = index == 0 ? text.stripLeading() : text;
        text = index == pieces.size() - 1 ? text.stripTrailing() : text;
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The next literal from a piece on. */
    private byte[] until(int from) {
        for (int i = from; i < pieces.size(); i++) {
            if (pieces.get(i) instanceof Literal literal) {
                return bytes(literal, i);
            }
        }
        return NOTHING;
    }

    private Step conversion(Conversion c, byte[] until) {
        return switch (c.conversion()) {
            case 'd', 'i', 'u' -> new NumberStep(10, inversion.target(c.arg()));
            case 'x', 'X' -> new NumberStep(16, inversion.target(c.arg()));
            case 'o' -> new NumberStep(8, inversion.target(c.arg()));
            case 'c' -> character(c.arg());
            case 's' -> text(c.arg(), until, false);
            case 'p' -> address(c, until);
            default -> null;
        };
    }

    private Step address(Conversion c, byte[] until) {
        Target target = inversion.target(c.arg());
        return switch (c.pointer()) {
            case "", "x", "K" -> new AddressStep(AddressStep.Shown.NUMBER, target, until, symbols);
            case "s", "S", "f", "F", "B" -> new AddressStep(AddressStep.Shown.FUNCTION, target, until, symbols);
            default -> null;
        };
    }

    private Step character(PrintExpr expr) {
        PrintExpr at = expr;
        while (at instanceof Cast cast) {
            at = cast.operand();
        }
        if (!(at instanceof Conditional c
                && c.then() instanceof PrintExpr.Number a
                && c.otherwise() instanceof PrintExpr.Number b)) {
            return new CharStep(inversion.target(expr));
        }
        Condition condition = inversion.condition(c.condition());
        ChoiceStep choice = new ChoiceStep();
        choice.add(new LiteralStep(new byte[] {(byte) a.value()}), List.of(new Assumption(condition, true)));
        choice.add(new LiteralStep(new byte[] {(byte) b.value()}), List.of(new Assumption(condition, false)));
        return choice;
    }

    private Step text(PrintExpr expr, byte[] until, boolean alternative) {
        if (expr instanceof Conditional c) {
            return choice(c, until);
        } else if (expr instanceof Cast cast) {
            return text(cast.operand(), until, alternative);
        } else if (expr instanceof Text text) {
            return literal(text.text());
        } else if (expr instanceof KernelAddress) {
            return new SkippedStep(until);
        } else if (expr instanceof FieldValue value) {
            return field(value, until);
        } else if (expr instanceof Symbolic symbolic) {
            return new SymbolicStep(new NameTable(symbolic.names()), inversion.target(symbolic.value()));
        } else if (expr instanceof Flags flags) {
            return new FlagsStep(
                    new NameTable(flags.names()), flags.delimiter(), inversion.target(flags.value()), !alternative);
        } else if (expr instanceof HexBytes hex) {
            return items(ItemsStep.Shown.HEX_BYTES, hex.array(), inversion.target(hex.length()));
        } else if (expr instanceof IntArray array) {
            return items(ItemsStep.Shown.BRACED, array.array(), Target.NONE);
        } else if (expr instanceof Bitmask mask) {
            return items(ItemsStep.Shown.BITS, mask.array(), Target.NONE);
        }
        return new NumberStep(16, inversion.target(expr));
    }

    private static Step literal(String text) {
        return text.isEmpty() ? new EmptyStep() : new LiteralStep(text.getBytes(StandardCharsets.UTF_8));
    }

    private Step field(FieldValue value, byte[] until) {
        EventField field = value.field();
        int place = inversion.place(field);
        if (place < 0) {
            return null;
        }
        if (field.array() || field.kind() == FieldKind.BYTES) {
            return field.kind() == FieldKind.STRING ? new TextStep(place, until) : null;
        }
        return new AddressStep(AddressStep.Shown.TEXT, new Target.Whole(place), until, symbols);
    }

    private Step items(ItemsStep.Shown shown, FieldValue array, Target length) {
        int place = inversion.place(array.field());
        return place < 0 ? null : new ItemsStep(shown, place, array.field().elementBytes(), length);
    }

    /** An alternative and what it tells. */
    private record Branch(Step step, List<Assumption> follows) {

        /** Constant texts first, the longest before, since one may begin another; nothing at all last. */
        int rank() {
            if (step instanceof LiteralStep literal) {
                return -literal.text().length;
            }
            return step instanceof EmptyStep ? 3 : step instanceof TextStep ? 2 : 1;
        }
    }

    private Step choice(Conditional conditional, byte[] until) {
        List<Branch> branches = new ArrayList<>();
        if (!collect(conditional, until, List.of(), branches)) {
            return null;
        }
        branches.sort((a, b) -> Integer.compare(a.rank(), b.rank()));
        ChoiceStep choice = new ChoiceStep();
        for (Branch branch : branches) {
            choice.add(branch.step(), branch.follows());
        }
        return choice;
    }

    private boolean collect(PrintExpr expr, byte[] until, List<Assumption> known, List<Branch> to) {
        if (expr instanceof Conditional c) {
            Condition condition = inversion.condition(c.condition());
            return collect(c.then(), until, with(known, condition, true), to)
                    && collect(c.otherwise(), until, with(known, condition, false), to);
        }
        Step step = text(expr, until, true);
        if (step != null) {
            to.add(new Branch(step, known));
        }
        return step != null;
    }

    private static List<Assumption> with(List<Assumption> known, Condition condition, boolean held) {
        List<Assumption> all = new ArrayList<>(known);
        all.add(new Assumption(condition, held));
        return all;
    }
}
