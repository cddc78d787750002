package dev.hindsight.parsers.format;

import dev.hindsight.parsers.format.PrintExpr.Binary;
import dev.hindsight.parsers.format.PrintExpr.BinaryOp;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.Element;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.KernelAddress;
import dev.hindsight.parsers.format.PrintExpr.Text;
import dev.hindsight.parsers.format.PrintExpr.Unary;
import dev.hindsight.parsers.format.PrintExpr.UnaryOp;
import dev.hindsight.parsers.format.PrintLexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Recursive descent over the C expressions of a print format, with C's precedence and conversions. */
final class PrintParser {

    /** Deeper than any kernel nests, shallow enough for the stack. */
    private static final int MAX_DEPTH = 200;

    private static final int MAX_CHAIN = 500;

    private static final Set<String> TYPE_WORDS = Set.of(
            "unsigned",
            "signed",
            "char",
            "short",
            "int",
            "long",
            "const",
            "volatile",
            "struct",
            "enum",
            "union",
            "void",
            "bool",
            "_Bool",
            "__user",
            "__force",
            "__rcu");

    /** Enumerators that the kernel does not turn into numbers in its format files. */
    private static final Map<String, Integer> KNOWN_NAMES = Map.ofEntries(
            Map.entry("HI_SOFTIRQ", 0),
            Map.entry("TIMER_SOFTIRQ", 1),
            Map.entry("NET_TX_SOFTIRQ", 2),
            Map.entry("NET_RX_SOFTIRQ", 3),
            Map.entry("BLOCK_SOFTIRQ", 4),
            Map.entry("IRQ_POLL_SOFTIRQ", 5),
            Map.entry("TASKLET_SOFTIRQ", 6),
            Map.entry("SCHED_SOFTIRQ", 7),
            Map.entry("HRTIMER_SOFTIRQ", 8),
            Map.entry("RCU_SOFTIRQ", 9),
            Map.entry("HRTIMER_NORESTART", 0),
            Map.entry("HRTIMER_RESTART", 1),
            Map.entry("false", 0),
            Map.entry("true", 1),
            Map.entry("NULL", 0));

    private static final BinaryOp[][] LEVELS = {
        {BinaryOp.OR},
        {BinaryOp.AND},
        {BinaryOp.BIT_OR},
        {BinaryOp.BIT_XOR},
        {BinaryOp.BIT_AND},
        {BinaryOp.EQUAL, BinaryOp.NOT_EQUAL},
        {BinaryOp.LESS, BinaryOp.LESS_OR_EQUAL, BinaryOp.GREATER, BinaryOp.GREATER_OR_EQUAL},
        {BinaryOp.SHIFT_LEFT, BinaryOp.SHIFT_RIGHT},
        {BinaryOp.ADD, BinaryOp.SUBTRACT},
        {BinaryOp.MULTIPLY, BinaryOp.DIVIDE, BinaryOp.REMAINDER}
    };

    private final EventFormat format;
    private final IntType word;
    private final PrintLexer lexer;
    private final PrintFunctions functions;
    private int depth;

    PrintParser(EventFormat format) throws FormatException {
        this.format = format;
        this.word = new IntType(format.wordBytes(), false);
        this.lexer = new PrintLexer(format.print(), format.wordBytes());
        this.functions = new PrintFunctions(this, lexer, word);
    }

    String eventName() {
        return format.name();
    }

    /** The format string: literals one after another. */
    String formatString() throws FormatException {
        if (lexer.token() != Token.STRING) {
            throw lexer.unexpected("a format string");
        }
        return strings();
    }

    /** The arguments behind it, to the end. */
    List<PrintExpr> arguments() throws FormatException {
        List<PrintExpr> arguments = new ArrayList<>();
        while (lexer.take(",")) {
            arguments.add(expression());
        }
        if (lexer.token() != Token.END) {
            throw lexer.unexpected("',' or the end");
        }
        return arguments;
    }

    String strings() throws FormatException {
        StringBuilder joined = new StringBuilder();
        while (lexer.token() == Token.STRING) {
            joined.append(lexer.value());
            lexer.next();
        }
        return joined.toString();
    }

    PrintExpr expression() throws FormatException {
        if (++depth > MAX_DEPTH) {
            throw lexer.unexpected("at most " + MAX_DEPTH + " nested expressions");
        }
        PrintExpr condition = binary(0);
        if (lexer.take("?")) {
            // GNU C: without a middle the condition is its own result
            PrintExpr then = lexer.is(":") ? condition : expression();
            lexer.expect(":");
            PrintExpr otherwise = expression();
            condition = new Conditional(condition, then, otherwise, IntType.common(then.type(), otherwise.type()));
        }
        depth--;
        return condition;
    }

    private PrintExpr binary(int level) throws FormatException {
        if (level == LEVELS.length) {
            return unary();
        }
        PrintExpr left = binary(level + 1);
        for (int chain = 0; ; chain++) {
            BinaryOp op = operator(level);
            if (op == null) {
                return left;
            }
            if (chain == MAX_CHAIN) {
                throw lexer.unexpected("at most " + MAX_CHAIN + " operators of a kind in a row");
            }
            lexer.next();
            left = joined(op, left, binary(level + 1));
        }
    }

    private BinaryOp operator(int level) {
        if (lexer.token() == Token.SIGN) {
            for (BinaryOp op : LEVELS[level]) {
                if (lexer.value().equals(op.sign())) {
                    return op;
                }
            }
        }
        return null;
    }

    static PrintExpr joined(BinaryOp op, PrintExpr left, PrintExpr right) {
        boolean shift = op == BinaryOp.SHIFT_LEFT || op == BinaryOp.SHIFT_RIGHT;
        IntType operands = shift ? left.type().promoted() : IntType.common(left.type(), right.type());
        IntType type = op.isTruth() ? IntType.INT : operands;
        Binary joined = new Binary(op, left, right, operands, type);
        if (left instanceof PrintExpr.Number a && right instanceof PrintExpr.Number b) {
            return new PrintExpr.Number(Arithmetic.of(joined, a.value(), b.value()), type);
        }
        return joined;
    }

    private PrintExpr unary() throws FormatException {
        if (++depth > MAX_DEPTH) {
            throw lexer.unexpected("at most " + MAX_DEPTH + " nested expressions");
        }
        PrintExpr result;
        if (lexer.take("-")) {
            result = applied(UnaryOp.MINUS, unary());
        } else if (lexer.take("~")) {
            result = applied(UnaryOp.COMPLEMENT, unary());
        } else if (lexer.take("!")) {
            result = applied(UnaryOp.NOT, unary());
        } else if (lexer.take("+") || lexer.take("&")) {
            // the address of a field stands for its contents, as the name of an array does
            result = unary();
        } else if (lexer.take("*")) {
            result = pointee(unary());
        } else {
            result = postfix();
        }
        depth--;
        return result;
    }

    private static PrintExpr applied(UnaryOp op, PrintExpr operand) {
        IntType type = op == UnaryOp.NOT ? IntType.INT : operand.type().promoted();
        Unary applied = new Unary(op, operand, type);
        return operand instanceof PrintExpr.Number n
                ? new PrintExpr.Number(Arithmetic.of(applied, n.value()), type)
                : applied;
    }

    private PrintExpr pointee(PrintExpr pointer) {
        FieldValue array = array(pointer);
        return array == null || !array.field().array()
                ? pointer
                : element(array, new PrintExpr.Number(0, IntType.INT), pointer);
    }

    private PrintExpr postfix() throws FormatException {
        PrintExpr of = primary();
        while (lexer.take("[")) {
            PrintExpr index = expression();
            lexer.expect("]");
            FieldValue array = array(of);
            if (array == null) {
                throw lexer.unexpected("an array before '['");
            }
            of = element(array, index, of);
        }
        return of;
    }

    private static PrintExpr element(FieldValue array, PrintExpr index, PrintExpr pointer) {
        EventField field = array.field();
        PrintExpr element =
                new Element(array, index, new IntType(field.elementBytes(), field.signed() && !isBytes(field)));
        if (pointer instanceof Cast cast && cast.type().bytes() == field.elementBytes()) {
            return new Cast(element, cast.type());
        }
        return element;
    }

    private static boolean isBytes(EventField field) {
        return field.kind() == FieldKind.BYTES;
    }

    /** The field that a pointer expression points at the contents of, through casts; null where there is none. */
    static FieldValue array(PrintExpr pointer) {
        PrintExpr at = pointer;
        while (at instanceof Cast cast) {
            at = cast.operand();
        }
        return at instanceof FieldValue field ? field : null;
    }

    FieldValue expectArray(PrintExpr pointer) throws FormatException {
        FieldValue array = array(pointer);
        if (array == null) {
            throw lexer.unexpected("a field or a dynamic array before this");
        }
        return array;
    }

    private PrintExpr primary() throws FormatException {
        switch (lexer.token()) {
            case NUMBER -> {
                PrintExpr number = new PrintExpr.Number(lexer.numberType().wrap(lexer.number()), lexer.numberType());
                lexer.next();
                return number;
            }
            case STRING -> {
                return new Text(strings());
            }
            case NAME -> {
                return named();
            }
            case SIGN -> {
                if (lexer.is("(")) {
                    return parenthesized();
                }
                throw lexer.unexpected("a value");
            }
            case END -> throw lexer.unexpected("a value");
        }
        throw lexer.unexpected("a value");
    }

    private PrintExpr parenthesized() throws FormatException {
        int mark = lexer.mark();
        lexer.next();
        if (lexer.token() == Token.NAME && lexer.value().equals("REC")) {
            lexer.next();
            if (lexer.take(")")) {
                lexer.expect("->");
                return field(lexer.expectName());
            }
            lexer.reset(mark);
            lexer.next();
        }
        String type = typeName();
        if (type != null) {
            PrintExpr operand = unary();
            return cast(type, operand);
        }
        lexer.reset(mark);
        lexer.next();
        PrintExpr inner = expression();
        lexer.expect(")");
        return inner;
    }

    /** Reads {@code type)} and gives the type, or null where that does not stand here (the lexer is anywhere then). */
    private String typeName() throws FormatException {
        StringBuilder type = new StringBuilder();
        boolean known = false;
        while (lexer.token() == Token.NAME) {
            String word = lexer.value();
            known |= TYPE_WORDS.contains(word) || FieldDeclaration.elementBytes(word, 8) > 0 || word.endsWith("_t");
            if (word.equals("REC")) {
                return null;
            }
            if (!word.equals("const") && !word.startsWith("__force") && !word.equals("__user")) {
                type.append(type.length() == 0 ? "" : " ").append(word);
            }
            lexer.next();
        }
        if (type.length() == 0) {
            return null;
        }
        while (lexer.is("*") || (lexer.token() == Token.NAME && lexer.value().equals("const"))) {
            if (lexer.is("*")) {
                known = true;
                type.append('*');
            }
            lexer.next();
        }
        if (!lexer.take(")")) {
            return null;
        }
        boolean operand = lexer.token() == Token.NAME
                || lexer.token() == Token.NUMBER
                || lexer.token() == Token.STRING
                || lexer.is("(");
        boolean signs = lexer.is("-") || lexer.is("~") || lexer.is("!") || lexer.is("&") || lexer.is("*");
        return operand || (known && signs) ? type.toString() : null;
    }

    /**
     * A cast to a pointer leaves a number as it is; of an array's contents it keeps the type of the elements pointed at.
     */
    private PrintExpr cast(String type, PrintExpr operand) {
        String target = type;
        boolean pointer = type.endsWith("*");
        if (pointer) {
            FieldValue array = array(operand);
            boolean elements = array != null && array.field().array() && !type.endsWith("**");
            target = elements ? type.substring(0, type.length() - 1).strip() : "uintptr_t";
        }
        int bytes = FieldDeclaration.elementBytes(target, word.bytes());
        IntType to =
                bytes == 0 ? pointer ? word : IntType.UINT64 : new IntType(bytes, FieldDeclaration.isSigned(target));
        return operand instanceof PrintExpr.Number n
                ? new PrintExpr.Number(to.wrap(n.value()), to)
                : new Cast(operand, to);
    }

    private PrintExpr named() throws FormatException {
        String name = lexer.expectName();
        if (name.equals("REC")) {
            lexer.expect("->");
            return field(lexer.expectName());
        }
        if (lexer.is("(")) {
            lexer.next();
            PrintExpr called = functions.call(name);
            lexer.expect(")");
            return called;
        }
        Integer known = KNOWN_NAMES.get(name);
        if (known != null) {
            return new PrintExpr.Number(known, IntType.INT);
        }
        return new KernelAddress(name, word);
    }

    private PrintExpr field(String first) throws FormatException {
        String name = first;
        PrintExpr value = fieldValue(name);
        while (lexer.take(".")) {
            name = name + "." + lexer.expectName();
            PrintExpr longer = fieldValue(name);
            value = longer != null ? longer : fieldValue(name.substring(name.lastIndexOf('.') + 1));
        }
        if (value == null) {
            throw new FormatException("a field of event " + format.name() + " in print fmt", name);
        }
        return value;
    }

    /** A field by its name, null where the event has none. */
    PrintExpr fieldValue(String name) {
        if (name.equals("common_type")) {
            return new PrintExpr.Number(format.id(), IntType.INT);
        }
        EventField field = format.field(name);
        if (field == null) {
            return null;
        }
        boolean number = !field.array() && field.kind() != FieldKind.BYTES;
        boolean signed = field.signed() && field.kind() == FieldKind.INTEGER;
        return new FieldValue(field, format.column(field), number ? new IntType(field.elementBytes(), signed) : word);
    }
}
