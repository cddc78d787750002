/** How late the highest-priority thread of a machine may come to its CPU at most, as far as a timeline tells. */
package dev.hindsight.replay.bound;
