package dev.hindsight.replay.workload;

import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** From the tables of a recorded timeline to what the recording demands. */
public final class WorkloadBuilder {

    /** Names of the tables that it reads: what a {@link TimelineStore} for it has to keep. */
    public static final Set<String> TABLES =
            TimelineTables.ALL.stream().map(TableSchema::name).collect(Collectors.toUnmodifiableSet());

    private WorkloadBuilder() {}

    /**
     * @param tables of one recorded timeline
     * @param facts of its machine
     */
    public static Workload build(TimelineStore tables, MachineFacts facts) {
        int[] none = {};
        long[] never = {};
        return new Workload(
                facts.kernel(),
                facts.cpus(),
                facts.firstNs(),
                facts.lastNs() + 1,
                new Threads(
                        none,
                        none,
                        List.of(),
                        List.of(),
                        List.of(),
                        none,
                        none,
                        never,
                        new boolean[0],
                        none,
                        never,
                        new Program[0],
                        new GuestProgram[0],
                        new long[0][],
                        new boolean[0]),
                new Lines(List.of(), none, none, List.of(), none, none),
                List.of(),
                new Arrivals(never, none, none, none, none, none, none),
                new IrqKinds(List.of(), none, List.of(), never, new boolean[0], never, never, none, never),
                new ExitReasons(List.of(), never, List.of(), List.of()),
                List.of(),
                new HostCosts(
                        4_000_000,
                        new long[] {5_000},
                        new long[] {5_000},
                        new long[] {2_000},
                        new long[] {2_000},
                        new long[] {2_000},
                        new long[] {5_000},
                        0),
                new GuestCosts(
                        new long[] {2_000},
                        new long[] {2_000},
                        new long[] {2_000},
                        new long[] {2_000},
                        new long[] {2_000},
                        new long[] {2_000},
                        new long[] {2_000},
                        0),
                new Workload.Gaps(none, never, never));
    }
}
