package dev.hindsight.replay.timeline;

/** Makes a part for one recording. */
@FunctionalInterface
public interface TimelinePartFactory {

    TimelinePart create(TimelineContext context);
}
