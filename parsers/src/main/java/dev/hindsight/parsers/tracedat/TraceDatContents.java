package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.recording.RecordingInfo;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What a trace.dat says of itself, of whatever version; filled while its head is read. */
final class TraceDatContents {

    int version;
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    int longBytes = 8;
    int pageSize;
    Compression compression = Compression.NONE;

    byte[] headerPage = new byte[0];
    long headerPageOffset;
    final List<FormatText> formats = new ArrayList<>();
    byte[] kallsyms = new byte[0];
    byte[] printkFormats = new byte[0];
    byte[] cmdlines = new byte[0];

    final List<BufferData> buffers = new ArrayList<>();
    int cpus;

    final List<String> cpuStats = new ArrayList<>();
    String traceClock = "";
    String uname = "";
    String traceCmdVersion = "";
    String procMaps = "";
    final List<String> hooks = new ArrayList<>();
    long traceId;
    long dateOffsetNs;
    long offsetNs;
    TimeShift timeShift;
    TscToNs tscToNs;
    final List<RecordingInfo.Guest> guests = new ArrayList<>();

    boolean bigEndian() {
        return order == ByteOrder.BIG_ENDIAN;
    }
}
