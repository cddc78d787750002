package dev.hindsight.parsers.ctf.tsdl;

import java.util.Arrays;

/** The tokens of a metadata text, in arrays. */
final class TsdlTokens {

    static final int END = 0;
    static final int WORD = 1;
    static final int NUMBER = 2;
    static final int TEXT = 3;
    static final int CHARACTER = 4;
    static final int SIGN = 5;

    private final MetadataText source;
    private int[] kinds = new int[1024];
    private int[] starts = new int[1024];
    private int[] ends = new int[1024];
    private int count;

    TsdlTokens(MetadataText source) {
        this.source = source;
    }

    void add(int kind, int start, int end) {
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        kinds[count] = kind;
        starts[count] = start;
        ends[count++] = end;
    }

    int count() {
        return count;
    }

    int kind(int token) {
        return kinds[token];
    }

    /** Place in the text. */
    int start(int token) {
        return starts[token];
    }

    /** As it stands in the metadata, quotes included. */
    String raw(int token) {
        return source.text().substring(starts[token], ends[token]);
    }

    /** Whether a word or sign reads so. */
    boolean is(int token, String what) {
        int length = ends[token] - starts[token];
        return (kinds[token] == WORD || kinds[token] == SIGN)
                && length == what.length()
                && source.text().startsWith(what, starts[token]);
    }

    /** For error messages. */
    String shown(int token) {
        if (kinds[token] == END) {
            return "the end";
        }
        String raw = raw(token);
        return '`' + (raw.length() > 40 ? raw.substring(0, 40) + "..." : raw) + '`';
    }
}
