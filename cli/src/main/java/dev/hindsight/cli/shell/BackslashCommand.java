package dev.hindsight.cli.shell;

import java.util.List;

/** A command of the shell itself; everything else is SQL. */
enum BackslashCommand {
    HELP("\\?", "", "this list", List.of()),
    DESCRIBE("\\d", "[TABLE|QUERY]", "tables with their rows, or the columns of one, with units", List.of()),
    QUERIES("\\queries", "", "the named queries", List.of()),
    RUN("\\run", "QUERY [INPUT=VALUE]...", "run a named query", List.of()),
    SHOW("\\show", "QUERY", "the SQL of a named query", List.of()),
    RUNS("\\runs", "", "the recordings and replays in the dataset", List.of()),
    FORMAT("\\format", "table|json|csv", "how rows are shown", List.of("table", "json", "csv")),
    TIMING("\\timing", "[on|off]", "show how long each statement took", List.of("on", "off")),
    PAGER("\\pager", "[on|off]", "page what is longer than the screen", List.of("on", "off")),
    INPUT("\\i", "FILE", "run the statements of a file", List.of()),
    OUTPUT("\\o", "[FILE]", "write what follows to a file; without one, to the screen again", List.of()),
    QUIT("\\q", "", "leave (or Ctrl-D)", List.of());

    private final String word;
    private final String arguments;
    private final String meaning;
    private final List<String> choices;

    BackslashCommand(String word, String arguments, String meaning, List<String> choices) {
        this.word = word;
        this.arguments = arguments;
        this.meaning = meaning;
        this.choices = choices;
    }

    /** With its backslash. */
    String word() {
        return word;
    }

    /** What it takes, as in a synopsis. */
    String arguments() {
        return arguments;
    }

    /** One sentence. */
    String meaning() {
        return meaning;
    }

    /** Values that its argument may have; empty where it is free. */
    List<String> choices() {
        return choices;
    }

    /** The command of a word, null where there is none. */
    static BackslashCommand of(String word) {
        for (BackslashCommand command : values()) {
            if (command.word.equals(word)) {
                return command;
            }
        }
        return null;
    }
}
