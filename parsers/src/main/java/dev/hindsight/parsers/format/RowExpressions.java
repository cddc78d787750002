package dev.hindsight.parsers.format;

import dev.hindsight.parsers.format.PrintExpr.Binary;
import dev.hindsight.parsers.format.PrintExpr.BinaryOp;
import dev.hindsight.parsers.format.PrintExpr.Bitmask;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.DynamicLength;
import dev.hindsight.parsers.format.PrintExpr.Element;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.Flags;
import dev.hindsight.parsers.format.PrintExpr.HexBytes;
import dev.hindsight.parsers.format.PrintExpr.IntArray;
import dev.hindsight.parsers.format.PrintExpr.KernelAddress;
import dev.hindsight.parsers.format.PrintExpr.Name;
import dev.hindsight.parsers.format.PrintExpr.Symbolic;
import dev.hindsight.parsers.format.PrintExpr.Text;
import dev.hindsight.parsers.format.PrintExpr.Unary;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.BytesRun;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TextData;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Computes the expressions of print formats for one row of an event's block. */
final class RowExpressions {

    private static final byte[] NO_BYTES = {};
    private static final long[] NO_ITEMS = {};

    private final SymbolResolver symbols;
    private TableBlock block;
    private int row;

    RowExpressions(SymbolResolver symbols) {
        this.symbols = symbols;
    }

    void at(TableBlock ofBlock, int ofRow) {
        block = ofBlock;
        row = ofRow;
    }

    /** The value of an integer expression; of what is none, 0. */
    long number(PrintExpr expr) {
        if (expr instanceof PrintExpr.Number n) {
            return n.value();
        } else if (expr instanceof FieldValue field) {
            return fieldNumber(field);
        } else if (expr instanceof Binary binary) {
            return binary(binary);
        } else if (expr instanceof Cast cast) {
            return cast.type().wrap(number(cast.operand()));
        } else if (expr instanceof Unary unary) {
            return Arithmetic.of(unary, number(unary.operand()));
        } else if (expr instanceof Conditional c) {
            return c.type().wrap(number(number(c.condition()) != 0 ? c.then() : c.otherwise()));
        } else if (expr instanceof Element element) {
            return element.type().wrap(element(element.array(), number(element.index())));
        } else if (expr instanceof DynamicLength length) {
            return length(length.array());
        } else if (expr instanceof KernelAddress address) {
            return symbols.addressOf(address.name());
        }
        return 0;
    }

    private long binary(Binary binary) {
        long left = number(binary.left());
        boolean decided = (binary.op() == BinaryOp.AND && left == 0) || (binary.op() == BinaryOp.OR && left != 0);
        return decided ? (left != 0 ? 1 : 0) : Arithmetic.of(binary, left, number(binary.right()));
    }

    private long fieldNumber(FieldValue field) {
        ColumnData data = block.column(field.column());
        return data.column().type().isInteger() || field.field().kind() == FieldKind.BOOL
                ? field.type().wrap(data.getLong(row))
                : 0;
    }

    private long element(FieldValue array, long index) {
        long[] items = items(array);
        return index < 0 || index >= items.length ? 0 : items[(int) index];
    }

    private long length(FieldValue array) {
        return switch (array.field().kind()) {
            case INTEGERS -> (long) items(array).length * array.field().elementBytes();
            case BYTES -> bytes(array).length;
            // the record holds the closing NUL byte too
            case STRING -> text(array).getBytes(StandardCharsets.UTF_8).length + 1L;
            case INTEGER, POINTER, BOOL -> array.field().size();
        };
    }

    /** The elements of an array field, or its bytes as numbers; not to be changed. */
    long[] items(FieldValue array) {
        ColumnData data = block.column(array.column());
        if (data instanceof LongListData list) {
            return Arrays.copyOfRange(list.items(), list.ends()[row], list.ends()[row + 1]);
        }
        byte[] bytes = bytes(array);
        if (bytes.length == 0) {
            return NO_ITEMS;
        }
        long[] items = new long[bytes.length];
        for (int i = 0; i < items.length; i++) {
            items[i] = bytes[i] & 0xFF;
        }
        return items;
    }

    /** The bytes of a field that holds bytes or text; none of others. */
    byte[] bytes(FieldValue array) {
        ColumnData data = block.column(array.column());
        if (data instanceof BinaryData binary) {
            BytesRun run = binary.run();
            return Arrays.copyOfRange(run.bytes(), run.start(row), run.start(row) + run.length(row));
        }
        if (data instanceof TextData || data instanceof SymbolData) {
            return data.getText(row).getBytes(StandardCharsets.UTF_8);
        }
        return NO_BYTES;
    }

    /** The text of a field that holds text, or bytes up to the first NUL. */
    String text(FieldValue field) {
        ColumnData data = block.column(field.column());
        if (data instanceof TextData || data instanceof SymbolData) {
            return data.getText(row);
        }
        byte[] bytes = bytes(field);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** Appends a text expression with the width and precision of its {@code %s}. */
    void appendText(StringBuilder to, PrintSpec spec, PrintExpr expr) {
        if (expr instanceof Text text) {
            spec.appendText(to, text.text());
        } else if (expr instanceof FieldValue field) {
            appendField(to, spec, field);
        } else if (expr instanceof Conditional c) {
            appendText(to, spec, number(c.condition()) != 0 ? c.then() : c.otherwise());
        } else if (expr instanceof Symbolic symbolic) {
            appendSymbolic(to, spec, symbolic);
        } else if (expr instanceof Flags flags) {
            appendFlags(to, spec, flags);
        } else if (expr instanceof HexBytes hex) {
            long length = number(hex.length());
            HexText.bytes(to, bytes(hex.array()), Math.min(length, Integer.MAX_VALUE), hex.delimiter());
        } else if (expr instanceof IntArray array) {
            appendArray(to, array);
        } else if (expr instanceof Bitmask mask) {
            StringBuilder bits = new StringBuilder();
            int elementBytes = mask.array().field().elementBytes();
            if (mask.asList()) {
                HexText.ranges(bits, items(mask.array()), 8 * elementBytes);
            } else {
                HexText.bitmask(bits, items(mask.array()), elementBytes);
            }
            spec.appendText(to, bits.toString());
        } else if (expr instanceof Cast cast) {
            appendText(to, spec, cast.operand());
        } else {
            spec.appendText(to, Long.toHexString(number(expr)));
        }
    }

    /** A scalar as text is the address of one: its constant text where the trace has that, else the address. */
    private void appendField(StringBuilder to, PrintSpec spec, FieldValue field) {
        if (field.field().array() || field.field().kind() == FieldKind.BYTES) {
            spec.appendText(to, text(field));
            return;
        }
        long address = field.type().bits(number(field));
        String constant = symbols.printkFormat(address);
        to.append(constant != null ? constant : Long.toHexString(address));
    }

    private void appendSymbolic(StringBuilder to, PrintSpec spec, Symbolic symbolic) {
        long value = number(symbolic.value());
        for (Name name : symbolic.names()) {
            if (name.value() == value) {
                spec.appendText(to, name.text());
                return;
            }
        }
        to.append("0x").append(Long.toHexString(symbolic.value().type().bits(value)));
    }

    private void appendFlags(StringBuilder to, PrintSpec spec, Flags flags) {
        long rest = flags.value().type().bits(number(flags.value()));
        boolean any = false;
        for (Name name : flags.names()) {
            long mask = name.value();
            if (rest == 0 && mask == -1 && !any) {
                spec.appendText(to, name.text());
                break;
            }
            if (mask != 0 && mask != -1 && (rest & mask) == mask) {
                if (any) {
                    to.append(flags.delimiter());
                }
                spec.appendText(to, name.text());
                any = true;
                rest &= ~mask;
            }
        }
        if (rest != 0) {
            if (any) {
                to.append(flags.delimiter());
            }
            to.append("0x").append(Long.toHexString(rest));
        }
    }

    private void appendArray(StringBuilder to, IntArray array) {
        long[] items = items(array.array());
        long count = Math.min(Math.max(0, number(array.count())), items.length);
        IntType element = new IntType(array.array().field().elementBytes(), false);
        to.append('{');
        for (int i = 0; i < count; i++) {
            to.append(i == 0 ? "0x" : ",0x").append(Long.toHexString(element.bits(items[i])));
        }
        to.append('}');
    }
}
