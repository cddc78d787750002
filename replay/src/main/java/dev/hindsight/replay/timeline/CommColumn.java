package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.SymbolTable;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TextData;
import java.util.Arrays;

/** Takes the names of threads from a column of an event, at the cost of a comparison where nothing changed. */
final class CommColumn {

    private final int column;
    private final ThreadTable threads;

    /** {@code field} may be missing from the event: then nothing is taken. */
    CommColumn(EventType type, String field, ThreadTable threads) {
        this.column = type.column(field);
        this.threads = threads;
    }

    void take(TableBlock block, int row, int thread) {
        if (column < 0) {
            return;
        }
        ColumnData data = block.column(column);
        byte[] had = threads.commBytes(thread);
        if (data instanceof SymbolData symbols) {
            takeSymbol(symbols.symbols(), symbols.codes()[row], thread, had);
        } else if (data instanceof TextData text && (had == null || !text.equalsBytes(row, had))) {
            int start = text.run().start(row);
            threads.setComm(
                    thread,
                    Arrays.copyOfRange(
                            text.run().bytes(), start, start + text.run().length(row)));
        }
    }

    private void takeSymbol(SymbolTable table, int code, int thread, byte[] had) {
        if (code >= 0) {
            byte[] bytes = table.bytes(code);
            if (bytes != had && !Arrays.equals(bytes, had)) {
                threads.setComm(thread, bytes);
            }
        }
    }
}
