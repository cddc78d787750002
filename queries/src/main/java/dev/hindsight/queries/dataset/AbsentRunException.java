package dev.hindsight.queries.dataset;

import java.util.Collection;

/** A run was asked for that a dataset does not have; its message names those that it has. */
public final class AbsentRunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AbsentRunException(String dataset, String run, Collection<String> runs) {
        super(dataset + " has no run '" + run + "'; it has " + String.join(", ", runs));
    }
}
