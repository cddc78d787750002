package dev.hindsight.cli;

/** How results are printed. */
enum OutputFormat {
    /** For reading: aligned columns, times with units. */
    TABLE,
    /** For programs: one document, times in ns. */
    JSON,
    /** For spreadsheets: RFC 4180, times in ns. */
    CSV
}
