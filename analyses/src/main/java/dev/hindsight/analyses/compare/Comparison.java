package dev.hindsight.analyses.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Two runs side by side.
 *
 * @param a the first
 * @param b the second
 * @param hostSpeed how much longer the host's own paths took in b
 * @param figures of all subjects that either has
 * @param resamples by which the intervals were made
 * @param seed of them
 */
public record Comparison(
        RunFigures a, RunFigures b, HostSpeed.Ratio hostSpeed, List<ComparedFigure> figures, int resamples, long seed) {

    private static final List<String> QUANTILES = List.of("p50_ns", "p90_ns", "p99_ns", "p999_ns");
    private static final double[] Q = {0.5, 0.9, 0.99, 0.999};

    public Comparison {
        figures = List.copyOf(figures);
    }

    /** Compares two runs that were read with their samples. */
    public static Comparison of(
            RunFigures a, RunFigures b, HostSpeed.Ratio hostSpeed, OptionalLong sloNs, BlockBootstrap bootstrap) {
        Set<Subject> subjects = new LinkedHashSet<>();
        for (Section section : Section.values()) {
            for (RunFigures run : List.of(a, b)) {
                for (Subject subject : run.figures().keySet()) {
                    if (subject.section() == section) {
                        subjects.add(subject);
                    }
                }
            }
        }
        List<ComparedFigure> figures = new ArrayList<>();
        for (Subject subject : subjects) {
            add(a, b, subject, sloNs, bootstrap, figures);
        }
        return new Comparison(a, b, hostSpeed, figures, bootstrap.resamples(), bootstrap.seed());
    }

    private static void add(
            RunFigures a,
            RunFigures b,
            Subject subject,
            OptionalLong sloNs,
            BlockBootstrap bootstrap,
            List<ComparedFigure> figures) {
        Set<String> measures = new LinkedHashSet<>();
        for (RunFigures run : List.of(a, b)) {
            SubjectFigures of = run.figures().get(subject);
            if (of != null) {
                measures.addAll(of.measures().keySet());
            }
        }
        Samples valuesA = a.samples().values().get(subject);
        Samples valuesB = b.samples().values().get(subject);
        Interval[] quantiles = valuesA == null || valuesB == null
                ? new Interval[Q.length]
                : bootstrap.quantileDifferences(valuesA, valuesB, Q);
        Map<String, RunSamples.Windows> windowsA = a.samples().windows().getOrDefault(subject, Map.of());
        Map<String, RunSamples.Windows> windowsB = b.samples().windows().getOrDefault(subject, Map.of());
        for (String measure : measures) {
            Interval interval = null;
            int quantile = QUANTILES.indexOf(measure);
            RunSamples.Windows ofA = windowsA.get(measure);
            RunSamples.Windows ofB = windowsB.get(measure);
            if (quantile >= 0) {
                interval = quantiles[quantile];
            } else if (ofA != null && ofB != null) {
                interval = bootstrap.meanDifference(ofA.sums(), ofA.scale(), ofB.sums(), ofB.scale());
            } else if (measure.equals("over_slo_pct") && sloNs.isPresent() && valuesA != null && valuesB != null) {
                interval = bootstrap.meanDifference(
                        over(valuesA, sloNs.getAsLong()), 100, over(valuesB, sloNs.getAsLong()), 100);
            }
            figures.add(new ComparedFigure(
                    subject, measure, a.value(subject, measure), b.value(subject, measure), interval));
        }
    }

    private static Samples over(Samples values, long sloNs) {
        Samples over = new Samples();
        for (int i = 0; i < values.size(); i++) {
            over.add(values.at(i) > sloNs ? 1 : 0);
        }
        return over;
    }

    /** Figures of one section, by subject. */
    public Map<Subject, List<ComparedFigure>> of(Section section) {
        Map<Subject, List<ComparedFigure>> bySubject = new LinkedHashMap<>();
        for (ComparedFigure figure : figures) {
            if (figure.subject().section() == section) {
                bySubject
                        .computeIfAbsent(figure.subject(), s -> new ArrayList<>())
                        .add(figure);
            }
        }
        return Collections.unmodifiableMap(bySubject);
    }

    /** As nested maps and lists of plain values, keys in the order in which they are printed. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host_speed", hostSpeed.toJson());
        Map<String, Object> method = new LinkedHashMap<>();
        method.put("method", "circular block bootstrap, percentile intervals");
        method.put("confidence_pct", BlockBootstrap.CONFIDENCE_PCT);
        method.put("resamples", resamples);
        method.put("seed", seed);
        json.put("intervals", method);
        for (Section section : Section.values()) {
            List<Map<String, Object>> rows = new ArrayList<>();
            of(section).forEach((subject, compared) -> rows.add(json(subject, compared)));
            boolean single = section == Section.BACKGROUND || section == Section.CPU_WASTE;
            json.put(section.key(), single ? (rows.isEmpty() ? null : rows.get(0)) : rows);
        }
        return json;
    }

    private static Map<String, Object> json(Subject subject, List<ComparedFigure> compared) {
        Map<String, Object> row = new LinkedHashMap<>(subject.names());
        Map<String, Object> ofA = new LinkedHashMap<>();
        Map<String, Object> ofB = new LinkedHashMap<>();
        Map<String, Object> differences = new LinkedHashMap<>();
        for (ComparedFigure figure : compared) {
            MeasureUnit unit = MeasureUnit.of(figure.measure());
            ofA.put(figure.measure(), unit.plain(figure.a()));
            ofB.put(figure.measure(), unit.plain(figure.b()));
            if (figure.difference() != null) {
                Map<String, Object> difference = new LinkedHashMap<>();
                difference.put("value", unit.plain(figure.difference()));
                difference.put("pct", figure.differencePct());
                difference.put(
                        "low",
                        figure.interval() == null ? null : figure.interval().low());
                difference.put(
                        "high",
                        figure.interval() == null ? null : figure.interval().high());
                differences.put(figure.measure(), difference);
            }
        }
        row.put("a", ofA);
        row.put("b", ofB);
        row.put("difference", differences);
        return row;
    }
}
