package dev.hindsight.replay.workload;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.replay.RecordedRun;
import dev.hindsight.replay.timeline.SchedulerParts;
import dev.hindsight.replay.timeline.Script;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelinePartFactory;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.timeline.kvm.KvmTimeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A recording's tables as rows, and the workload made of the same tables. */
record PlayedWorkload(Tables tables, Workload workload) {

    /** Of a recording by hand. */
    static PlayedWorkload of(Script script, int cpus) {
        return of(script, cpus, List.of());
    }

    /** Of a recording by hand and what the guest of vCPU 0 of a machine told: {@code vm kind start end}. */
    static PlayedWorkload of(Script script, int cpus, List<String> guestSpans) {
        List<TimelinePartFactory> parts = new ArrayList<>(SchedulerParts.ALL);
        parts.add(KvmTimeline::new);
        Tables tables = new Tables();
        TimelineStore store = new TimelineStore(WorkloadBuilder.TABLES);
        script.play(parts, RecordedRun.both(tables, store));
        TableAppender guest = new TableAppender(TimelineTables.GUEST_SPAN, store);
        for (String span : guestSpans) {
            String[] part = span.split(" ");
            guest.addRow();
            guest.setText(0, part[0]);
            guest.set(1, 0);
            guest.set(2, 0);
            guest.set(3, Long.parseLong(part[2]));
            guest.set(4, Long.parseLong(part[3]));
            guest.setText(5, part[1]);
            guest.set(6, 0);
            guest.setText(7, "t");
        }
        guest.flush();
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Map<String, Object> row : tables.rows(TimelineTables.CPU)) {
            if (row.get("first_ns") != null) {
                first = Math.min(first, (Long) row.get("first_ns"));
                last = Math.max(last, (Long) row.get("last_ns"));
            }
        }
        return new PlayedWorkload(tables, WorkloadBuilder.build(store, new MachineFacts("6.1.0", cpus, first, last)));
    }

    /** Of a recording, with the marker that the lab's guests have. */
    static PlayedWorkload of(Path file) {
        Tables tables = new Tables();
        RecordedRun run = RecordedRun.of(file, tables);
        return new PlayedWorkload(tables, WorkloadBuilder.build(run.tables(), run.facts()));
    }

    /** Index of a thread. */
    int thread(int tid) {
        for (int i = 0; i < workload.threads().size(); i++) {
            if (workload.threads().tid()[i] == tid) {
                return i;
            }
        }
        throw new IllegalArgumentException("no thread " + tid);
    }

    /** A thread's program as text. */
    String program(int tid) {
        Program program = workload.threads().program()[thread(tid)];
        return steps(program, 0, program.size());
    }

    /** Steps as text: names with their operands, where these tell something. */
    String steps(Program program, int from, int to) {
        List<String> steps = new ArrayList<>();
        for (int i = from; i < to; i++) {
            long a = program.a(i);
            int b = program.b(i);
            steps.add(
                    switch (program.op(i)) {
                        case Op.COMPUTE -> "compute " + a;
                        case Op.GUEST -> "guest " + a;
                        case Op.VM_EXIT -> "exit " + workload.exits().kind().get(b);
                        case Op.WAKE -> "wake " + workload.threads().tid()[b] + " +" + a;
                        case Op.FORK -> "fork " + workload.threads().tid()[b];
                        case Op.ASSERT -> "assert " + workload.lines().source().get(b);
                        case Op.ACK -> "ack";
                        case Op.HANDLED -> "handled " + a;
                        case Op.MARK -> "mark " + a;
                        case Op.WAIT_WOKEN -> "wait";
                        case Op.HOLD -> "hold " + b;
                        case Op.RELEASE -> "release " + b + " +" + a;
                        case Op.WAIT_HELD -> "wait held " + b;
                        case Op.WAIT_FOR ->
                            "wait for " + a
                                    + (b < 0 ? "" : " " + workload.irqs().name().get(b));
                        case Op.WAIT_UNTIL ->
                            "wait until " + a
                                    + (b < 0 ? "" : " " + workload.irqs().name().get(b));
                        case Op.SET_PRIORITY -> "priority " + a;
                        case Op.END -> "end";
                        case Op.HALT -> "halt";
                        case Op.VMM -> "vmm " + b;
                        case Op.GUEST_TURNS -> b == 1 ? "idle" : "busy";
                        default -> throw new IllegalStateException("op " + program.op(i));
                    });
        }
        return String.join(", ", steps);
    }
}
