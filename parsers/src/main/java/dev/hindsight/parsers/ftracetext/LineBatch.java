package dev.hindsight.parsers.ftracetext;

/** Some consecutive lines of a text, their events' heads read. Used again and again. */
final class LineBatch {

    final LineWindow window = new LineWindow();
    final LineFaults faults = new LineFaults();
    byte[] bytes = {};

    /** How many events of the window are this batch's, by its order; the others are the next one's. */
    int events;

    /** Makes ready for as many bytes. */
    void begin(int capacity) {
        if (bytes.length < capacity) {
            bytes = new byte[capacity];
        }
        faults.clear();
        events = 0;
    }
}
