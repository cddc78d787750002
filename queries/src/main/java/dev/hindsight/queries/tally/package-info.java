/**
 * The figures that runs are compared by, counted from a run's rows in memory: the same numbers as the SQL of the analyses,
 * which is their oracle in tests, at a small part of its cost. A replay under a hundred policies has a hundred timelines to
 * count.
 */
package dev.hindsight.queries.tally;
