package dev.hindsight.replay.guest;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.ShiftedRecording;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * A guest's recording that was put on its host's clock, and which virtual CPU each of its CPUs is.
 *
 * @param path the recording
 * @param read how it is read
 * @param clock from what is read so to the host's ns; null where that is the host's already
 * @param clockBy {@code kvm}, {@code ptp}, {@code tsc} or {@code align}
 * @param offsetNs the host's time less the guest's, null where it is not one number
 * @param driftPpb where estimated, else null
 * @param uncertaintyNs where estimated, else null
 * @param firstNs from when on both recordings have events, on the host's clock
 * @param lastNs until when; before {@code firstNs} where they have no time in common
 * @param cpus what each of its CPUs is; those that are no virtual CPU of the host's recording are left out
 * @param remarks what the user has to know of it
 */
public record PairedGuest(
        Path path,
        ReadOptions read,
        LongUnaryOperator clock,
        String clockBy,
        Long offsetNs,
        Long driftPpb,
        Long uncertaintyNs,
        long firstNs,
        long lastNs,
        List<PairedCpu> cpus,
        List<Remark> remarks) {

    /**
     * A guest's CPU.
     *
     * @param guestCpu the guest's number of it
     * @param vm virtual machine
     * @param vcpu virtual CPU
     * @param tid its host thread, -1 where none is known
     * @param events that were held against the host's entries
     * @param outside of these, those that lie outside of the guest
     */
    public record PairedCpu(int guestCpu, String vm, int vcpu, int tid, long events, long outside) {}

    /**
     * A warning.
     *
     * @param code of its kind
     * @param message in words
     */
    public record Remark(String code, String message) {}

    public PairedGuest {
        cpus = List.copyOf(cpus);
        remarks = List.copyOf(remarks);
    }

    /** Opens the recording with its times on the host's clock. */
    public Recording open() {
        Recording recording = Recordings.open(path, read);
        return clock == null ? recording : new ShiftedRecording(recording, clock);
    }

    /** The virtual CPU that a guest's CPU is, null where none is known. */
    PairedCpu cpu(int guestCpu) {
        for (PairedCpu cpu : cpus) {
            if (cpu.guestCpu() == guestCpu) {
                return cpu;
            }
        }
        return null;
    }

    /**
     * Writes its rows of table {@code guest}.
     *
     * @param tables of the host's trace
     * @param trace that the guest's recording is in the dataset, null where it is not in it
     */
    public void write(TableSinks tables, Integer trace) {
        TableAppender rows = new TableAppender(TimelineTables.GUEST, tables);
        for (PairedCpu cpu : cpus) {
            rows.addRow();
            rows.setText(0, cpu.vm());
            rows.set(1, cpu.vcpu());
            rows.set(2, cpu.tid() < 0 ? ColumnData.NULL : cpu.tid());
            rows.set(3, cpu.guestCpu());
            rows.set(4, orNull(trace));
            rows.setText(5, path.toString());
            rows.setText(6, clockBy);
            rows.set(7, orNull(offsetNs));
            rows.set(8, orNull(driftPpb));
            rows.set(9, orNull(uncertaintyNs));
            rows.set(10, firstNs);
            rows.set(11, Math.max(firstNs, lastNs));
            rows.set(12, cpu.events());
            rows.set(13, cpu.outside());
        }
        rows.flush();
    }

    private static long orNull(Number value) {
        return value == null ? ColumnData.NULL : value.longValue();
    }
}
