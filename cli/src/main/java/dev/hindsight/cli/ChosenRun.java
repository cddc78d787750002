package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.Figures;
import dev.hindsight.analyses.compare.HostSpeed;
import dev.hindsight.analyses.compare.RunFigures;
import dev.hindsight.analyses.compare.RunFiguresReader;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.replay.timeline.MarkerRule;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One run of one recording, chosen from what a command was given, with its figures.
 *
 * @param path as given
 * @param trace what the manifest says of the recording
 * @param figures of the run, with samples
 * @param speed of its host
 * @param exitCode for a command that read it
 */
record ChosenRun(Path path, Manifest.Trace trace, RunFigures figures, HostSpeed speed, int exitCode) {

    /**
     * Opens a recording or dataset and computes the figures of one run.
     *
     * @param markers for a recording; a dataset has its own
     * @param samples whether differences are to be resampled
     */
    static ChosenRun open(
            Path path,
            String run,
            int trace,
            List<MarkerRule> markers,
            ReadOptions read,
            AnalysisOptions options,
            boolean samples) {
        List<MarkerRule> taken = Dataset.isDataset(path) ? List.of() : markers;
        try (Dataset dataset = OpenedData.open(path, taken, List.of(), read, false, SqlAccess.CONFINED)) {
            return of(path, dataset, run, trace, options, samples);
        }
    }

    /** In what the machines of two recordings differ, as far as these tell; empty where nothing shows. */
    List<String> machineDiffersFrom(ChosenRun other) {
        List<String> differences = new ArrayList<>();
        RecordingInfo here = trace.info();
        RecordingInfo there = other.trace.info();
        differ(differences, "kernel", here.kernel(), there.kernel());
        differ(differences, "architecture", here.arch(), there.arch());
        differ(differences, "CPUs", Integer.toString(here.cpus()), Integer.toString(there.cpus()));
        return differences;
    }

    private static void differ(List<String> to, String what, String here, String there) {
        if (!here.isEmpty() && !there.isEmpty() && !here.equals(there)) {
            to.add(what + " " + here + " and " + there);
        }
    }

    private static ChosenRun of(
            Path path, Dataset dataset, String run, int trace, AnalysisOptions options, boolean samples) {
        try (Connection connection = dataset.connect()) {
            Figures figures = new Figures(connection, options);
            List<RunFigures> all = RunFiguresReader.read(figures, samples);
            for (RunFigures candidate : all) {
                if (candidate.run().equals(run) && candidate.trace() == trace) {
                    return new ChosenRun(
                            path,
                            traceOf(dataset.manifest(), trace),
                            candidate,
                            HostSpeed.of(figures, run, trace),
                            OpenedData.exitCode(dataset.manifest()));
                }
            }
            throw new WrongUse(path + " has no run '" + run + "' of trace " + trace + "; it has " + names(all));
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    private static Manifest.Trace traceOf(Manifest manifest, int number) {
        for (Manifest.Trace trace : manifest.traces()) {
            if (trace.number() == number) {
                return trace;
            }
        }
        throw new IllegalStateException("no trace " + number + " in the manifest");
    }

    private static String names(List<RunFigures> all) {
        TreeSet<String> runs = new TreeSet<>();
        TreeSet<Long> traces = new TreeSet<>();
        for (RunFigures run : all) {
            runs.add(run.run());
            traces.add(run.trace());
        }
        return all.isEmpty()
                ? "none with events"
                : "runs " + String.join(", ", runs) + " of traces " + new ArrayList<>(traces);
    }

    /** What it is, in JSON. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", path.toString());
        json.put("recording", trace.info().file());
        json.put("run", figures.run());
        json.put("trace", figures.trace());
        json.put("kernel", trace.info().kernel());
        json.put("duration_s", figures.durationS());
        json.put("cpus", figures.cpus());
        json.put("events", trace.events());
        json.put("lost_events", trace.lostEvents());
        return json;
    }
}
