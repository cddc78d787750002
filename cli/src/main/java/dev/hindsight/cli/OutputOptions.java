package dev.hindsight.cli;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.result.ResultFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine.Option;

/** How a command prints: the same options everywhere. */
final class OutputOptions {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    @Option(
            names = "--format",
            paramLabel = "table|json|csv",
            defaultValue = "TABLE",
            description = "table for reading, json or csv for programs with times in ns (default: table).")
    private ResultFormat format;

    @Option(names = "--debug", description = "Show the stack of an error.")
    private boolean debug;

    ResultFormat format() {
        return format;
    }

    /** Prints rows in the chosen format. */
    void rows(PrintWriter out, QueryResult rows) {
        try {
            format.write(rows, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.flush();
    }

    /** Prints one JSON document. */
    static void json(PrintWriter out, Object document) {
        try {
            JSON.writeValue(out, document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println();
        out.flush();
    }
}
