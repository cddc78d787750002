/**
 * What a recording demands, freed of the schedule it happened to get: the CPU time of each thread between its blocking
 * points, who wakes whom at which offset of it, guest segments and exits, arrivals from outside. Built from the tables of
 * a timeline, run by the engine.
 */
package dev.hindsight.replay.workload;
