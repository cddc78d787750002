package dev.hindsight.cli;

/** Whether somebody is watching. */
final class Terminal {

    private Terminal() {}

    /** Whether a user types: standard input and output are a terminal. The launcher tells, as below. */
    static boolean isInteractive() {
        String told = System.getProperty("hindsight.interactive");
        return told == null ? System.console() != null && System.getenv("TERM") != null : Boolean.parseBoolean(told);
    }

    /**
     * Whether standard error is a terminal. The launcher tells; without it, whether there is a console at all (on Java
     * 22 and later {@code System.console()} is there without a terminal too).
     */
    static boolean isThere() {
        String told = System.getProperty("hindsight.terminal");
        if (told != null) {
            return Boolean.parseBoolean(told);
        }
        return System.console() != null && System.getenv("TERM") != null;
    }
}
