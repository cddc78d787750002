/**
 * Spans from events: what each thread, CPU and virtual machine did, and when.
 *
 * <p>{@link dev.hindsight.replay.timeline.TimelineBuilder} takes a recording while it is read and hands each event to
 * the parts that have a use for it; a part is a {@link dev.hindsight.replay.timeline.TimelinePart} that writes some of
 * the tables of {@link dev.hindsight.replay.timeline.TimelineTables}.
 *
 * <p>To add an event to a part: one more case in its {@code handlerFor}, with the fields looked up there, once; a
 * script in its test. To add a table: its schema in {@code TimelineTables} and {@code ALL}, a part that writes it, and
 * the part in {@code SchedulerParts} or {@code kvm.KvmParts}. An event that another kernel version names or lays out
 * differently gets its own handler, chosen by the fields that the recording's format has.
 */
package dev.hindsight.replay.timeline;
