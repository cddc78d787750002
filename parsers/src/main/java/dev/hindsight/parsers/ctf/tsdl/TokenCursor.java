package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.fault.DamagedTraceException;
import java.util.ArrayList;
import java.util.List;

/** A place in the tokens of a metadata text, and what all its readers need. */
final class TokenCursor {

    final MetadataText source;
    final TsdlTokens tokens;
    int at;

    TokenCursor(MetadataText source, TsdlTokens tokens) {
        this.source = source;
        this.tokens = tokens;
    }

    boolean is(String what) {
        return tokens.is(at, what);
    }

    int kind() {
        return tokens.kind(at);
    }

    boolean take(String what) {
        if (is(what)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String what) {
        if (!take(what)) {
            throw error("`" + what + "`");
        }
    }

    /** The error of what stands here. */
    DamagedTraceException error(String expected) {
        return source.error(tokens.start(at), expected, tokens.shown(at));
    }

    String word(String what) {
        if (kind() != TsdlTokens.WORD) {
            throw error(what);
        }
        return tokens.raw(at++);
    }

    /** An integer with its signs; only its bits where it is over 63 bits. */
    long integer(String what) {
        boolean negative = false;
        while (is("-") || is("+")) {
            negative ^= is("-");
            at++;
        }
        long value;
        if (kind() == TsdlTokens.NUMBER) {
            value = TsdlLiterals.number(source, tokens.raw(at), tokens.start(at));
        } else if (kind() == TsdlTokens.CHARACTER) {
            String text = TsdlLiterals.text(source, tokens.raw(at), tokens.start(at));
            if (text.length() != 1) {
                throw error("one character");
            }
            value = text.charAt(0);
        } else {
            throw error(what);
        }
        at++;
        return negative ? -value : value;
    }

    /** A number from {@code least} to {@code most}. */
    long integer(String what, long least, long most) {
        int place = at;
        long value = integer(what);
        if (value < least || value > most) {
            throw source.error(
                    tokens.start(place),
                    what + " from " + least + " to " + most,
                    value + " (`" + tokens.raw(place) + "`)");
        }
        return value;
    }

    /** A text, a number or a path, as text. */
    String value() {
        if (kind() == TsdlTokens.TEXT) {
            StringBuilder all = new StringBuilder();
            while (kind() == TsdlTokens.TEXT) {
                all.append(TsdlLiterals.text(source, tokens.raw(at), tokens.start(at)));
                at++;
            }
            return all.toString();
        }
        if (kind() == TsdlTokens.WORD) {
            return String.join(".", path());
        }
        if (kind() == TsdlTokens.CHARACTER) {
            String text = TsdlLiterals.text(source, tokens.raw(at), tokens.start(at));
            at++;
            return text;
        }
        boolean negative = is("-");
        long value = integer("a value");
        return negative ? Long.toString(value) : Long.toUnsignedString(value);
    }

    /** Words with dots or arrows between them. */
    List<String> path() {
        List<String> path = new ArrayList<>();
        path.add(word("a name"));
        while (is(".") || is("->")) {
            at++;
            path.add(word("a name"));
        }
        return path;
    }
}
