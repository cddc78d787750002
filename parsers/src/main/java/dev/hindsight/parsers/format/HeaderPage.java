package dev.hindsight.parsers.format;

import java.nio.charset.StandardCharsets;

/**
 * The layout of a ring-buffer page's header, as {@code events/header_page} describes it
 * ({@code ring_buffer_print_page_header} in {@code kernel/trace/ring_buffer.c}):
 *
 * <pre>
 *   64-bit kernel                       32-bit kernel
 *   0        8               16         0        8         12
 *   +--------+---------------+------    +--------+---------+------
 *   |timestamp| commit       | data     |timestamp| commit | data
 *   +--------+---------------+------    +--------+---------+------
 * </pre>
 *
 * <p>{@code overwrite} shares the first byte of {@code commit}: a mark that the page may have missed events.
 *
 * @param timestampOffset of the page's first time stamp
 * @param timestampSize always 8
 * @param commitOffset of the count of data bytes and the flags above it
 * @param commitSize bytes of a {@code long} in the traced kernel, 4 or 8
 * @param overwriteOffset of the overwrite mark, -1 where there is none
 * @param dataOffset of the first event
 * @param dataSize bytes of data that a page can hold
 */
public record HeaderPage(
        int timestampOffset,
        int timestampSize,
        int commitOffset,
        int commitSize,
        int overwriteOffset,
        int dataOffset,
        int dataSize) {

    /** The layout of kernels that do not describe it: of 4 KiB pages. */
    public static HeaderPage ofWord(int wordBytes) {
        int data = 8 + wordBytes;
        return new HeaderPage(0, 8, 8, wordBytes, 8, data, 4096 - data);
    }

    /** Bytes of a whole page or sub-buffer. */
    public int pageSize() {
        return dataOffset + dataSize;
    }

    /** As {@link #parse(String)}, from the bytes in the file. */
    public static HeaderPage parse(byte[] text) throws FormatException {
        return parse(new String(text, StandardCharsets.UTF_8));
    }

    /** Reads the description; a field that it lacks, or that overlaps another, is an error. */
    public static HeaderPage parse(String text) throws FormatException {
        EventField timestamp = null;
        EventField commit = null;
        EventField overwrite = null;
        EventField data = null;
        for (String raw : text.split("\n", 64)) {
            String line = raw.strip();
            if (!line.startsWith("field:")) {
                continue;
            }
            EventField field = FieldDeclaration.parse(line.substring(6), 8);
            switch (field.name()) {
                case "timestamp" -> timestamp = field;
                case "commit" -> commit = field;
                case "overwrite" -> overwrite = field;
                case "data" -> data = field;
                default -> {
                    // further fields would lie within the header and change nothing in reading it
                }
            }
        }
        if (timestamp == null || commit == null || data == null) {
            throw new FormatException(
                    "fields timestamp, commit and data in header_page", FieldDeclaration.excerpt(text));
        }
        if (timestamp.size() != 8 || (commit.size() != 4 && commit.size() != 8)) {
            throw new FormatException(
                    "a timestamp of 8 bytes and a commit of 4 or 8 in header_page",
                    timestamp.size() + " and " + commit.size());
        }
        if (timestamp.offset() + 8 > data.offset() || commit.offset() + commit.size() > data.offset()) {
            throw new FormatException(
                    "timestamp and commit before the data in header_page",
                    "data at " + data.offset() + ", timestamp at " + timestamp.offset() + ", commit at "
                            + commit.offset());
        }
        return new HeaderPage(
                timestamp.offset(),
                timestamp.size(),
                commit.offset(),
                commit.size(),
                overwrite == null ? -1 : overwrite.offset(),
                data.offset(),
                data.size());
    }
}
