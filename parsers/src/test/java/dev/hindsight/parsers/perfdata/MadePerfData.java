package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.sampletraces.synthetic.EventFormat;
import dev.hindsight.sampletraces.synthetic.EventRecord;
import dev.hindsight.sampletraces.synthetic.PerfAttr;
import dev.hindsight.sampletraces.synthetic.PerfDataWriter;
import dev.hindsight.sampletraces.synthetic.PerfShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** A made perf.data of a few events on some CPUs, and what a reader must find in it. */
final class MadePerfData {

    static final EventFormat ENTRY = EventFormat.of("kvm", "kvm_entry", 300)
            .field("unsigned int", "vcpu_id", 4, false)
            .field("unsigned long", "rip", 8, false)
            .print("\"vcpu %u, rip 0x%lx\", REC->vcpu_id, REC->rip");

    static final EventFormat WAKING = EventFormat.of("sched", "sched_waking", 310)
            .array("char", "comm", 16, 1, true)
            .field("pid_t", "pid", 4, true)
            .dataLoc("char", "note", 1, true)
            .print("\"comm=%s pid=%d note=%s\", REC->comm, REC->pid, __get_str(note)");

    /** When it was taken, and the line that {@link ReadEvents} prints of it. */
    record Sample(long tsNs, String printed) {

        static Sample of(long tsNs, int cpu, int tid, String event, String args) {
            return new Sample(tsNs, tsNs + " [" + cpu + "] " + tid + ' ' + event + ": " + args);
        }
    }

    /** In the order that they must be read in. */
    final List<Sample> expected = new ArrayList<>();

    private final Path file;
    private final PerfShape shape;
    private final int cpus;
    private final int rounds;
    private final long sampleType;
    private final long readFormat;

    MadePerfData(Path file, PerfShape shape, int cpus, int rounds, long sampleType, long readFormat) {
        this.file = file;
        this.shape = shape;
        this.cpus = cpus;
        this.rounds = rounds;
        this.sampleType = sampleType;
        this.readFormat = readFormat;
    }

    /** Of what perf record asks for tracepoints. */
    static MadePerfData of(Path file, PerfShape shape, int cpus, int rounds) {
        return new MadePerfData(file, shape, cpus, rounds, PerfAttr.TRACEPOINT, 0);
    }

    Path write(long seed, int eventsOfRound) throws IOException {
        Random random = new Random(seed);
        try (PerfDataWriter perf = new PerfDataWriter(shape, file).cpus(cpus)) {
            perf.format(ENTRY).format(WAKING);
            perf.attr(attr(ENTRY, 1));
            perf.attr(attr(WAKING, 1 + cpus));
            long roundNs = 1_000_000;
            for (int round = 0; round < rounds; round++) {
                for (int cpu = 0; cpu < cpus; cpu++) {
                    perf.comm(0, 1, roundNs, cpu, 100 + cpu, "task " + cpu);
                    long ns = roundNs - random.nextInt(900);
                    for (int i = 0; i < eventsOfRound; i++) {
                        ns += random.nextInt(2000 / Math.max(1, eventsOfRound) + 1);
                        // an interrupt between time and place puts an event before an earlier one
                        long at = random.nextInt(8) == 0 ? ns - random.nextInt(3) : ns;
                        event(perf, random, cpu, at);
                    }
                }
                roundNs += 1_000;
                perf.finishedRound();
            }
        }
        expected.sort(Comparator.comparingLong(Sample::tsNs));
        return file;
    }

    List<String> printed() {
        return expected.stream().map(Sample::printed).toList();
    }

    private PerfAttr attr(EventFormat format, long firstId) {
        return PerfAttr.tracepoint(format, firstId, cpus)
                .withSampleType(sampleType)
                .withReadFormat(readFormat);
    }

    private void event(PerfDataWriter perf, Random random, int cpu, long ns) throws IOException {
        int tid = 100 + random.nextInt(5);
        if (random.nextBoolean()) {
            long rip = random.nextLong();
            byte[] raw = new EventRecord(ENTRY, shape.order(), tid)
                    .with("vcpu_id", cpu)
                    .with("rip", rip)
                    .toArray();
            perf.sample(0, 1 + cpu, ns, cpu, tid, raw);
            String args = "vcpu " + cpu + ", rip 0x" + Long.toHexString(rip);
            expected.add(Sample.of(ns, cpu, tid, "kvm:kvm_entry", args));
        } else {
            String note = "n".repeat(random.nextInt(40));
            byte[] raw = new EventRecord(WAKING, shape.order(), tid)
                    .with("comm", "CPU 0/KVM")
                    .with("pid", tid + 1)
                    .with("note", note)
                    .toArray();
            perf.sample(1, 1 + cpus + cpu, ns, cpu, tid, raw);
            String args = "comm=CPU 0/KVM pid=" + (tid + 1) + " note=" + note;
            expected.add(Sample.of(ns, cpu, tid, "sched:sched_waking", args));
        }
    }
}
