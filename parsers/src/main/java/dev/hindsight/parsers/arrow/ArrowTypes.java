package dev.hindsight.parsers.arrow;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow's names for our column types. */
public final class ArrowTypes {

    /** Of the codes of a dictionary. */
    static final ArrowType.Int CODE = new ArrowType.Int(32, true);

    private ArrowTypes() {}

    /** The table's schema as Arrow holds it in memory: a symbol column is its codes, with dictionary {@code index}. */
    public static Schema schema(TableSchema table) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            fields.add(field(table.columns().get(i), i));
        }
        return new Schema(fields);
    }

    private static Field field(Column column, int index) {
        boolean nullable = column.nullable();
        return switch (column.type()) {
            case SYMBOL ->
                new Field(
                        column.name(), new FieldType(nullable, CODE, new DictionaryEncoding(index, false, CODE)), null);
            case INT64_LIST ->
                new Field(
                        column.name(),
                        new FieldType(nullable, ArrowType.List.INSTANCE, null),
                        List.of(new Field("item", new FieldType(false, new ArrowType.Int(64, true), null), null)));
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT64, TEXT, BINARY ->
                new Field(column.name(), new FieldType(nullable, type(column.type()), null), null);
        };
    }

    private static ArrowType type(ColumnType type) {
        return switch (type) {
            case BOOL -> ArrowType.Bool.INSTANCE;
            case INT8 -> new ArrowType.Int(8, true);
            case INT16 -> new ArrowType.Int(16, true);
            case INT32 -> new ArrowType.Int(32, true);
            case INT64 -> new ArrowType.Int(64, true);
            case UINT8 -> new ArrowType.Int(8, false);
            case UINT16 -> new ArrowType.Int(16, false);
            case UINT32 -> new ArrowType.Int(32, false);
            case UINT64 -> new ArrowType.Int(64, false);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case TEXT, SYMBOL -> ArrowType.Utf8.INSTANCE;
            case BINARY -> ArrowType.Binary.INSTANCE;
            case INT64_LIST -> ArrowType.List.INSTANCE;
        };
    }
}
