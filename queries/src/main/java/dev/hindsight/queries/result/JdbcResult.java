package dev.hindsight.queries.result;

import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A result as JDBC streams it. Closes its statement and its connection. */
public final class JdbcResult implements QueryResult {

    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private final Connection connection;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final List<ResultColumn> columns;

    /**
     * @param described columns with units, by name, for those that somebody described
     */
    public JdbcResult(
            Connection connection, PreparedStatement statement, ResultSet rows, Map<String, ResultColumn> described)
            throws SQLException {
        this.connection = connection;
        this.statement = statement;
        this.rows = rows;
        ResultSetMetaData meta = rows.getMetaData();
        List<ResultColumn> found = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            String name = meta.getColumnLabel(i);
            String type = meta.getColumnTypeName(i);
            ResultColumn had = described.get(name);
            found.add(
                    had == null
                            ? ResultColumn.undescribed(name, type)
                            : new ResultColumn(name, type, had.unit(), had.doc()));
        }
        columns = List.copyOf(found);
    }

    @Override
    public List<ResultColumn> columns() {
        return columns;
    }

    @Override
    public boolean next() {
        try {
            return rows.next();
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    @Override
    public Object value(int column) {
        try {
            return plain(rows.getObject(column + 1));
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    private static Object plain(Object value) throws SQLException {
        if (value == null || value instanceof String || value instanceof Long || value instanceof Double) {
            return value;
        } else if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        } else if (value instanceof Float f) {
            return f.doubleValue();
        } else if (value instanceof BigInteger n) {
            return n.compareTo(LONG_MIN) >= 0 && n.compareTo(LONG_MAX) <= 0 ? (Object) n.longValue() : n;
        } else if (value instanceof Boolean || value instanceof java.math.BigDecimal || value instanceof byte[]) {
            return value;
        } else if (value instanceof Blob blob) {
            return blob.getBytes(1, Math.toIntExact(blob.length()));
        } else if (value instanceof Array array) {
            List<Object> items = new ArrayList<>();
            for (Object item : (Object[]) array.getArray()) {
                items.add(plain(item));
            }
            return items;
        } else if (value instanceof Struct struct) {
            return struct(struct);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new LinkedHashMap<>();
            for (Map.Entry<?, ?> e : map.entrySet()) {
                plain.put(String.valueOf(e.getKey()), plain(e.getValue()));
            }
            return plain;
        }
        return value.toString();
    }

    private static Object struct(Struct struct) throws SQLException {
        if (struct instanceof org.duckdb.DuckDBStruct fields) {
            return plain(fields.getMap());
        }
        List<Object> values = new ArrayList<>();
        for (Object attribute : struct.getAttributes()) {
            values.add(plain(attribute));
        }
        return values;
    }

    @Override
    public void close() {
        try (connection;
                statement;
                rows) {
            // Closed by leaving the block, the result first.
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }
}
