package dev.hindsight.parsers.tracedat;

/**
 * The parts of the head that versions 6 and 7 have in common: header descriptions, event formats, symbols, printk
 * formats and command lines, each read from where a cursor stands.
 */
final class MetadataReader {

    private static final int MAX_FORMAT = 1 << 20;
    private static final int MAX_TEXT = 32 << 20;
    private static final int MAX_FORMATS = 1 << 16;

    private final TraceDatContents contents;
    private long formatBytes;

    MetadataReader(TraceDatContents contents) {
        this.contents = contents;
    }

    void headerInfo(ByteCursor in) {
        in.expect("header_page\0", "text");
        contents.headerPageOffset = in.offset();
        contents.headerPage = sized64(in, MAX_FORMAT, "header_page");
        in.expect("header_event\0", "text");
        // The same since Linux 2.6.31; RingBufferPage has it.
        in.skip(in.u64("size of header_event"), "header_event");
    }

    private static byte[] sized64(ByteCursor in, int max, String what) {
        int length = in.length(in.u64("size of " + what), max, what);
        return in.bytes(length, what);
    }

    private static byte[] sized32(ByteCursor in, int max, String what) {
        int length = in.length(in.u32("size of " + what), max, what);
        return in.bytes(length, what);
    }

    void ftraceFormats(ByteCursor in) {
        formatsOf("ftrace", in);
    }

    void eventFormats(ByteCursor in) {
        long systems = in.u32("count of event systems");
        for (long i = 0; i < systems; i++) {
            formatsOf(in.string("name of an event system"), in);
        }
    }

    private void formatsOf(String system, ByteCursor in) {
        long count = in.u32("count of event formats");
        for (long i = 0; i < count; i++) {
            long offset = in.offset();
            byte[] text = sized64(in, MAX_FORMAT, "event format");
            formatBytes += text.length;
            if (contents.formats.size() >= MAX_FORMATS || formatBytes > MAX_TEXT) {
                throw in.damaged(
                        "at most " + MAX_FORMATS + " event formats of together " + MAX_TEXT + " bytes", "more");
            }
            contents.formats.add(new FormatText(system, text, offset));
        }
    }

    void kallsyms(ByteCursor in) {
        contents.kallsyms = sized32(in, MAX_TEXT, "kallsyms");
    }

    void printkFormats(ByteCursor in) {
        contents.printkFormats = sized32(in, MAX_TEXT, "printk formats");
    }

    void cmdlines(ByteCursor in) {
        contents.cmdlines = sized64(in, MAX_TEXT, "command lines");
    }
}
