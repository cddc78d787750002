package dev.hindsight.parsers.tracedat;

/**
 * An event's format file as it stands in the recording.
 *
 * @param system the event's system
 * @param text of the format file
 * @param offset of the text in the file, or of its section where that is compressed
 */
record FormatText(String system, byte[] text, long offset) {}
