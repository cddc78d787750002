package dev.hindsight.parsers.format;

import dev.hindsight.parsers.format.PrintExpr.BinaryOp;
import dev.hindsight.parsers.format.PrintExpr.Bitmask;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.DynamicLength;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.Flags;
import dev.hindsight.parsers.format.PrintExpr.HexBytes;
import dev.hindsight.parsers.format.PrintExpr.IntArray;
import dev.hindsight.parsers.format.PrintExpr.Name;
import dev.hindsight.parsers.format.PrintExpr.Symbolic;
import dev.hindsight.parsers.format.PrintExpr.Text;
import dev.hindsight.parsers.format.PrintLexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions and macros that the kernel leaves in its print formats. */
final class PrintFunctions {

    /** Macros of the kernel that hand their argument through. */
    private static final Set<String> SAME_VALUE = Set.of(
            "pte_val",
            "pmd_val",
            "pud_val",
            "p4d_val",
            "pgd_val",
            "native_make_pte",
            "native_make_pmd",
            "native_make_pud",
            "native_make_p4d",
            "native_make_pgd");

    private static final Map<String, String[]> TRUTH_NAMES = Map.of(
            "str_on_off", new String[] {"on", "off"},
            "str_yes_no", new String[] {"yes", "no"},
            "str_true_false", new String[] {"true", "false"},
            "str_enabled_disabled", new String[] {"enabled", "disabled"},
            "str_enable_disable", new String[] {"enable", "disable"},
            "str_read_write", new String[] {"read", "write"},
            "str_write_read", new String[] {"write", "read"},
            "str_high_low", new String[] {"high", "low"},
            "str_hi_lo", new String[] {"hi", "lo"},
            "str_up_down", new String[] {"up", "down"});

    private final PrintParser parser;
    private final PrintLexer lexer;
    private final IntType word;

    PrintFunctions(PrintParser parser, PrintLexer lexer, IntType word) {
        this.parser = parser;
        this.lexer = lexer;
        this.word = word;
    }

    private FieldValue fieldNamed() throws FormatException {
        if (lexer.token() == Token.NAME && lexer.value().equals("REC")) {
            return parser.expectArray(parser.expression());
        }
        String name = lexer.expectName();
        if (parser.fieldValue(name) instanceof FieldValue value) {
            return value;
        }
        throw new FormatException("a field of event " + parser.eventName() + " in print fmt", name);
    }

    /** The arguments of a function, whose name and opening parenthesis were read, up to its closing one. */
    PrintExpr call(String function) throws FormatException {
        switch (function) {
            case "__get_str",
                    "__get_rel_str",
                    "__get_dynamic_array",
                    "__get_rel_dynamic_array",
                    "__get_sockaddr",
                    "__get_rel_sockaddr" -> {
                return fieldNamed();
            }
            case "__get_dynamic_array_len", "__get_rel_dynamic_array_len" -> {
                return new DynamicLength(fieldNamed(), IntType.INT);
            }
            case "__get_bitmask", "__get_rel_bitmask" -> {
                return new Bitmask(fieldNamed(), false);
            }
            case "__get_cpumask", "__get_rel_cpumask" -> {
                return new Bitmask(fieldNamed(), true);
            }
            case "__print_symbolic", "__print_symbolic_u64", "__print_symbolic64" -> {
                PrintExpr value = parser.expression();
                return new Symbolic(value, names());
            }
            case "__print_flags", "__print_flags_u64" -> {
                PrintExpr value = parser.expression();
                lexer.expect(",");
                String delimiter = lexer.token() == Token.STRING ? parser.strings() : "";
                if (delimiter.isEmpty() && !lexer.is(",")) {
                    parser.expression();
                }
                return new Flags(value, delimiter, names());
            }
            case "__print_hex", "__print_hex_str" -> {
                FieldValue array = parser.expectArray(parser.expression());
                lexer.expect(",");
                return new HexBytes(array, parser.expression(), function.equals("__print_hex") ? " " : "");
            }
            case "__print_array" -> {
                FieldValue array = parser.expectArray(parser.expression());
                lexer.expect(",");
                PrintExpr count = parser.expression();
                lexer.expect(",");
                return new IntArray(array, count, parser.expression());
            }
            case "__print_ns_to_secs" -> {
                return PrintParser.joined(BinaryOp.DIVIDE, new Cast(parser.expression(), IntType.UINT64), billion());
            }
            case "__print_ns_without_secs" -> {
                return PrintParser.joined(BinaryOp.REMAINDER, new Cast(parser.expression(), IntType.UINT64), billion());
            }
            case "sizeof" -> {
                return size();
            }
            case "__builtin_constant_p" -> {
                parser.expression();
                return new PrintExpr.Number(0, IntType.INT);
            }
            case "__builtin_expect" -> {
                PrintExpr value = parser.expression();
                lexer.expect(",");
                parser.expression();
                return value;
            }
            default -> {
                String[] truth = TRUTH_NAMES.get(function);
                if (truth != null) {
                    return new Conditional(parser.expression(), new Text(truth[0]), new Text(truth[1]), IntType.INT);
                }
                if (SAME_VALUE.contains(function)) {
                    return parser.expression();
                }
                throw new FormatException("a function that print fmt is known to use", function + "()");
            }
        }
    }

    private static PrintExpr billion() {
        return new PrintExpr.Number(1_000_000_000, IntType.UINT64);
    }

    private PrintExpr size() throws FormatException {
        int mark = lexer.mark();
        if (lexer.token() == Token.NAME && !lexer.value().equals("REC")) {
            StringBuilder type = new StringBuilder();
            while (lexer.token() == Token.NAME || lexer.is("*")) {
                type.append(type.length() == 0 || lexer.is("*") ? "" : " ").append(lexer.value());
                lexer.next();
            }
            int bytes = FieldDeclaration.elementBytes(type.toString(), word.bytes());
            if (bytes == 0 || !lexer.is(")")) {
                throw new FormatException("sizeof an integer type in print fmt", type.toString());
            }
            return new PrintExpr.Number(bytes, word);
        }
        lexer.reset(mark);
        PrintExpr of = parser.expression();
        FieldValue field = PrintParser.array(of);
        int bytes = field != null ? field.field().size() : of.type().bytes();
        return new PrintExpr.Number(bytes, word);
    }

    private List<Name> names() throws FormatException {
        List<Name> names = new ArrayList<>();
        while (lexer.take(",")) {
            boolean braced = lexer.take("{");
            if ((!braced && lexer.is(")")) || (braced && lexer.take("}"))) {
                continue;
            }
            PrintExpr value = parser.expression();
            if (braced && lexer.is("}")) {
                // the kernel's own end mark, { -1 } or { 0, NULL }
                lexer.next();
                continue;
            }
            lexer.expect(",");
            PrintExpr text = parser.expression();
            if (braced) {
                lexer.expect("}");
            }
            if (text instanceof Text t) {
                names.add(new Name(value instanceof PrintExpr.Number n ? n.value() : -1, t.text()));
            }
        }
        return names;
    }
}
