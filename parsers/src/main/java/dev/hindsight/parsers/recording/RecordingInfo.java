package dev.hindsight.parsers.recording;

import java.util.List;
import java.util.Map;

/**
 * What a recording says of itself before any event is read; the row of table {@code trace}.
 *
 * @param file path as given
 * @param format {@code trace.dat}, {@code ftrace-text}, {@code perf.data}, {@code ctf}
 * @param version of the format, for instance 6 or 7
 * @param arch of the traced machine as uname names it, empty where unknown
 * @param endianness {@code little} or {@code big}
 * @param wordBytes bytes of a {@code long} on the traced machine: 4 or 8
 * @param kernel release of the traced kernel, empty where unknown
 * @param uname the whole line, empty where unknown
 * @param clock name of the trace clock, for instance {@code mono} or {@code local}; {@code seconds} or {@code ticks} where a text does not name it
 * @param nsPerTick how raw time stamps became ns: 1 for ns clocks; for others see the warnings
 * @param cpus CPUs of the traced machine
 * @param instances names of the ring buffers, the top one first (empty name)
 * @param commByTid task names that the recording saved beside the events
 * @param traceId identity shared by host and guest files, 0 where there is none
 * @param guests guests that the host's file names
 * @param kernelNames names of the kernel's functions
 */
public record RecordingInfo(
        String file,
        String format,
        String version,
        String arch,
        String endianness,
        int wordBytes,
        String kernel,
        String uname,
        String clock,
        double nsPerTick,
        int cpus,
        List<String> instances,
        Map<Integer, String> commByTid,
        long traceId,
        List<Guest> guests,
        KernelNames kernelNames) {

    public RecordingInfo {
        kernelNames = kernelNames == null ? KernelNames.NONE : kernelNames;
    }

    /** What a recording says of itself that saved no names of the kernel's functions. */
    public RecordingInfo(
            String file,
            String format,
            String version,
            String arch,
            String endianness,
            int wordBytes,
            String kernel,
            String uname,
            String clock,
            double nsPerTick,
            int cpus,
            List<String> instances,
            Map<Integer, String> commByTid,
            long traceId,
            List<Guest> guests) {
        this(
                file,
                format,
                version,
                arch,
                endianness,
                wordBytes,
                kernel,
                uname,
                clock,
                nsPerTick,
                cpus,
                instances,
                commByTid,
                traceId,
                guests,
                KernelNames.NONE);
    }

    /**
     * A guest as the host's trace names it (trace-cmd's GUEST option).
     *
     * @param name of the guest
     * @param traceId of the guest's own file
     * @param vcpuTids host thread of each vCPU, by vCPU number
     */
    public record Guest(String name, long traceId, List<Integer> vcpuTids) {}
}
