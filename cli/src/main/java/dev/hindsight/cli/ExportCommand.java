package dev.hindsight.cli;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.queries.arrow.NoSuchTableException;
import dev.hindsight.queries.arrow.TableExport;
import dev.hindsight.queries.dataset.DatasetException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes one table of a recording as an Arrow IPC stream, while it is read: no dataset is made.",
            "pyarrow, Polars, R and others open it as it is. 'ingest' writes all tables, as Parquet."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight export trace.dat ev_kvm_kvm_exit -o exits.arrows",
            "  hindsight export trace.dat thread_span -o - | python3 -c \\",
            "    'import pyarrow, sys; print(pyarrow.ipc.open_stream(sys.stdin.buffer).read_pandas())'",
        })
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private MarkerOptions markers;

    @Parameters(index = "0", paramLabel = "TRACE", description = "A recording (trace.dat).")
    private Path trace;

    @Parameters(
            index = "1",
            paramLabel = "TABLE",
            description = "A table of raw events (ev_SYSTEM_EVENT) or of the timeline (thread_span, virq, ...).")
    private String table;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "File to write, or - for standard output.")
    private String output;

    @Option(names = "--debug", description = "Show the stack of an error.")
    private boolean debug;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        try (Recording recording = Recordings.open(trace, reading.read());
                ProgressOnTerminal progress = new ProgressOnTerminal("exporting", recording::progress)) {
            try {
                err.println("hindsight: " + write(recording) + " rows of " + table);
            } catch (NoSuchTableException e) {
                throw new WrongUse(trace + ": " + e.getMessage());
            } finally {
                WarningLines.print(err, recording.warnings().all());
            }
            return recording.warnings().anyDamage() ? ExitCode.PARTIAL : ExitCode.SUCCESS;
        }
    }

    private long write(Recording recording) {
        try {
            return output.equals("-") ? toStandardOutput(recording) : toFile(recording, Path.of(output));
        } catch (IOException e) {
            throw new DatasetException(output + ": cannot be written: " + e, e);
        } catch (UncheckedIOException e) {
            throw new DatasetException(output + ": cannot be written: " + e.getCause(), e);
        }
    }

    private long toStandardOutput(Recording recording) throws IOException {
        // Not closed: the descriptor is the process's.
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
        long rows = TableExport.run(recording, table, markers.rules(), out);
        out.flush();
        return rows;
    }

    /** Under another name until it is whole: a killed run leaves the old file or none. */
    private long toFile(Recording recording, Path file) throws IOException {
        Path part = file.resolveSibling(
                file.getFileName() + ".part" + ProcessHandle.current().pid());
        try {
            long rows;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
                rows = TableExport.run(recording, table, markers.rules(), out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return rows;
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
