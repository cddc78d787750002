package dev.hindsight.cli;

import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** What {@code hindsight export --to} writes. */
enum ExportFormat {
    /** Perfetto's own trace format: tracks for its UI. */
    PERFETTO,
    /** Chrome's trace events, JSON: tracks for its tracing page, Perfetto and Trace Compass. */
    CHROME_JSON,
    CSV,
    /** Arrow IPC streams. */
    ARROW,
    PARQUET;

    /** Whether it shows runs as tracks, and not tables. */
    boolean hasTracks() {
        return this == PERFETTO || this == CHROME_JSON;
    }

    /** Of a file with one table. */
    String extension() {
        return switch (this) {
            case PERFETTO -> "pftrace";
            case CHROME_JSON -> "json";
            case CSV -> "csv";
            case ARROW -> "arrows";
            case PARQUET -> "parquet";
        };
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** From the command line. */
    static ExportFormat parse(String word) {
        for (ExportFormat format : values()) {
            if (format.toString().equals(word)) {
                return format;
            }
        }
        throw new TypeConversionException(
                "expected perfetto, chrome-json, csv, arrow or parquet, found '" + word + "'");
    }
}
