/** Recordings replayed under policies, every run into the same dataset. */
package dev.hindsight.queries.replay;
