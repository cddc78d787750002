package dev.hindsight.queries.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Results as JSON. */
public final class JsonText {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private JsonText() {}

    static void write(QueryResult result, Writer to) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(to)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            writeRows(result, json);
        }
        to.write('\n');
    }

    /** Writes the rows as an array where the generator stands: for documents of several results. */
    public static void writeRows(QueryResult result, JsonGenerator json) throws IOException {
        List<String> names = names(result.columns());
        json.writeStartArray();
        while (result.next()) {
            json.writeStartObject();
            for (int i = 0; i < names.size(); i++) {
                json.writeFieldName(names.get(i));
                value(result.value(i), json);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Of columns of one name, the second is {@code name_1} and so on: most readers keep but one key of each name. */
    private static List<String> names(List<ResultColumn> columns) {
        Set<String> had = new LinkedHashSet<>();
        for (ResultColumn column : columns) {
            String name = column.name();
            for (int n = 1; !had.add(name); n++) {
                name = column.name() + '_' + n;
            }
        }
        return List.copyOf(had);
    }

    static void value(Object value, JsonGenerator json) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Long n) {
            json.writeNumber(n);
        } else if (value instanceof Double n) {
            if (Double.isFinite(n)) {
                json.writeNumber(n);
            } else {
                json.writeNull();
            }
        } else if (value instanceof BigInteger n) {
            json.writeNumber(n);
        } else if (value instanceof BigDecimal n) {
            json.writeNumber(n);
        } else if (value instanceof Boolean b) {
            json.writeBoolean(b);
        } else if (value instanceof byte[] bytes) {
            json.writeString(HexFormat.of().formatHex(bytes));
        } else if (value instanceof List<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                value(item, json);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> e : map.entrySet()) {
                json.writeFieldName(String.valueOf(e.getKey()));
                value(e.getValue(), json);
            }
            json.writeEndObject();
        } else {
            json.writeString(value.toString());
        }
    }
}
