package dev.hindsight.sampletraces.synthetic;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** A trace instance: the top one, named "", or another, with a ring buffer for each CPU that was recorded. */
public final class TraceInstance {

    private final String name;
    private final String clock;
    private final FileShape shape;
    private final int subBufferBytes;
    private final Path spoolDirectory;
    private final SortedMap<Integer, CpuBuffer> cpus = new TreeMap<>();

    TraceInstance(String name, String clock, FileShape shape, int subBufferBytes, Path spoolDirectory) {
        this.name = name;
        this.clock = clock;
        this.shape = shape;
        this.subBufferBytes = subBufferBytes;
        this.spoolDirectory = spoolDirectory;
    }

    /** The CPU's ring buffer, made when first asked for. */
    public CpuBuffer cpu(int cpu) {
        return cpus.computeIfAbsent(cpu, c -> new CpuBuffer(shape, subBufferBytes, spoolDirectory));
    }

    public String name() {
        return name;
    }

    /** The clock of its time stamps: {@code local}, {@code mono}, ... */
    public String clock() {
        return clock;
    }

    /** Size of its ring-buffer pages. */
    public int subBufferBytes() {
        return subBufferBytes;
    }

    /** By CPU number. */
    SortedMap<Integer, CpuBuffer> cpus() {
        return Collections.unmodifiableSortedMap(cpus);
    }
}
