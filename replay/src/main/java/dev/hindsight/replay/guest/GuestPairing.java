package dev.hindsight.replay.guest;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.PeerClock;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.replay.guest.PairedGuest.PairedCpu;
import dev.hindsight.replay.guest.PairedGuest.Remark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * Finds out how guests' recordings go with one host's: which virtual machine each is of, how its clock becomes the
 * host's, which virtual CPU each of its CPUs is.
 *
 * <p>The clock is, in this order: estimated, where the user asks for it; by the samples that trace-cmd took (TIME_SHIFT);
 * by what the host's events say of the guest's time-stamp counter. The machine is the one that the user names, the one
 * whose threads the host's GUEST option lists under the guest's identity, the only one there is, or the one whose
 * entries fit best.
 */
public final class GuestPairing {

    /** Above this share of events outside of the guest something is wrong with the pair. */
    private static final double DOUBTFUL = 0.02;

    /** Above this share an estimate is none: even the best offset by chance leaves more outside. */
    private static final double STRANGE = 0.1;

    private final Path hostPath;
    private final RecordingInfo host;
    private final PeerClock hostPeer;
    private final HostSide side;
    private final long hostFirstNs;
    private final long hostLastNs;
    private final ReadOptions read;

    /**
     * For the guests of one host.
     *
     * @param host its recording, open or closed
     * @param side what its timeline told, which is whole
     * @param hostFirstNs time of its first event
     * @param hostLastNs time of its last event
     * @param read how guests' recordings are read
     */
    public GuestPairing(
            Path hostPath, Recording host, HostSide side, long hostFirstNs, long hostLastNs, ReadOptions read) {
        this.hostPath = hostPath;
        this.host = host.info();
        this.hostPeer = host.peerClock();
        this.side = side;
        this.hostFirstNs = hostFirstNs;
        this.hostLastNs = hostLastNs;
        this.read = read;
    }

    /** Whether two recordings say that one is of a host and the other of its guest. */
    public static boolean areHostAndGuest(RecordingInfo host, RecordingInfo guest, PeerClock guestsPeer) {
        if (host.traceId() != 0 && host.traceId() == guest.traceId()) {
            return false;
        }
        return guestsPeer != null && guestsPeer.traceId() == host.traceId() && host.traceId() != 0
                || listed(host, guest) != null;
    }

    private static RecordingInfo.Guest listed(RecordingInfo host, RecordingInfo guest) {
        for (RecordingInfo.Guest of : host.guests()) {
            if (of.traceId() == guest.traceId() && guest.traceId() != 0) {
                return of;
            }
        }
        return null;
    }

    /**
     * Pairs one guest's recording, which is read once for that.
     *
     * @throws GuestException where it does not go with the host's, with what to do instead
     * @throws dev.hindsight.parsers.fault.TraceException where it can't be read
     */
    public PairedGuest pair(GuestFile file) {
        try (Recording recording = Recordings.open(file.path(), read)) {
            RecordingInfo guest = recording.info();
            PeerClock peer = recording.peerClock();
            checkIsAnother(file.path(), guest);
            if (side.machines().isEmpty()) {
                throw new GuestException(hostPath + ": no virtual CPU is in the host's recording, so that nothing says"
                        + " where " + file.path() + " belongs: record the host with -e kvm -e sched");
            }
            List<String> machines = machines(file, guest);
            if (file.align()) {
                return aligned(file.path(), machines);
            }
            if (peer != null) {
                checkPeer(file.path(), guest, peer);
                return sampled(file.path(), guest, peer, machines);
            }
            return byCounter(file.path(), guest, machines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkIsAnother(Path path, RecordingInfo guest) {
        boolean same;
        try {
            same = Files.isSameFile(path, hostPath);
        } catch (IOException e) {
            same = path.equals(hostPath);
        }
        if (same || host.traceId() != 0 && host.traceId() == guest.traceId()) {
            throw new GuestException(path + " is the host's recording itself: give the one that was made in the guest");
        }
        if (hostPeer != null && hostPeer.traceId() == guest.traceId()) {
            throw new GuestException(hostPath + " is the guest's recording and " + path + " the host's: give them the"
                    + " other way round (" + path + " --guest " + hostPath + ")");
        }
    }

    private void checkPeer(Path path, RecordingInfo guest, PeerClock peer) {
        if (peer.traceId() != host.traceId() && listed(host, guest) == null) {
            throw new GuestException(String.format(
                    Locale.ROOT,
                    "%s was synchronized with the recording 0x%x of its host, %s is 0x%x: give the host's recording of"
                            + " the same session, or estimate the clock with --align if it is of the same host and time",
                    path,
                    peer.traceId(),
                    hostPath,
                    host.traceId()));
        }
    }

    private List<String> machines(GuestFile file, RecordingInfo guest) {
        if (file.vm() != null) {
            if (!side.machines().contains(file.vm())) {
                throw new GuestException(hostPath + " has no virtual machine '" + file.vm() + "'; it has "
                        + String.join(", ", side.machines()));
            }
            return List.of(file.vm());
        }
        RecordingInfo.Guest listed = listed(host, guest);
        if (listed != null) {
            for (int tid : listed.vcpuTids()) {
                String vm = side.machineOf(tid);
                if (vm != null) {
                    return List.of(vm);
                }
            }
        }
        return side.machines();
    }

    private PairedGuest sampled(Path path, RecordingInfo guest, PeerClock peer, List<String> machines) {
        return onHostsClock(
                path, read, peer.protocol(), Math.round(peer.offsetTicks() * guest.nsPerTick()), machines, List.of());
    }

    private PairedGuest byCounter(Path path, RecordingInfo guest, List<String> machines) {
        boolean counters = TscOffsets.countsTicks(host) && TscOffsets.countsTicks(guest);
        PairedGuest best = null;
        for (String vm : counters ? machines : List.<String>of()) {
            TscOffsets offsets = TscOffsets.of(side, vm, host, guest);
            if (offsets != null) {
                PairedGuest found =
                        onHostsClock(path, read.withTicks(offsets), "tsc", offsets.offsetNs(), List.of(vm), List.of());
                best = best == null || outsideShare(found) < outsideShare(best) ? found : best;
            }
        }
        if (best == null) {
            throw new GuestException(path + " says nothing of its host's clock, and "
                    + (counters
                            ? hostPath + " has no kvm_write_tsc_offset of that guest"
                            : "the two do not both count time-stamp ticks (clocks '" + host.clock() + "' and '"
                                    + guest.clock() + "')")
                    + ": record both with 'trace-cmd record -A GUEST', or estimate the offset with --align");
        }
        return best;
    }

    private PairedGuest onHostsClock(
            Path path, ReadOptions how, String by, Long offsetNs, List<String> machines, List<Remark> remarks) {
        GuestSide guest = read(path, how);
        PairedGuest best = null;
        for (String vm : machines) {
            int[] map = map(guest, side.entries(vm));
            PairedGuest found = paired(path, how, null, by, offsetNs, null, null, guest, vm, map, remarks);
            best = best == null || outsideShare(found) < outsideShare(best) ? found : best;
        }
        return best;
    }

    /** Guest CPU n is virtual CPU n, unless the host's entries say clearly that it is another one. */
    private static int[] map(GuestSide guest, Map<Integer, VcpuEntries> entries) {
        int[] same = new int[guest.cpus().size()];
        for (int cpu = 0; cpu < same.length; cpu++) {
            same[cpu] = entries.containsKey(cpu) ? cpu : -1;
        }
        if (share(guest, entries, same) > 0.5) {
            int[] other = new ClockAlignment(guest, entries).assigned(0);
            return share(guest, entries, other) < 0.1 ? other : same;
        }
        return same;
    }

    /** Share of the events outside of the guest. */
    private static double share(GuestSide guest, Map<Integer, VcpuEntries> entries, int[] map) {
        long events = 0;
        long outside = 0;
        for (int cpu = 0; cpu < map.length; cpu++) {
            VcpuEntries of = entries.get(map[cpu]);
            if (of != null) {
                long[] counts = CausalFit.count(guest.cpus().get(cpu), of, LongUnaryOperator.identity());
                events += counts[0];
                outside += counts[1];
            }
        }
        return events == 0 ? 0 : (double) outside / events;
    }

    private PairedGuest aligned(Path path, List<String> machines) {
        ReadOptions own = read.onOwnClock();
        GuestSide guest = read(path, own);
        ClockAlignment.Estimate best = null;
        String bestVm = null;
        for (String vm : machines) {
            ClockAlignment.Estimate found = new ClockAlignment(guest, side.entries(vm)).estimate();
            if (found != null && (best == null || found.outsideShare() < best.outsideShare())) {
                best = found;
                bestVm = vm;
            }
        }
        if (best == null) {
            throw new GuestException(path + ": nothing of it can be held against the entries of " + hostPath
                    + " (guest events: " + (guest.isEmpty() ? "none" : "some")
                    + "): is it of that host, and were both recorded at the same time?");
        }
        if (best.outsideShare() > STRANGE) {
            throw new GuestException(String.format(
                    Locale.ROOT,
                    "%s: no offset explains it by %s: with the best one %.0f %% of its events lie where the host says"
                            + " that the vCPU was not in the guest; is it of that host, and were both recorded at the same"
                            + " time?",
                    path,
                    hostPath,
                    100 * best.outsideShare()));
        }
        List<Remark> remarks = new ArrayList<>();
        if (best.ambiguous()) {
            remarks.add(new Remark(
                    "guest-clock-ambiguous",
                    path
                            + ": another offset, far from the estimated one, fits as well: the guest does the same"
                            + " again and again, or its recording is too short to tell"));
        }
        remarks.add(new Remark(
                "guest-clock-estimated",
                String.format(
                        Locale.ROOT,
                        "%s: clock estimated from entries and interrupts: offset %d ns, drift %d ppb, give or take"
                                + " %.1f us; %.2f %% of its events lie outside of the guest; what goes from host to guest"
                                + " is that inexact",
                        path,
                        best.offsetNs(),
                        best.driftPpb(),
                        best.uncertaintyNs() / 1e3,
                        100 * best.outsideShare())));
        return paired(
                path,
                own,
                best.clock(),
                "align",
                best.offsetNs(),
                best.driftPpb(),
                best.uncertaintyNs(),
                guest,
                bestVm,
                best.vcpuByCpu(),
                remarks);
    }

    private GuestSide read(Path path, ReadOptions how) {
        GuestSide guest = new GuestSide();
        try (Recording recording = Recordings.open(path, how)) {
            recording.read(schema -> block -> {}, guest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return guest;
    }

    private PairedGuest paired(
            Path path,
            ReadOptions how,
            LongUnaryOperator clock,
            String by,
            Long offsetNs,
            Long driftPpb,
            Long uncertaintyNs,
            GuestSide guest,
            String vm,
            int[] map,
            List<Remark> more) {
        LongUnaryOperator toHost = clock == null ? LongUnaryOperator.identity() : clock;
        long firstNs = guest.isEmpty() ? hostFirstNs : Math.max(hostFirstNs, toHost.applyAsLong(guest.firstNs()));
        long lastNs = guest.isEmpty() ? hostFirstNs - 1 : Math.min(hostLastNs, toHost.applyAsLong(guest.lastNs()));
        Map<Integer, VcpuEntries> entries = side.entries(vm);
        List<PairedCpu> cpus = new ArrayList<>();
        List<Remark> remarks = new ArrayList<>(more);
        List<String> unknown = new ArrayList<>();
        for (int cpu = 0; cpu < guest.cpus().size(); cpu++) {
            VcpuEntries of = cpu < map.length ? entries.get(map[cpu]) : null;
            if (of != null) {
                long[] counts = CausalFit.count(guest.cpus().get(cpu), of, toHost);
                cpus.add(new PairedCpu(cpu, vm, of.vcpu, of.tid, counts[0], counts[1]));
                if (map[cpu] != cpu) {
                    remarks.add(new Remark(
                            "guest-cpu-other",
                            path + ": CPU " + cpu + " of the guest is taken for vCPU " + map[cpu] + " of " + vm
                                    + ": with its own number its events lie outside of the guest"));
                }
            } else if (guest.cpus().get(cpu).tsNs.size() > 0) {
                unknown.add("" + cpu);
            }
        }
        if (!unknown.isEmpty()) {
            remarks.add(new Remark(
                    "guest-cpu-unknown",
                    path + ": CPUs " + String.join(", ", unknown) + " of the guest are no virtual CPU of " + vm
                            + " in the host's recording and are left out"));
        }
        PairedGuest pair = new PairedGuest(
                path, how, clock, by, offsetNs, driftPpb, uncertaintyNs, firstNs, lastNs, cpus, List.of());
        if (firstNs >= lastNs) {
            remarks.add(new Remark(
                    "guest-no-common-time",
                    path + ": has no time in common with " + hostPath + " (the host's is " + hostFirstNs + " to "
                            + hostLastNs + " ns"
                            + (guest.isEmpty()
                                    ? ", the guest's has no events"
                                    : ", the guest's on that clock " + toHost.applyAsLong(guest.firstNs()) + " to "
                                            + toHost.applyAsLong(guest.lastNs()) + " ns")
                            + "): no figure of the two together"));
        } else if (outsideShare(pair) > DOUBTFUL) {
            remarks.add(new Remark(
                    "guest-outside",
                    String.format(
                            Locale.ROOT,
                            "%s: %.1f %% of the guest's events lie where the host says that its vCPU was not in the"
                                    + " guest: the clocks or the virtual machine are wrong, or entries were lost; figures"
                                    + " of the two together mean little",
                            path,
                            100 * outsideShare(pair))));
        }
        return new PairedGuest(path, how, clock, by, offsetNs, driftPpb, uncertaintyNs, firstNs, lastNs, cpus, remarks);
    }

    private static double outsideShare(PairedGuest pair) {
        long events = 0;
        long outside = 0;
        for (PairedCpu cpu : pair.cpus()) {
            events += cpu.events();
            outside += cpu.outside();
        }
        return events == 0 ? 1 : (double) outside / events;
    }
}
