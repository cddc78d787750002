package dev.hindsight.cli;

import dev.hindsight.parsers.recording.ReadOptions;
import picocli.CommandLine.Option;

/** How recordings are read: the same options in every command that reads one. */
final class ReadingOptions {

    @Option(
            names = "--strict",
            description = "Refuse a damaged recording (exit code 3) instead of reading up to the damage (exit code 4).")
    private boolean strict;

    ReadOptions read() {
        return strict ? ReadOptions.DEFAULT.refusingDamage() : ReadOptions.DEFAULT;
    }
}
