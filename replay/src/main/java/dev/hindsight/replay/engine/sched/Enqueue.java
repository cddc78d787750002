package dev.hindsight.replay.engine.sched;

/** Why a thread comes on a run queue: what the classes do with its place in line depends on it. */
enum Enqueue {
    /** It slept. */
    WAKEUP,
    /** It was just forked. */
    NEW,
    /** It was queued on another CPU. */
    MIGRATED,
    /** Its class or numbers changed, its priority did not sink. */
    CHANGED,
    /** Its priority sank: it goes before those that are there, as it does not come anew. */
    LOWERED
}
