package dev.hindsight.parsers.perfdata;

/**
 * The record that a sample becomes whose event is no tracepoint, laid out as those of the ring buffer are, in the byte
 * order of the file:
 *
 * <pre>
 *   0             2       3               4            8          12     16     24       32
 *   +-------------+-------+---------------+------------+----------+------+------+--------+--------+
 *   | common_type | flags | preempt_count | common_pid | tgid     | 0    | ip   | addr   | period |
 *   |             | 0     | 0             | (tid)      |          |      |      |        |        |
 *   +-------------+-------+---------------+------------+----------+------+------+--------+--------+
 * </pre>
 *
 * <p>A format names those that the event's samples have.
 */
final class SampleRecord {

    static final int BYTES = 40;

    private static final int TGID = 8;
    private static final int IP = 16;
    private static final int ADDR = 24;
    private static final int PERIOD = 32;

    private SampleRecord() {}

    /** The head of a format file, with the common fields. */
    static String head(String name, int id) {
        return "name: " + name + "\nID: " + id + "\nformat:\n"
                + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
                + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
                + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n";
    }

    /** The format of an event's samples. */
    static String format(PerfEvent event, String name, int id) {
        StringBuilder text = new StringBuilder(head(name.replaceAll("\\s+", "_"), id));
        StringBuilder print = new StringBuilder();
        StringBuilder args = new StringBuilder();
        SampleLayout layout = event.layout;
        if (layout.tid >= 0) {
            text.append("\tfield:int tgid;\toffset:" + TGID + ";\tsize:4;\tsigned:1;\n");
        }
        if (layout.ip >= 0) {
            text.append("\tfield:u64 ip;\toffset:" + IP + ";\tsize:8;\tsigned:0;\n");
            print.append("ip=0x%llx ");
            args.append(", REC->ip");
        }
        if (layout.addr >= 0) {
            text.append("\tfield:u64 addr;\toffset:" + ADDR + ";\tsize:8;\tsigned:0;\n");
            print.append("addr=0x%llx ");
            args.append(", REC->addr");
        }
        if (layout.period >= 0) {
            text.append("\tfield:u64 period;\toffset:" + PERIOD + ";\tsize:8;\tsigned:0;\n");
            print.append("period=%llu ");
            args.append(", REC->period");
        }
        return text.append("\nprint fmt: \"")
                .append(print.toString().strip())
                .append('"')
                .append(args)
                .append('\n')
                .toString();
    }

    /** Makes the record of a sample. */
    static void write(SampleLayout layout, byte[] from, int sample, boolean big, int id, byte[] to, int at) {
        Words.putShort(to, at, big, id);
        Words.putShort(to, at + 2, big, 0);
        Words.putInt(to, at + 4, big, layout.tid < 0 ? 0 : Words.getInt(from, sample + layout.tid + 4, big));
        Words.putInt(to, at + TGID, big, layout.tid < 0 ? 0 : Words.getInt(from, sample + layout.tid, big));
        Words.putInt(to, at + 12, big, 0);
        word(layout.ip, from, sample, big, to, at + IP);
        word(layout.addr, from, sample, big, to, at + ADDR);
        word(layout.period, from, sample, big, to, at + PERIOD);
    }

    private static void word(int offset, byte[] from, int sample, boolean big, byte[] to, int at) {
        Words.putLong(to, at, big, offset < 0 ? 0 : Words.getLong(from, sample + offset, big));
    }
}
