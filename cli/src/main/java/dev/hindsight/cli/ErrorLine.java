package dev.hindsight.cli;

import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.queries.dataset.AbsentRunException;
import dev.hindsight.queries.dataset.DatasetException;
import dev.hindsight.queries.dataset.OutputException;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.replay.guest.GuestException;
import dev.hindsight.replay.policy.PolicyException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command threw into one clear line and an exit code; {@code --debug} adds the stack. */
final class ErrorLine implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (e instanceof ReaderLeft) {
            return ExitCode.SUCCESS;
        }
        boolean debug = parsed.matchedOptionValue("--debug", false);
        int code;
        if (e instanceof AbsentRunException) {
            code = ExitCode.USAGE;
        } else if (e instanceof TraceException || e instanceof DatasetException) {
            code = ExitCode.UNREADABLE;
        } else if (e instanceof OutputException) {
            code = ExitCode.UNWRITABLE;
        } else if (e instanceof QueryException) {
            code = ExitCode.SQL;
        } else if (e instanceof WrongUse || e instanceof PolicyException || e instanceof GuestException) {
            code = ExitCode.USAGE;
        } else {
            code = ExitCode.INTERNAL;
        }
        if (code == ExitCode.INTERNAL) {
            err.println("hindsight: internal error: " + e + (debug ? "" : " (run again with --debug for the stack)"));
        } else {
            err.println("hindsight: " + e.getMessage());
        }
        if (debug) {
            e.printStackTrace(err);
        }
        err.flush();
        return code;
    }
}
