package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.format.FormatEventText;
import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.table.TableBlock;

/** Renders events as their print formats say; nothing of those that have none. */
public final class PrintedText implements EventText {

    private final FormatEventText text;

    /** With the traced kernel's symbols and its byte order. */
    public PrintedText(SymbolResolver symbols, boolean bigEndian) {
        text = new FormatEventText(symbols, bigEndian);
    }

    @Override
    public void append(EventType type, TableBlock block, int row, StringBuilder to) {
        if (type.print() != null) {
            text.append(type.print(), block, row, to);
        }
    }
}
