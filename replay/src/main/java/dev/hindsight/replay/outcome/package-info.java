/** From what the engine decides to a timeline: the same tables as a recorded one has, by the same rules. */
package dev.hindsight.replay.outcome;
