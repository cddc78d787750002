package dev.hindsight.replay.guest;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A guest's own recording, as the user gives it beside the host's.
 *
 * @param path the recording
 * @param vm key of the virtual machine that it is of, null to find it
 * @param align whether its clock is estimated from causality, whatever the recording says of it
 */
public record GuestFile(Path path, String vm, boolean align) {

    public GuestFile {
        Objects.requireNonNull(path, "path");
    }
}
