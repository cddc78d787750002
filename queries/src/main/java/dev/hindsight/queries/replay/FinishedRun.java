package dev.hindsight.queries.replay;

import dev.hindsight.queries.tally.RunTally;
import dev.hindsight.replay.engine.ReplayTotals;

/**
 * A run that was made.
 *
 * @param plan what was wanted
 * @param totals what it took, and how much of it the recording could not tell
 * @param tally its figures
 */
public record FinishedRun(PlannedRun plan, ReplayTotals totals, RunTally tally) {}
