package dev.hindsight.cli.shell;

import dev.hindsight.queries.sql.SqlText;
import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/**
 * Tells JLine when an input is whole: at once for a backslash command, at a semicolon that is in no string and no
 * comment for SQL. For completion it finds the word at the cursor.
 */
final class StatementParser implements Parser {

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        boolean entered = context == ParseContext.ACCEPT_LINE || context == ParseContext.UNSPECIFIED;
        if (entered && !isWhole(line)) {
            throw new EOFError(-1, -1, "the statement goes on", "");
        }
        int start = cursor;
        while (start > 0 && isWordPart(line.charAt(start - 1))) {
            start--;
        }
        int end = cursor;
        while (end < line.length() && isWordPart(line.charAt(end))) {
            end++;
        }
        return new Word(line, cursor, line.substring(start, end), cursor - start);
    }

    /** Whether nothing of the last statement is missing. */
    static boolean isWhole(String input) {
        String text = input.strip();
        if (text.startsWith("\\") || SqlText.isBlank(text, 0)) {
            return true;
        }
        int from = 0;
        while (!SqlText.isBlank(text, from)) {
            int end = SqlText.endOfStatement(text, from);
            if (end < 0) {
                return false;
            }
            from = end + 1;
        }
        return true;
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '\\' || c == '?';
    }

    /** A line whose only word of interest is the one at the cursor. */
    private record Word(String line, int cursor, String word, int wordCursor) implements CompletingParsedLine {

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return wordCursor;
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word);
        }
    }
}
