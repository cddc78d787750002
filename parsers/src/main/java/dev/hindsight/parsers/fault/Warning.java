package dev.hindsight.parsers.fault;

/**
 * Something that a reader passed over, counted: one row per code and subject, not one per occurrence.
 *
 * @param code stable, lower-case, hyphenated, for instance {@code unknown-option}
 * @param message one sentence about the first occurrence, with what to do where anything can be done
 * @param count how often it happened
 * @param damage whether data was lost to damage of the file (the command then ends with its own exit code)
 * @param offset where it happened first, from the start of the file, or -1
 */
public record Warning(String code, String message, long count, boolean damage, long offset) {}
