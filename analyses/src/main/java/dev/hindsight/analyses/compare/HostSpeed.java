package dev.hindsight.analyses.compare;

import dev.hindsight.analyses.FigureTable;
import dev.hindsight.analyses.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * How fast a host was, as a recording shows of itself: medians of its short paths, see {@code host_speed}, and for how long
 * its CPUs were stopped, see {@code host_stopped}.
 *
 * @param medianNs by path
 * @param stoppedPct gaps (table {@code gap_span}) in percent of the CPU time
 */
public record HostSpeed(Map<String, Long> medianNs, double stoppedPct) {

    public HostSpeed {
        medianNs = Collections.unmodifiableMap(new LinkedHashMap<>(medianNs));
    }

    /** Of one run. */
    public static HostSpeed of(Figures figures, String run, long trace) {
        FigureTable table = figures.compute("host_speed");
        Map<String, Long> medians = new LinkedHashMap<>();
        for (int row = 0; row < table.rows().size(); row++) {
            if (table.value(row, "run").equals(run) && table.value(row, "trace").equals(trace)) {
                medians.put((String) table.value(row, "path"), (Long) table.value(row, "p50_ns"));
            }
        }
        FigureTable stopped = figures.compute("host_stopped");
        double stoppedPct = 0;
        for (int row = 0; row < stopped.rows().size(); row++) {
            if (stopped.value(row, "run").equals(run)
                    && stopped.value(row, "trace").equals(trace)) {
                stoppedPct = (Double) stopped.value(row, "share_pct");
            }
        }
        return new HostSpeed(medians, stoppedPct);
    }

    /** Kinds of path that drift together and hardly depend on a policy, by what their names in {@code host_speed} begin with. */
    public enum Kind {
        EXITS("exit:"),
        GUEST("guest:");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        boolean has(String path) {
            return path.startsWith(prefix);
        }
    }

    /**
     * How much longer everything took on a second host than on a first.
     *
     * @param factor median of the ratios, 1 where no path is in both
     * @param paths those in both
     * @param stoppedPctA how much of the first host's CPU time its CPUs were stopped
     * @param stoppedPctB of the second's
     */
    public record Ratio(double factor, List<PathRatio> paths, double stoppedPctA, double stoppedPctB) {

        /** Nothing is known: as fast, never stopped. */
        public static final Ratio UNKNOWN = new Ratio(1, List.of(), 0, 0);

        public Ratio {
            paths = List.copyOf(paths);
        }

        /** Median of the ratios of one kind of path; that of all where no path of the kind is in both. */
        public double factor(Kind kind) {
            double median =
                    median(paths.stream().filter(path -> kind.has(path.path())).mapToDouble(PathRatio::ratio));
            return Double.isNaN(median) ? factor : median;
        }

        /** As nested maps of plain values. */
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("factor", factor);
            Map<String, Object> kinds = new LinkedHashMap<>();
            for (Kind kind : Kind.values()) {
                kinds.put(kind.name().toLowerCase(Locale.ROOT), factor(kind));
            }
            json.put("factors", kinds);
            Map<String, Object> stopped = new LinkedHashMap<>();
            stopped.put("a", stoppedPctA);
            stopped.put("b", stoppedPctB);
            json.put("stopped_pct", stopped);
            List<Map<String, Object>> rows = new ArrayList<>();
            for (PathRatio path : paths) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("path", path.path());
                row.put("a_ns", path.aNs());
                row.put("b_ns", path.bNs());
                row.put("ratio", path.ratio());
                rows.add(row);
            }
            json.put("paths", rows);
            return json;
        }
    }

    /** One path's medians and their ratio. */
    public record PathRatio(String path, long aNs, long bNs, double ratio) {}

    /** The other's times over this one's. */
    public Ratio to(HostSpeed other) {
        List<PathRatio> paths = new ArrayList<>();
        for (Map.Entry<String, Long> path : medianNs.entrySet()) {
            Long theirs = other.medianNs.get(path.getKey());
            if (theirs != null && theirs > 0 && path.getValue() > 0) {
                paths.add(new PathRatio(path.getKey(), path.getValue(), theirs, (double) theirs / path.getValue()));
            }
        }
        double factor = paths.isEmpty() ? 1 : median(paths.stream().mapToDouble(PathRatio::ratio));
        return new Ratio(factor, paths, stoppedPct, other.stoppedPct);
    }

    /** NaN where there is none. */
    private static double median(DoubleStream ratios) {
        double[] sorted = ratios.sorted().toArray();
        return sorted.length == 0 ? Double.NaN : BlockBootstrap.quantile(sorted, 0.5);
    }
}
