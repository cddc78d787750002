package dev.hindsight.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a wrong option in one line, with the nearest right one, instead of the whole help. */
final class UsageLine implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("hindsight: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        if (e instanceof UnmatchedArgumentException && command.getCommandSpec().userObject() instanceof QueryCommand) {
            err.println("SQL is one argument: put it in quotes, as in hindsight query run1 \"SELECT count(*) FROM"
                    + " vm_exit\"");
        }
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }
}
