package dev.hindsight.replay.guest;

import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.RecordingInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The clock of a guest that counts ticks of its time-stamp counter, from what its host set that to ({@code
 * kvm_write_tsc_offset}): the guest reads {@code host's ticks * ratio + offset}.
 *
 * <p>The offset is written several times while a guest boots; a time uses the last write before it. No event tells the
 * ratio: it is that of the two counters' frequencies where both recordings tell them, else 1.
 */
final class TscOffsets implements ReadOptions.TickClock {

    /** Frequencies that differ by less than what their multipliers can tell are one. */
    private static final double SAME = 1e-6;

    private static final class OfVcpu {
        private final LongRun guestTicks = new LongRun();
        private final LongRun offset = new LongRun();
    }

    private final Map<Integer, OfVcpu> byVcpu = new HashMap<>();
    private final double hostNsPerTick;
    private final double ratio;
    private OfVcpu any;

    private TscOffsets(double hostNsPerTick, double ratio) {
        this.hostNsPerTick = hostNsPerTick;
        this.ratio = ratio;
    }

    /** Whether the raw times of a recording are ticks of the time-stamp counter. */
    static boolean countsTicks(RecordingInfo info) {
        return info.clock().equals("x86-tsc") || info.clock().equals("tsc2nsec");
    }

    /** The clock of a machine's CPUs; null where the host's recording tells of no offset. */
    static TscOffsets of(HostSide side, String vm, RecordingInfo host, RecordingInfo guest) {
        boolean bothScaled = host.nsPerTick() != 1 && guest.nsPerTick() != 1;
        double ratio = bothScaled ? host.nsPerTick() / guest.nsPerTick() : 1;
        TscOffsets offsets = new TscOffsets(host.nsPerTick(), Math.abs(ratio - 1) < SAME ? 1 : ratio);
        List<HostSide.OffsetWrite> writes = new ArrayList<>();
        for (HostSide.OffsetWrite write : side.offsetWrites()) {
            String of = side.machineOf(write.tid());
            if (of == null || of.equals(vm)) {
                writes.add(write);
            }
        }
        for (HostSide.OffsetWrite write : writes) {
            OfVcpu of = offsets.byVcpu.computeIfAbsent(write.vcpu(), v -> new OfVcpu());
            long hostTicks = Math.round(write.tsNs() / host.nsPerTick());
            of.guestTicks.add(Math.round(hostTicks * offsets.ratio) + write.offset());
            of.offset.add(write.offset());
            offsets.any = offsets.any == null ? of : offsets.any;
        }
        return offsets.any == null ? null : offsets;
    }

    /** The host's time less the guest's, by the last write of the first CPU that has one. */
    long offsetNs() {
        return -Math.round(any.offset.get(any.offset.size() - 1) * hostNsPerTick);
    }

    @Override
    public long ns(int cpu, long ticks) {
        OfVcpu of = byVcpu.getOrDefault(cpu, any);
        // Offsets fall while a guest boots, so that the guest's ticks at the writes need not rise: from the last on.
        int at = of.offset.size() - 1;
        while (at > 0 && of.guestTicks.get(at) > ticks) {
            at--;
        }
        long hostTicks = ticks - of.offset.get(at);
        return Math.round((ratio == 1 ? hostTicks : hostTicks / ratio) * hostNsPerTick);
    }
}
