package dev.hindsight.parsers.bench;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.arrow.BlockVectors;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.sampletraces.synthetic.Compression;
import dev.hindsight.sampletraces.synthetic.FileShape;
import dev.hindsight.sampletraces.synthetic.KvmWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Events per second out of a trace.dat of 4 CPUs, in the page cache, on one thread unless {@code decoders} says more:
 * counted, in blocks, in Arrow vectors with all columns of their tables.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class TraceDatBenchmark {

    private static final int EVENTS = 4_000_000;

    /** What is in the recording. */
    public enum Events {
        /** {@link SixFieldRecording}. */
        SIX_FIELDS,
        /** {@link KvmWorkload}: 22 kinds of events, with 10 columns each on average. */
        KVM_HOST
    }

    @Param({"NONE", "ZSTD"})
    String compression;

    /** 0 decompresses on the reading thread. */
    @Param({"0", "2"})
    int decoders;

    @Param({"SIX_FIELDS", "KVM_HOST"})
    Events events;

    private Path file;
    private BufferAllocator allocator;

    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("benchmark", ".dat");
        FileShape shape = FileShape.v7().with(Compression.valueOf(compression));
        switch (events) {
            case SIX_FIELDS -> SixFieldRecording.write(shape, file, EVENTS, 4);
            case KVM_HOST -> new KvmWorkload(EVENTS, 4, 1).write(shape, file);
        }
        allocator = new RootAllocator();
    }

    @TearDown
    public void delete() throws IOException {
        allocator.close();
        Files.delete(file);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long count() throws IOException {
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.withDecoders(decoders))) {
            return recording.count().events();
        }
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long readIntoBlocks() throws IOException {
        EventsSeen seen = new EventsSeen();
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.withDecoders(decoders))) {
            recording.read(schema -> block -> {}, seen);
        }
        return seen.events;
    }

    /** Into Arrow vectors, one root per event type, loaded anew with each block. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long readIntoArrow() throws IOException {
        EventsSeen seen = new EventsSeen();
        List<BlockVectors> roots = new ArrayList<>();
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.withDecoders(decoders))) {
            recording.read(
                    schema -> {
                        BlockVectors vectors = new BlockVectors(schema, allocator);
                        roots.add(vectors);
                        return vectors::load;
                    },
                    seen);
        } finally {
            roots.forEach(BlockVectors::close);
        }
        return seen.events;
    }

    private static final class EventsSeen implements RecordingSink {
        long events;

        @Override
        public void type(EventType type) {
            // counted in the slices
        }

        @Override
        public void slice(EventSlice slice) {
            events += slice.size;
        }

        @Override
        public void lost(int cpu, int instance, long startNs, long endNs, long lost) {
            throw new IllegalStateException("the workload loses nothing");
        }
    }
}
