package dev.hindsight.queries.result;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Results as CSV (RFC 4180): CRLF line ends, fields quoted where they must be. */
final class CsvText {

    private CsvText() {}

    static void write(QueryResult result, Writer to) throws IOException {
        List<ResultColumn> columns = result.columns();
        for (int i = 0; i < columns.size(); i++) {
            field(columns.get(i).name(), i, to);
        }
        to.write("\r\n");
        while (result.next()) {
            for (int i = 0; i < columns.size(); i++) {
                Object value = result.value(i);
                field(value == null ? null : text(value), i, to);
            }
            to.write("\r\n");
        }
    }

    static String text(Object value) throws IOException {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (value instanceof List<?> || value instanceof Map<?, ?>) {
            StringWriter text = new StringWriter();
            try (var json = new com.fasterxml.jackson.core.JsonFactory().createGenerator(text)) {
                JsonText.value(value, json);
            }
            return text.toString();
        }
        return value.toString();
    }

    private static void field(String text, int column, Writer to) throws IOException {
        if (column > 0) {
            to.write(',');
        }
        if (text == null) {
            return;
        }
        boolean quoted = text.isEmpty();
        for (int i = 0; i < text.length() && !quoted; i++) {
            char c = text.charAt(i);
            quoted = c == ',' || c == '"' || c == '\r' || c == '\n';
        }
        if (quoted) {
            to.write('"');
            to.write(text.replace("\"", "\"\""));
            to.write('"');
        } else {
            to.write(text);
        }
    }
}
