package dev.hindsight.cli;

/** How a command ended; the numbers are listed in {@code hindsight --help}. */
final class ExitCode {

    static final int SUCCESS = 0;
    static final int INTERNAL = 1;
    static final int USAGE = 2;
    static final int UNREADABLE = 3;
    static final int PARTIAL = 4;
    static final int SQL = 5;
    static final int UNWRITABLE = 6;

    private ExitCode() {}
}
