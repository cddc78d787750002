package dev.hindsight.queries.dataset;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in a user's words why a file or directory could not be written, and what to do where that is known. */
public final class WriteFailure {

    private WriteFailure() {}

    /** Half a line, to stand behind the path and a colon. */
    public static String of(IOException e) {
        return "cannot be written: " + reason(e);
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such directory; make it first";
        } else if (e instanceof AccessDeniedException) {
            return "permission denied; name a place that you may write to";
        } else if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "a file is where a directory has to be; name another place";
        } else if (e instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
