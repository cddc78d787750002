/** Linux's scheduler as a model: which thread runs where and when, given who wakes, blocks and ticks. It decides; it costs nothing. */
package dev.hindsight.replay.engine.sched;
