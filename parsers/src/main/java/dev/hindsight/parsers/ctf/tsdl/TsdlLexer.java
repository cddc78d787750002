package dev.hindsight.parsers.ctf.tsdl;

/** Splits metadata into tokens (CTF 1.8.3, annex C.1). Literals are checked where they are read. */
final class TsdlLexer {

    private static final String[] SIGNS = {"...", ":=", "->"};
    private static final String SINGLE = "{}[]()<>;:,.=*+-";

    private final MetadataText source;
    private final String text;
    private final TsdlTokens tokens;
    private int at;

    private TsdlLexer(MetadataText source) {
        this.source = source;
        this.text = source.text();
        tokens = new TsdlTokens(source);
    }

    static TsdlTokens split(MetadataText source) {
        TsdlLexer lexer = new TsdlLexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c <= ' ') {
                // zero bytes too: a tracer that was killed may leave some
                at++;
            } else if (c == '/' && at + 1 < text.length() && text.charAt(at + 1) == '*') {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw source.error(at, "a comment that ends", "none of its ends");
                }
                at = end + 2;
            } else if (c == '/' && at + 1 < text.length() && text.charAt(at + 1) == '/') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (isWord(c) && !isDigit(c)) {
                take(TsdlTokens.WORD, endOfWord());
            } else if (isDigit(c)) {
                take(TsdlTokens.NUMBER, endOfWord());
            } else if (c == '"' || c == '\'') {
                take(c == '"' ? TsdlTokens.TEXT : TsdlTokens.CHARACTER, endOfQuoted(c));
            } else {
                take(TsdlTokens.SIGN, endOfSign());
            }
        }
        tokens.add(TsdlTokens.END, text.length(), text.length());
    }

    private void take(int kind, int end) {
        tokens.add(kind, at, end);
        at = end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c);
    }

    private int endOfWord() {
        int end = at;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private int endOfQuoted(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length() || text.charAt(end) != quote) {
            throw source.error(at, "a literal that ends with " + quote + " in its line", "no end of it");
        }
        return end + 1;
    }

    private int endOfSign() {
        for (String sign : SIGNS) {
            if (text.startsWith(sign, at)) {
                return at + sign.length();
            }
        }
        if (SINGLE.indexOf(text.charAt(at)) < 0) {
            char c = text.charAt(at);
            throw source.error(
                    at, "a word, number, literal or sign of TSDL", c < 127 ? "`" + c + "`" : "byte " + (int) c);
        }
        return at + 1;
    }
}
