package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.table.TableBlock;

/**
 * A run of consecutive events of a recording, in time order over all CPUs (ties: by CPU, then order in the CPU's
 * buffer). The arrays may be longer than {@link #size}; they are the reader's own and hold only during the call.
 *
 * <p>Event {@code i} is row {@code row[i]} of {@code blocks[type[i]]}. A block belongs to the sink that filled it and
 * stays unchanged up to the rows of this slice.
 */
public final class EventSlice {

    /** Events in this slice. */
    public int size;

    /** When, ns on the trace's clock; never falls within a recording, except where a warning said so. */
    public long[] tsNs;

    /** On which CPU. */
    public int[] cpu;

    /** {@link EventType#index()}. */
    public int[] type;

    /** Row in the type's block. */
    public int[] row;

    /** By type index; null for types with no event in this slice. */
    public TableBlock[] blocks;
}
