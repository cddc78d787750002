package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.format.PrintExpr;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.format.PrintPiece;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks, in the blocks of raw events on their way to another sink, for the addresses that print formats show by name
 * ({@code %ps} and its kin), and writes the names of those to table {@code symbol}: tens or hundreds, of the hundred
 * thousands that a kernel has.
 */
final class AddressCensus implements TableSinks {

    /** More distinct addresses than this have no name. */
    private static final int MOST = 1 << 16;

    private final TableSinks next;
    private final Map<String, List<FieldValue>> fieldsByTable = new HashMap<>();
    private long[] slots = new long[256];
    private int count;

    AddressCensus(TableSinks next) {
        this.next = next;
    }

    /** Learns of a kind of event; comes before its blocks. */
    synchronized void type(EventType type) {
        List<FieldValue> fields = type.print() == null ? List.of() : fields(type.print());
        if (!fields.isEmpty()) {
            fieldsByTable.put(type.table().name(), fields);
        }
    }

    /** The fields that a print format shows as the names of addresses. */
    private static List<FieldValue> fields(PrintFormat print) {
        List<FieldValue> found = new ArrayList<>();
        for (PrintPiece piece : print.pieces()) {
            if (piece instanceof Conversion c && namesAddress(c) && stripped(c.arg()) instanceof FieldValue field) {
                found.add(field);
            }
        }
        return found;
    }

    private static boolean namesAddress(Conversion c) {
        return c.conversion() == 'p'
                && !c.pointer().isEmpty()
                && "sSfFB".indexOf(c.pointer().charAt(0)) >= 0;
    }

    private static PrintExpr stripped(PrintExpr expr) {
        PrintExpr at = expr;
        while (at instanceof Cast cast) {
            at = cast.operand();
        }
        return at;
    }

    @Override
    public synchronized BlockSink open(TableSchema schema) {
        BlockSink sink = next.open(schema);
        List<FieldValue> fields = fieldsByTable.getOrDefault(schema.name(), List.of());
        if (fields.isEmpty()) {
            return sink;
        }
        return block -> {
            for (FieldValue field : fields) {
                look(block, field);
            }
            sink.accept(block);
        };
    }

    private synchronized void look(TableBlock block, FieldValue field) {
        ColumnData column = block.column(field.column());
        long mask = field.type().bytes() == 4 ? 0xFFFF_FFFFL : -1;
        long last = 0;
        for (int row = 0; row < block.rows(); row++) {
            long address = column.getLong(row) & mask;
            if (address != last) {
                last = address;
                add(address);
            }
        }
    }

    private void add(long address) {
        int slot = slot(address);
        if (slots[slot] == address || address == 0 || count == MOST) {
            return;
        }
        slots[slot] = address;
        count++;
        if (2 * count > slots.length) {
            long[] old = slots;
            slots = new long[2 * old.length];
            for (long known : old) {
                if (known != 0) {
                    slots[slot(known)] = known;
                }
            }
        }
    }

    /** Where an address stands, or the free place where it would. */
    private int slot(long address) {
        int slot = (int) (address * 0x9E3779B97F4A7C15L >>> 33) & slots.length - 1;
        while (slots[slot] != 0 && slots[slot] != address) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    /** Writes the names of the addresses found, by address; {@code symbols} is asked for only where there are any. */
    synchronized void write(java.util.function.Supplier<SymbolResolver> symbols) {
        if (count == 0) {
            return;
        }
        SymbolResolver names = symbols.get();
        long[] found =
                Arrays.stream(slots).filter(address -> address != 0).sorted().toArray();
        TableAppender rows = new TableAppender(TraceTables.SYMBOL, next);
        for (long address : found) {
            int symbol = names.find(address);
            if (symbol >= 0) {
                rows.addRow();
                rows.set(0, address);
                rows.setText(1, names.name(symbol));
                rows.set(2, address - names.address(symbol));
            }
        }
        rows.flush();
    }
}
