package dev.hindsight.replay.workload;

import java.util.List;

/**
 * The kinds of exit that a workload has.
 *
 * @param isa as in {@code vm_exit}
 * @param code raw
 * @param reason the ISA's name
 * @param kind over ISAs
 */
public record ExitReasons(List<String> isa, long[] code, List<String> reason, List<String> kind) {

    /** How many. */
    public int size() {
        return code.length;
    }
}
