package dev.hindsight.cli;

import dev.hindsight.analyses.compare.Explanation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An explanation for people: the chain in the recording beside that in the replay. */
final class ExplanationText {

    private static final int HOLDERS = 4;

    private final PrintWriter out;
    private final Explanation explanation;

    ExplanationText(PrintWriter out, Explanation explanation) {
        this.out = out;
        this.explanation = explanation;
    }

    void print() {
        out.println();
        if (explanation.replayed() == null) {
            out.printf("%s has no %d. worst delivery: it has fewer%n", explanation.policy(), explanation.place());
            return;
        }
        out.printf(
                "The %d. worst delivery under %s: %s%n%n",
                explanation.place(),
                explanation.policy(),
                explanation.replayed().words());
        header("in the recording", explanation.recorded());
        header("under " + explanation.policy(), explanation.replayed());
        for (String stage : Explanation.STAGES) {
            out.printf("   %s%n", stage);
            stage("recorded", stage, explanation.recorded());
            stage("replayed", stage, explanation.replayed());
        }
        for (Explanation.Change how : Explanation.Change.values()) {
            ways(how.words(), explanation.changed(how));
        }
    }

    private void header(String where, Explanation.Chain chain) {
        if (chain == null) {
            out.printf("   %s: this tick was not delivered%n", where);
            return;
        }
        out.printf(
                "   %s: due %s, asserted at %d ns, response %s%n",
                where,
                chain.dueNs() == null ? "at an unknown time" : "at " + chain.dueNs() + " ns",
                chain.assertedNs(),
                chain.responseNs() == null ? "not seen" : FigureText.duration(chain.responseNs()));
        Explanation.HeldBack held = chain.heldBack();
        if (held != null) {
            out.printf(
                    "     %s: for %s the vCPU, a %s thread, was runnable while fair threads or none had its CPU%n",
                    held.words(), FigureText.duration(held.ns()), held.deadline() ? "deadline" : "real-time");
        }
    }

    private void stage(String which, String stage, Explanation.Chain chain) {
        if (chain == null) {
            return;
        }
        Long ns = chain.stageNs().get(stage);
        List<Explanation.Way> blame = chain.blame().getOrDefault(stage, List.of());
        String holders = told(blame).stream()
                .map(way -> way.who() + ' ' + FigureText.duration(way.recordedNs() + way.replayedNs()))
                .collect(Collectors.joining(", "));
        out.printf(Locale.ROOT, "     %-9s %12s  %s%n", which, ns == null ? "-" : FigureText.duration(ns), holders);
    }

    private void ways(String title, List<Explanation.Way> ways) {
        if (ways.isEmpty()) {
            return;
        }
        out.printf("   %s:%n", title);
        for (Explanation.Way way : told(ways)) {
            out.printf(
                    Locale.ROOT,
                    "     %s: %s in the recording, %s in the replay%n",
                    way.who(),
                    FigureText.duration(way.recordedNs()),
                    FigureText.duration(way.replayedNs()));
        }
    }

    /** The first few, and the rest in one. */
    private static List<Explanation.Way> told(List<Explanation.Way> ways) {
        if (ways.size() <= HOLDERS + 1) {
            return ways;
        }
        List<Explanation.Way> rest = ways.subList(HOLDERS, ways.size());
        List<Explanation.Way> told = new ArrayList<>(ways.subList(0, HOLDERS));
        told.add(new Explanation.Way(
                rest.size() + " others",
                false,
                rest.stream().mapToLong(Explanation.Way::recordedNs).sum(),
                rest.stream().mapToLong(Explanation.Way::replayedNs).sum()));
        return told;
    }
}
