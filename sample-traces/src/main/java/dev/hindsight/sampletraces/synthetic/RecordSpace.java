package dev.hindsight.sampletraces.synthetic;

/** Where the records of one CPU's events are made, in place. */
interface RecordSpace {

    /** Makes place for a zeroed record, which the caller fills in {@link #page()} from the offset told. */
    int reserve(long ns, int recordBytes);

    /** The bytes that records are made in, always the same array. */
    byte[] page();

    /** Events so far. */
    long events();
}
