package dev.hindsight.analyses;

import static dev.hindsight.analyses.HandmadeTimeline.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.analyses.compare.Explanation;
import dev.hindsight.analyses.compare.Explanation.Change;
import dev.hindsight.replay.timeline.TimelineTables;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two runs of one recording: four ticks each, 1 ms apart; in the replay the load no longer keeps the vCPU waiting. */
class ExplanationTest {

    private static final long PERIOD_NS = 1_000_000;

    private HandmadeTimeline timeline;

    @BeforeEach
    void two_runs() throws SQLException {
        timeline = new HandmadeTimeline();
        run("recorded", 0);
        // in the replay the third tick is not delivered, and due times are 3 us later
        run("prio", 3_000);
    }

    private void run(String run, long shiftNs) throws SQLException {
        boolean replayed = !run.equals("recorded");
        timeline.of(run, 0).cpus(1, 0, 5 * PERIOD_NS).vcpuThread(5, "g", 0).thread(7, "load", "user");
        long held = 0;
        for (int tick = 1; tick <= 4; tick++) {
            if (replayed && tick == 3) {
                continue;
            }
            long due = tick * PERIOD_NS + shiftNs;
            // the recording's second tick waits 400 us for the load; in the replay the first one 50 us for an interrupt
            long waits = replayed ? (tick == 1 ? 50_000 : 10_000) : tick == 2 ? 400_000 : 20_000;
            timeline.delivery("g", 0, 0, false, due, due, due, due + waits, due + waits + 5_000, due + waits + 7_000);
            timeline.runs(7, 0, held, due + waits).state(5, 0, due, due + waits, "runnable-woken", 120);
            timeline.runs(5, 0, due + waits, due + waits + 100_000);
            if (replayed && tick == 1) {
                timeline.irq("hardirq", "disk", 0, due, due + 40_000);
            }
            held = due + waits + 100_000;
        }
    }

    @AfterEach
    void close() throws SQLException {
        timeline.close();
    }

    @Test
    void deliveries_are_matched_by_the_tick_they_were_due_at() throws SQLException {
        Figures figures = new Figures(timeline.connection(), AnalysisOptions.DEFAULT);
        FigureTable match = figures.with(Map.of("explained_run", "prio")).compute("delivery_match");
        assertThat(lines(match, "run", "delivery", "place", "matched", "apart_ns"))
                .containsExactly("recorded 1 1 1 -3000", "recorded 2 2 2 -3000", "recorded 3 3 4 -3000");
        FigureTable back = figures.with(Map.of("explained_run", "recorded")).compute("delivery_match");
        assertThat(lines(back, "run", "delivery", "place", "matched"))
                .as("the third tick has no match")
                .containsExactly("prio 1 2 1", "prio 2 1 2", "prio 4 4 3");
    }

    @Test
    void the_worst_prediction_is_explained_by_who_came_and_who_went() {
        Explanation worst = Explanation.of(new Figures(timeline.connection(), AnalysisOptions.DEFAULT), "prio", 1);
        assertThat(worst.replayed().responseNs()).isEqualTo(57_000);
        assertThat(worst.recorded().responseNs()).isEqualTo(27_000);
        assertThat(worst.replayed().stageNs())
                .containsEntry("schedule", 50_000L)
                .containsEntry("device", 0L);
        assertThat(worst.changed(Change.COME)).containsExactly(new Explanation.Way("hardirq disk", false, 0, 40_000));
        assertThat(worst.changed(Change.LESS)).containsExactly(new Explanation.Way("load-7", false, 20_000, 10_000));
        assertThat(worst.changed())
                .as("the largest change first")
                .hasSize(2)
                .isSortedAccordingTo((a, b) -> Long.compare(Math.abs(b.moreNs()), Math.abs(a.moreNs())));
    }

    @Test
    void a_better_tick_says_who_stands_in_the_way_for_less_time() {
        Explanation second = Explanation.of(new Figures(timeline.connection(), AnalysisOptions.DEFAULT), "prio", 2);
        assertThat(second.recorded().responseNs()).isEqualTo(407_000);
        assertThat(second.replayed().responseNs()).isEqualTo(17_000);
        assertThat(second.changed()).containsExactly(new Explanation.Way("load-7", false, 400_000, 10_000));
        assertThat(second.toJson())
                .containsKeys("recorded", "replayed", "no_longer_in_the_way", "now_in_the_way", "vcpu_itself")
                .extractingByKey("less_in_the_way")
                .isEqualTo(List.of(Map.of("who", "load-7", "recorded_ns", 400_000L, "replayed_ns", 10_000L)));
    }

    @Test
    void a_change_is_named_by_what_it_leaves() {
        assertThat(new Explanation.Way("load", false, 400_000, 900).change()).isEqualTo(Change.GONE);
        assertThat(new Explanation.Way("load", false, 400_000, 1_000).change()).isEqualTo(Change.LESS);
        assertThat(new Explanation.Way("load", false, 900, 400_000).change()).isEqualTo(Change.COME);
        assertThat(new Explanation.Way("load", false, 1_000, 400_000).change()).isEqualTo(Change.MORE);
        assertThat(new Explanation.Way("exit of it", true, 900, 400_000).change())
                .isEqualTo(Change.OWN);
    }

    @Test
    void what_the_vcpu_does_itself_is_not_in_its_own_way() throws SQLException {
        timeline.of("recorded", 0).vcpu("g", 0, 5, 0, 2 * PERIOD_NS + 400_000, 2 * PERIOD_NS + 405_000, "exit");
        Explanation second = Explanation.of(new Figures(timeline.connection(), AnalysisOptions.DEFAULT), "prio", 2);
        assertThat(second.changed(Change.OWN))
                .as("its exit handling in the recording, running and no more known of it in the replay")
                .extracting(Explanation.Way::moreNs)
                .containsExactlyInAnyOrder(5_000L, -5_000L);
        assertThat(second.changed(Change.COME)).isEmpty();
        assertThat(second.changed(Change.GONE)).isEmpty();
    }

    @Test
    void a_real_time_vcpu_that_waits_for_fair_threads_is_held_back_by_the_scheduler() throws SQLException {
        long due = 3 * PERIOD_NS;
        long until = 50 * PERIOD_NS;
        timeline.of("throttled", 0)
                .cpus(1, 0, 60 * PERIOD_NS)
                .vcpuThread(5, "g", 0)
                .thread(7, "load", "user");
        timeline.delivery("g", 0, 0, false, due, due, due, until, until + 5_000, until + 7_000);
        timeline.state(5, 0, due, until, "runnable-woken", 19)
                .runs(7, 0, due - PERIOD_NS, 40 * PERIOD_NS)
                .runs(0, 0, 40 * PERIOD_NS, until)
                .state(5, 0, until, until + PERIOD_NS, "running", 19);
        timeline.row(TimelineTables.GAP_SPAN, "cpu start_ns end_ns", 0, 10 * PERIOD_NS, 12 * PERIOD_NS);
        Figures figures = new Figures(timeline.connection(), AnalysisOptions.DEFAULT);
        Explanation.HeldBack held =
                Explanation.of(figures, "throttled", 1).replayed().heldBack();
        assertThat(held).isEqualTo(new Explanation.HeldBack(45 * PERIOD_NS, false));
        assertThat(held.words()).isEqualTo("RT throttling stopped it");
        assertThat(Explanation.of(figures, "throttled", 1).toJson().get("replayed"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("held_back_ns", 45 * PERIOD_NS)
                .containsEntry("held_back_by", "rt-throttling");
        assertThat(Explanation.of(figures, "prio", 1).replayed().heldBack())
                .as("a fair vCPU that waits for its turn")
                .isNull();
    }

    @Test
    void a_place_that_is_not_there_explains_nothing() {
        Explanation none = Explanation.of(new Figures(timeline.connection(), AnalysisOptions.DEFAULT), "prio", 9);
        assertThat(none.replayed()).isNull();
    }
}
