package dev.hindsight.parsers.format;

/** Splits the C text of a print format into tokens; looks one token ahead. */
final class PrintLexer {

    enum Token {
        NAME,
        NUMBER,
        STRING,
        SIGN,
        END
    }

    /** Longest first, so that {@code <<} is not two {@code <}. */
    private static final String[] SIGNS = {"<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "->", "++", "--"};

    private final String text;
    private final int wordBytes;
    private int at;
    private int tokenStart;
    private Token token;
    private String value;
    private long number;
    private IntType numberType;

    PrintLexer(String text, int wordBytes) throws FormatException {
        this.text = text;
        this.wordBytes = wordBytes;
        next();
    }

    Token token() {
        return token;
    }

    /** The name, the sign, or the string with its escapes resolved. */
    String value() {
        return value;
    }

    long number() {
        return number;
    }

    IntType numberType() {
        return numberType;
    }

    /** Where the current token begins, to come back to with {@link #reset}. */
    int mark() {
        return tokenStart;
    }

    void reset(int mark) throws FormatException {
        at = mark;
        next();
    }

    boolean is(String sign) {
        return token == Token.SIGN && value.equals(sign);
    }

    boolean take(String sign) throws FormatException {
        if (is(sign)) {
            next();
            return true;
        }
        return false;
    }

    void expect(String sign) throws FormatException {
        if (!take(sign)) {
            throw unexpected("'" + sign + "'");
        }
    }

    String expectName() throws FormatException {
        if (token != Token.NAME) {
            throw unexpected("a name");
        }
        String name = value;
        next();
        return name;
    }

    FormatException unexpected(String expected) {
        String rest = token == Token.END ? "the end" : FieldDeclaration.excerpt(text.substring(tokenStart));
        return new FormatException(expected + " in print fmt", rest);
    }

    void next() throws FormatException {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        tokenStart = at;
        if (at >= text.length()) {
            token = Token.END;
            value = "";
            return;
        }
        char c = text.charAt(at);
        if (isNameStart(c)) {
            while (at < text.length() && isNamePart(text.charAt(at))) {
                at++;
            }
            token = Token.NAME;
            value = text.substring(tokenStart, at);
        } else if (c >= '0' && c <= '9') {
            readNumber();
        } else if (c == '"') {
            token = Token.STRING;
            value = quoted('"');
        } else if (c == '\'') {
            String character = quoted('\'');
            token = Token.NUMBER;
            number = character.isEmpty() ? 0 : character.charAt(0);
            numberType = IntType.INT;
        } else {
            token = Token.SIGN;
            value = sign();
            at += value.length();
        }
    }

    private String sign() {
        for (String s : SIGNS) {
            if (text.startsWith(s, at)) {
                return s;
            }
        }
        return String.valueOf(text.charAt(at));
    }

    private void readNumber() throws FormatException {
        int base = 10;
        if (text.startsWith("0x", at) || text.startsWith("0X", at)) {
            base = 16;
            at += 2;
        } else if (text.charAt(at) == '0') {
            base = 8;
        }
        int digits = at;
        while (at < text.length() && Character.digit(text.charAt(at), base) >= 0) {
            at++;
        }
        try {
            number = at == digits ? 0 : Long.parseUnsignedLong(text, digits, at, base);
        } catch (NumberFormatException e) {
            throw new FormatException(
                    "a number of up to 64 bits", FieldDeclaration.excerpt(text.substring(tokenStart)));
        }
        boolean unsigned = false;
        int longs = 0;
        while (at < text.length() && "uUlL".indexOf(text.charAt(at)) >= 0) {
            unsigned |= text.charAt(at) == 'u' || text.charAt(at) == 'U';
            longs += text.charAt(at) == 'l' || text.charAt(at) == 'L' ? 1 : 0;
            at++;
        }
        token = Token.NUMBER;
        value = "";
        numberType = typeOf(base, unsigned, longs > 1 || (longs == 1 && wordBytes == 8));
    }

    private IntType typeOf(int base, boolean unsigned, boolean isLong) {
        boolean wide = isLong || number < 0 || number > 0xFFFFFFFFL;
        if (!wide && !unsigned && number > Integer.MAX_VALUE) {
            // C: a hexadecimal that does not fit int is unsigned int, a decimal is long
            return base == 10 ? IntType.INT64 : IntType.UNSIGNED;
        }
        if (wide) {
            return unsigned || number < 0 ? IntType.UINT64 : IntType.INT64;
        }
        return unsigned ? IntType.UNSIGNED : IntType.INT;
    }

    private String quoted(char quote) throws FormatException {
        StringBuilder out = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                c = escaped();
            }
            out.append(c);
        }
        if (at >= text.length()) {
            throw new FormatException(
                    "a closing " + quote + " in print fmt", FieldDeclaration.excerpt(text.substring(tokenStart)));
        }
        at++;
        return out.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        switch (c) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'x':
                return (char) digits(16, 2);
            default:
                if (c >= '0' && c <= '7') {
                    at--;
                    return (char) digits(8, 3);
                }
                return c;
        }
    }

    private int digits(int base, int most) {
        int n = 0;
        for (int i = 0; i < most && at < text.length() && Character.digit(text.charAt(at), base) >= 0; i++) {
            n = n * base + Character.digit(text.charAt(at++), base);
        }
        return n;
    }

    private static boolean isNameStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || (c >= '0' && c <= '9');
    }
}
