package dev.hindsight.parsers.ringbuffer;

/**
 * Where the parts of this recording's pages stand.
 *
 * @param bigEndian whether the traced machine is
 * @param pageSize bytes of a page
 * @param timestampOffset of the page's time stamp of 8 bytes
 * @param commitOffset of the commit word
 * @param commitBytes 4 or 8, also of the missed count
 * @param dataOffset of the first event
 */
public record PageLayout(
        boolean bigEndian, int pageSize, int timestampOffset, int commitOffset, int commitBytes, int dataOffset) {

    public PageLayout {
        if (commitBytes != 4 && commitBytes != 8) {
            throw new IllegalArgumentException("commit of " + commitBytes + " bytes");
        }
        if (timestampOffset < 0
                || commitOffset < 0
                || timestampOffset + 8 > dataOffset
                || commitOffset + commitBytes > dataOffset
                || dataOffset + 8 > pageSize) {
            throw new IllegalArgumentException("page header " + timestampOffset + ", " + commitOffset + ", "
                    + dataOffset + " in pages of " + pageSize);
        }
    }
}
