package dev.hindsight.cli;

/** Whether somebody is watching. */
final class Terminal {

    private Terminal() {}

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
