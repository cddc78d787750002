package dev.hindsight.analyses.compare;

import dev.hindsight.analyses.FigureTable;
import dev.hindsight.analyses.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why a predicted delivery took as long as it did: its chain in the recording and in the replay.
 *
 * @param policy the run that predicts it
 * @param place 1 for the longest response of that run
 * @param replayed the predicted delivery; null where the run has no such place
 * @param recorded the same tick in the recording; null where it has none
 * @param changed who held the CPU for another time than in the recording, the largest change first
 */
public record Explanation(String policy, int place, Chain replayed, Chain recorded, List<Way> changed) {

    public static final List<String> STAGES = List.of("device", "wake", "schedule", "host", "guest");

    /** Changes shorter than this are nobody's doing, and who holds a CPU for less is not in the way. */
    private static final long LEAST_NS = 1_000;

    /** How the time changed for which somebody holds the CPU. */
    public enum Change {
        GONE("no longer in the way", "no_longer_in_the_way"),
        LESS("in the way for less time", "less_in_the_way"),
        COME("now in the way", "now_in_the_way"),
        MORE("in the way for longer", "more_in_the_way"),

        /** The vCPU itself: its exits, its guest's code. */
        OWN("the vCPU itself", "vcpu_itself");

        private final String words;
        private final String key;

        Change(String words, String key) {
            this.words = words;
            this.key = key;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /**
     * A delivery in one run.
     *
     * @param words the line
     * @param stageNs length of each stage, null where it can't be seen
     * @param heldBack whether and how long the scheduler held the vCPU back although it was a real-time thread; null
     *     for not
     * @param blame by stage, who held the CPU meanwhile, longest first
     */
    public record Chain(
            String run,
            String words,
            Long dueNs,
            long assertedNs,
            Long responseNs,
            Map<String, Long> stageNs,
            HeldBack heldBack,
            Map<String, List<Way>> blame) {}

    /**
     * The vCPU's thread was runnable and had the priority, but fair threads, or none, had its CPU.
     *
     * @param deadline whether it had used up its runtime of a deadline's period; else RT throttling stopped it
     */
    public record HeldBack(long ns, boolean deadline) {

        /** Shorter ones are the switch to the thread. */
        private static final long LEAST_NS = 2_000_000;

        /** For people. */
        public String words() {
            return deadline ? "its deadline runtime was used up" : "RT throttling stopped it";
        }

        private String code() {
            return deadline ? "deadline-runtime" : "rt-throttling";
        }

        private static HeldBack of(FigureTable table, int row) {
            Long ns = (Long) table.value(row, "held_back_ns");
            return ns == null || ns < LEAST_NS ? null : new HeldBack(ns, (Long) table.value(row, "held_back_prio") < 0);
        }
    }

    /**
     * Who held a CPU, and for how long.
     *
     * @param who for instance {@code bonnie++-132}, {@code hardirq local_timer}, {@code gap}
     * @param own whether it is the vCPU that the interrupt is for
     * @param recordedNs in the recording
     * @param replayedNs in the replay
     */
    public record Way(String who, boolean own, long recordedNs, long replayedNs) {

        /** How much longer in the replay. */
        public long moreNs() {
            return replayedNs - recordedNs;
        }

        private Way plus(Way more) {
            return new Way(who, own, recordedNs + more.recordedNs, replayedNs + more.replayedNs);
        }

        /** What kind of change it is. */
        public Change change() {
            if (own) {
                return Change.OWN;
            }
            if (moreNs() < 0) {
                return replayedNs < LEAST_NS ? Change.GONE : Change.LESS;
            }
            return recordedNs < LEAST_NS ? Change.COME : Change.MORE;
        }
    }

    /** Whose time changed in one way, the largest change first. */
    public List<Way> changed(Change how) {
        return changed.stream().filter(way -> way.change() == how).toList();
    }

    /**
     * Explains a run's N-th worst delivery.
     *
     * @param figures of all runs; not to be used any more
     */
    public static Explanation of(Figures figures, String run, int place) {
        Figures few = figures.with(Map.of("explained_run", run, "worst", (long) place));
        FigureTable ranked = few.compute("delivery_match");
        Long delivery = null;
        Long matched = null;
        long trace = 0;
        for (int row = 0; row < ranked.rows().size(); row++) {
            if ((Long) ranked.value(row, "place") == place) {
                delivery = (Long) ranked.value(row, "delivery");
                trace = (Long) ranked.value(row, "trace");
                if (ranked.value(row, "run").equals("recorded")) {
                    matched = (Long) ranked.value(row, "matched");
                }
            }
        }
        if (delivery == null) {
            FigureTable worst = few.compute("worst");
            for (int row = 0; row < worst.rows().size(); row++) {
                if (worst.value(row, "run").equals(run) && (Long) worst.value(row, "place") == place) {
                    delivery = (Long) worst.value(row, "delivery");
                    trace = (Long) worst.value(row, "trace");
                }
            }
        }
        if (delivery == null) {
            return new Explanation(run, place, null, null, List.of());
        }
        String wanted =
                run + ":" + trace + ":" + delivery + (matched == null ? "" : ",recorded:" + trace + ":" + matched);
        FigureTable table = few.with(Map.of("explained", wanted)).compute("delivery_chain");
        Chain replayed = chain(table, run);
        Chain recorded = matched == null ? null : chain(table, "recorded");
        List<Way> changed = ways(recorded, replayed).stream()
                .filter(way -> Math.abs(way.moreNs()) >= LEAST_NS)
                .sorted(Comparator.comparingLong((Way way) -> -Math.abs(way.moreNs()))
                        .thenComparing(Way::who))
                .toList();
        return new Explanation(run, place, replayed, recorded, changed);
    }

    private static Chain chain(FigureTable table, String run) {
        Map<String, List<Way>> blame = new LinkedHashMap<>();
        Map<String, Long> stageNs = new LinkedHashMap<>();
        int first = -1;
        for (int row = 0; row < table.rows().size(); row++) {
            if (!table.value(row, "run").equals(run)) {
                continue;
            }
            if (first < 0) {
                first = row;
                for (String stage : STAGES) {
                    stageNs.put(stage, (Long) table.value(row, stage + "_ns"));
                }
            }
            String stage = (String) table.value(row, "stage");
            if (stage != null) {
                long ns = (Long) table.value(row, "ns");
                boolean isRecorded = run.equals("recorded");
                blame.computeIfAbsent(stage, s -> new ArrayList<>())
                        .add(new Way(
                                who(table, row),
                                (Boolean) table.value(row, "own"),
                                isRecorded ? ns : 0,
                                isRecorded ? 0 : ns));
            }
        }
        if (first < 0) {
            return null;
        }
        String words = table.value(first, "vm") + " vCPU " + table.value(first, "vcpu") + " "
                + table.value(first, "source") + " " + table.value(first, "irq");
        return new Chain(
                run,
                words,
                (Long) table.value(first, "due_ns"),
                (Long) table.value(first, "asserted_ns"),
                (Long) table.value(first, "response_ns"),
                Collections.unmodifiableMap(stageNs),
                HeldBack.of(table, first),
                Collections.unmodifiableMap(blame));
    }

    private static String who(FigureTable table, int row) {
        String kind = (String) table.value(row, "kind");
        String comm = (String) table.value(row, "comm");
        String name = (String) table.value(row, "name");
        String who = comm != null ? comm + "-" + table.value(row, "tid") : name != null ? name : "";
        return kind.equals("thread") && !who.isEmpty() ? who : (kind + " " + who).strip();
    }

    /** All holders over all stages, with both times. */
    private static List<Way> ways(Chain recorded, Chain replayed) {
        Map<String, Way> byWho = new TreeMap<>();
        for (Chain chain : new Chain[] {recorded, replayed}) {
            if (chain != null) {
                for (List<Way> stage : chain.blame().values()) {
                    for (Way way : stage) {
                        byWho.merge(way.who(), way, Way::plus);
                    }
                }
            }
        }
        return List.copyOf(byWho.values());
    }

    /** As nested maps and lists of plain values, keys in the order in which they are printed. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("policy", policy);
        json.put("place", place);
        json.put("recorded", recorded == null ? null : json(recorded));
        json.put("replayed", replayed == null ? null : json(replayed));
        for (Change how : Change.values()) {
            json.put(how.key, changed(how).stream().map(Explanation::json).toList());
        }
        return json;
    }

    private static Map<String, Object> json(Way way) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("who", way.who());
        row.put("recorded_ns", way.recordedNs());
        row.put("replayed_ns", way.replayedNs());
        return row;
    }

    private static Map<String, Object> json(Chain chain) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("run", chain.run());
        row.put("line", chain.words());
        row.put("due_ns", chain.dueNs());
        row.put("asserted_ns", chain.assertedNs());
        row.put("response_ns", chain.responseNs());
        row.put(
                "held_back_ns",
                chain.heldBack() == null ? null : chain.heldBack().ns());
        row.put(
                "held_back_by",
                chain.heldBack() == null ? null : chain.heldBack().code());
        Map<String, Object> stages = new LinkedHashMap<>();
        for (String stage : STAGES) {
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("ns", chain.stageNs().get(stage));
            List<Map<String, Object>> holders = new ArrayList<>();
            for (Way way : chain.blame().getOrDefault(stage, List.of())) {
                Map<String, Object> holder = new LinkedHashMap<>();
                holder.put("who", way.who());
                holder.put("ns", way.recordedNs() + way.replayedNs());
                holders.add(holder);
            }
            of.put("blame", holders);
            stages.put(stage, of);
        }
        row.put("stages", stages);
        return row;
    }
}
