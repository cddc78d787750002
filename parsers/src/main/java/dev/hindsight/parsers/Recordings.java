package dev.hindsight.parsers;

import dev.hindsight.parsers.ctf.CtfRecording;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.ftracetext.FtraceTextRecording;
import dev.hindsight.parsers.perfdata.PerfDataRecording;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.tracedat.TraceDatRecording;
import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a recording of whatever format, told by what is in the file. */
public final class Recordings {

    private static final int HEAD = 4096;

    private static final String READS =
            "a trace.dat of trace-cmd (file format 6 or 7), a perf.data, the directory of a CTF trace"
                    + " (LTTng, perf data convert), or the text of a trace (tracefs trace, trace-cmd report, perf"
                    + " script)";

    private static final String UNKNOWN = "a file of no format that is known here";

    private Recordings() {}

    /**
     * Opens a recording.
     *
     * @throws TraceException where the file can't be read, is damaged, or is of a format that is not read
     */
    public static Recording open(Path path, ReadOptions options) {
        if (Files.isDirectory(path)) {
            if (CtfRecording.matches(path)) {
                return CtfRecording.open(path, options);
            }
            if (Files.exists(path.resolve("data"))) {
                throw unsupported(path, "a perf.data directory (perf record --threads: record without it)");
            }
            throw unsupported(path, "a directory without a CTF trace in it");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw unsupported(path, "a pipe or a device, which can't be read at any place: write it to a file first");
        }
        byte[] head = new byte[HEAD];
        int length;
        try (TraceFile file = new TraceFile(path)) {
            length = file.read(0, head, 0, HEAD);
        }
        if (TraceDatRecording.matches(head, length)) {
            return TraceDatRecording.open(path, options);
        }
        if (PerfDataRecording.matches(head, length)) {
            return PerfDataRecording.open(path, options);
        }
        if (length == 0) {
            throw new DamagedTraceException(path, 0, READS, "an empty file");
        }
        String kind = kind(head, length);
        if (kind.equals(UNKNOWN) && FtraceTextRecording.recognises(path)) {
            return FtraceTextRecording.open(path, options);
        }
        throw unsupported(path, kind);
    }

    /** Whether a directory holds a recording; which of them are read, {@link #open} tells. */
    public static boolean isTraceDirectory(Path path) {
        return Files.isDirectory(path) && (CtfRecording.matches(path) || Files.exists(path.resolve("data")));
    }

    private static UnsupportedTraceException unsupported(Path path, String what) {
        return new UnsupportedTraceException(path, 0, READS, what);
    }

    private static String kind(byte[] head, int length) {
        String start = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        if (startsWith(head, length, 0xC1, 0xFC, 0x1F, 0xC1) || startsWith(head, length, 0xC1, 0x1F, 0xFC, 0xC1)) {
            return "a stream file of a CTF trace: name its directory";
        }
        if (startsWith(head, length, 0x75, 0xD1, 0x1D, 0x57)
                || startsWith(head, length, 0x57, 0x1D, 0xD1, 0x75)
                || start.startsWith("/* CTF")) {
            return "the metadata of a CTF trace: name its directory";
        }
        if (startsWith(head, length, 0x28, 0xB5, 0x2F, 0xFD)) {
            return "a file compressed with zstd: decompress it first (zstd -d)";
        }
        if (startsWith(head, length, 0x1F, 0x8B)) {
            return "a file compressed with gzip: decompress it first (gunzip)";
        }
        if (startsWith(head, length, 0xFD, '7', 'z', 'X', 'Z', 0)) {
            return "a file compressed with xz: decompress it first (unxz)";
        }
        if (start.startsWith("BZh")) {
            return "a file compressed with bzip2: decompress it first (bunzip2)";
        }
        if (startsWith(head, length, 0x04, 0x22, 0x4D, 0x18)) {
            return "a file compressed with lz4: decompress it first (unlz4)";
        }
        if (startsWith(head, length, 'P', 'K', 3, 4)) {
            return "a zip archive: unpack it first";
        }
        // zlib's first byte
        if (start.contains("TRACE:\nx")) {
            return "the compressed output of atrace: record without -z, or have systrace write the text";
        }
        if (startsWith(head, length, 0xFF, 0xFE) || startsWith(head, length, 0xFE, 0xFF)) {
            return "a text in UTF-16: convert it first (iconv -f UTF-16 -t UTF-8)";
        }
        if (start.startsWith("FLR\0")) {
            return "a JDK flight recording";
        }
        return UNKNOWN;
    }

    private static boolean startsWith(byte[] head, int length, int... bytes) {
        if (length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
