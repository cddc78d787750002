package dev.hindsight.cli;

import dev.hindsight.queries.dataset.OutputException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;

/** The process's standard output, which keeps why it could not be written: the writers before it pass over that. */
final class StandardOutput extends OutputStream {

    private final OutputStream to;
    private IOException failure;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream descriptor) {
        to = new BufferedOutputStream(descriptor);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            to.write(bytes, from, length);
        } catch (IOException e) {
            throw kept(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            to.flush();
        } catch (IOException e) {
            throw kept(e);
        }
    }

    private IOException kept(IOException e) {
        failure = failure == null ? e : failure;
        return e;
    }

    /** Whether something could not be written, but for a reader that had enough. */
    boolean hasFailed() {
        return failure != null && !ReaderLeft.isTold(failure);
    }

    /** Says so in one line; gives the exit code. */
    int tell(PrintWriter err) {
        err.println("hindsight: " + new OutputException("standard output", failure).getMessage());
        err.flush();
        return ExitCode.UNWRITABLE;
    }
}
