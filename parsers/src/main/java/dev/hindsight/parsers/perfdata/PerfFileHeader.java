package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.tracedat.ByteCursor;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first bytes of a perf.data ({@code struct perf_file_header} and {@code perf_pipe_file_header} in {@code
 * tools/perf/util/header.h}), words of 64 bits in the byte order of the recording machine:
 *
 * <pre>
 *   0          8      16          24           40          56               72
 *   +----------+------+-----------+------------+-----------+----------------+--------------------+
 *   |"PERFILE2"| size | bytes of  | attributes | data      | event types    | features, 256 bits |
 *   |          | 104  | attribute | offset,size| offset,   | offset, size   | in longs of the    |
 *   |          |      | and ids   |            | size      | (before 3.11)  | recording perf     |
 *   +----------+------+-----------+------------+-----------+----------------+--------------------+
 *   |"PERFILE2"| size | records follow: a pipe
 *   |          | 16   |
 *   +----------+------+
 * </pre>
 *
 * <p>The magic reads backwards where the byte order is the other one. Version 1, {@code PERFFILE}, was written up to
 * Linux 2.6.31 and knew no sample ids.
 *
 * @param order of the whole file
 * @param pipe whether it was written into a pipe: nothing but the size follows
 * @param attrBytes of an entry of {@code attrs}: a {@code perf_event_attr} and a section of ids
 * @param features bit n of word n / 64 tells feature n
 */
record PerfFileHeader(
        ByteOrder order,
        boolean pipe,
        long attrBytes,
        Section attrs,
        Section data,
        Section eventTypes,
        long[] features) {

    static final int PIPE_BYTES = 16;
    static final int FILE_BYTES = 104;

    private static final String MAGIC = "PERFILE2";
    private static final String MAGIC_SWAPPED = "2ELIFREP";
    private static final String MAGIC_VERSION_1 = "PERFFILE";
    private static final String MAGIC_VERSION_1_SWAPPED = "ELIFFREP";

    private static final int FEATURE_WORDS = 4;
    private static final int FEATURE_HOSTNAME = 3;

    /** A part of the file: {@code struct perf_file_section}. */
    record Section(long offset, long size) {}

    private static String magic(byte[] start, int length) {
        return new String(start, 0, Math.min(length, 8), StandardCharsets.ISO_8859_1);
    }

    /** Whether these first bytes are those of a perf.data, of whatever version. */
    static boolean matches(byte[] start, int length) {
        return switch (magic(start, length)) {
            case MAGIC, MAGIC_SWAPPED, MAGIC_VERSION_1, MAGIC_VERSION_1_SWAPPED -> true;
            default -> false;
        };
    }

    static PerfFileHeader read(TraceFile file) {
        byte[] start = file.readFully(0, 8, "the magic bytes of a perf.data");
        ByteOrder order = switch (magic(start, 8)) {
            case MAGIC -> ByteOrder.LITTLE_ENDIAN;
            case MAGIC_SWAPPED -> ByteOrder.BIG_ENDIAN;
            case MAGIC_VERSION_1, MAGIC_VERSION_1_SWAPPED ->
                throw new UnsupportedTraceException(
                        file.path(),
                        0,
                        "a perf.data of version 2 (\"PERFILE2\", since Linux 2.6.32)",
                        "one of version 1 (\"PERFFILE\")");
            default -> throw new DamagedTraceException(file.path(), 0, "the magic bytes \"PERFILE2\"", "others");
        };
        ByteCursor in = ByteCursor.over(file, 8, file.size(), order);
        long size = in.u64("size of the header");
        if (size == PIPE_BYTES) {
            Section rest = new Section(PIPE_BYTES, file.size() - PIPE_BYTES);
            Section none = new Section(0, 0);
            return new PerfFileHeader(order, true, 0, none, rest, none, new long[FEATURE_WORDS]);
        }
        if (size < FILE_BYTES) {
            throw in.damaged("a header of " + PIPE_BYTES + " or " + FILE_BYTES + " bytes", size + " bytes");
        }
        long attrBytes = in.u64("size of an attribute");
        Section attrs = section(in, "attributes");
        Section data = section(in, "data");
        Section types = section(in, "event types");
        long[] features = new long[FEATURE_WORDS];
        for (int i = 0; i < FEATURE_WORDS; i++) {
            features[i] = in.u64("features");
        }
        return new PerfFileHeader(order, false, attrBytes, attrs, data, types, ofLongs(features, order));
    }

    private static Section section(ByteCursor in, String what) {
        return new Section(in.u64("offset of the " + what), in.u64("size of the " + what));
    }

    /** A 32-bit perf of big endian wrote the bits in 32-bit words: every perf sets the one of the host's name. */
    private static long[] ofLongs(long[] words, ByteOrder order) {
        if (order == ByteOrder.BIG_ENDIAN && (words[0] >>> FEATURE_HOSTNAME & 1) == 0) {
            long[] halves = new long[words.length];
            for (int i = 0; i < words.length; i++) {
                halves[i] = Long.rotateLeft(words[i], 32);
            }
            return halves;
        }
        return words;
    }

    boolean hasFeature(int feature) {
        return (features[feature >>> 6] >>> feature & 1) != 0;
    }
}
