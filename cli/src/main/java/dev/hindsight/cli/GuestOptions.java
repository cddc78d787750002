package dev.hindsight.cli;

import dev.hindsight.replay.guest.GuestFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Recordings that were made in the guests, beside the host's. */
final class GuestOptions {

    @Option(
            names = "--guest",
            paramLabel = "FILE",
            description = "A recording made in a guest at the same time, put on the host's clock by what 'trace-cmd"
                    + " record -A' noted, or by the guest's time-stamp counter as the host set it. It shows when"
                    + " the guest was idle, its tasks and interrupt handlers. FILE@VM names the virtual machine,"
                    + " as 'analyze' names it (default: found). May be given several times.")
    private List<String> guests = new ArrayList<>();

    @Option(
            names = "--align",
            description = "Estimate the clock of the guests' recordings from entries and interrupts, whatever they"
                    + " say of it; the warnings tell how inexact that is.")
    private boolean align;

    List<GuestFile> files() {
        if (align && guests.isEmpty()) {
            throw new WrongUse("--align needs a guest's recording: give it with --guest FILE");
        }
        List<GuestFile> files = new ArrayList<>();
        for (String guest : guests) {
            int at = guest.lastIndexOf('@');
            boolean names = at > 0 && at + 1 < guest.length() && !Files.exists(Path.of(guest));
            files.add(new GuestFile(
                    Path.of(names ? guest.substring(0, at) : guest), names ? guest.substring(at + 1) : null, align));
        }
        return files;
    }
}
