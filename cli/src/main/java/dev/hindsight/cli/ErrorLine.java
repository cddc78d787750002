package dev.hindsight.cli;

import dev.hindsight.parsers.fault.TraceException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command threw into one clear line and an exit code; {@code --debug} adds the stack. */
final class ErrorLine implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        boolean debug = parsed.matchedOptionValue("--debug", false);
        int code;
        if (e instanceof TraceException) {
            err.println("hindsight: " + e.getMessage());
            code = ExitCode.UNREADABLE;
        } else {
            err.println("hindsight: internal error: " + e + (debug ? "" : " (run again with --debug for the stack)"));
            code = ExitCode.INTERNAL;
        }
        if (debug) {
            e.printStackTrace(err);
        }
        return code;
    }
}
