package dev.hindsight.cli;

/** Options or arguments that do not go together, told in one line with what to do instead. */
final class WrongUse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WrongUse(String message) {
        super(message);
    }
}
