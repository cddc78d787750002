package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.replay.timeline.Script;

/** Scripts with KVM's events declared, for tests of other packages. */
public final class KvmScripts {

    private KvmScripts() {}

    /** A script without events that knows those of KVM and of timers. */
    public static Script declared() {
        return new KvmScript().script;
    }
}
