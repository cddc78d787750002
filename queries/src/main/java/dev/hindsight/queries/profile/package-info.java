/** What Hindsight itself is doing, as Chrome trace events. */
package dev.hindsight.queries.profile;
