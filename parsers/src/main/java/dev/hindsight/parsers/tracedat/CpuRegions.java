package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Checks where the CPUs' data stand: within the file and beside one another, so that no byte is decoded twice. */
final class CpuRegions {

    private final TraceFile file;
    private final Damage damage;

    CpuRegions(TraceFile file, Damage damage) {
        this.file = file;
        this.damage = damage;
    }

    /** Those that can be read, at least in part; what is wrong with the others is told as damage. */
    Set<CpuData> readable(List<BufferData> buffers) {
        List<CpuData> inFile = new ArrayList<>();
        for (BufferData buffer : buffers) {
            for (CpuData cpu : buffer.cpus()) {
                if (cpu.size() != 0 && isInFile(buffer, cpu)) {
                    inFile.add(cpu);
                }
            }
        }
        inFile.sort(Comparator.comparingLong(CpuData::offset).thenComparingInt(CpuData::cpu));
        Set<CpuData> readable = new TreeSet<>(Comparator.comparingLong(CpuData::offset)
                .thenComparingInt(CpuData::cpu)
                .thenComparingLong(CpuData::size));
        long end = 0;
        for (CpuData cpu : inFile) {
            if (cpu.offset() < end) {
                damage.found(
                        "damaged-cpu",
                        "" + cpu.cpu(),
                        new DamagedTraceException(
                                file.path(),
                                cpu.offset(),
                                "data of CPU " + cpu.cpu() + " behind those of another that end at " + end,
                                "their start at " + cpu.offset()),
                        "the data of the CPU are left out");
                continue;
            }
            end = cpu.endWithin(file.size(), 0);
            readable.add(cpu);
        }
        return readable;
    }

    private boolean isInFile(BufferData buffer, CpuData cpu) {
        long fileSize = file.size();
        if (cpu.offset() >= 0 && cpu.size() > 0 && cpu.size() <= fileSize && cpu.offset() <= fileSize - cpu.size()) {
            return true;
        }
        boolean part = cpu.offset() >= 0 && cpu.offset() < fileSize && cpu.size() > 0;
        damage.found(
                "damaged-cpu",
                buffer.name() + "/" + cpu.cpu(),
                new DamagedTraceException(
                        file.path(),
                        cpu.offset(),
                        Long.toUnsignedString(cpu.size()) + " bytes of data of CPU " + cpu.cpu(),
                        "a file of " + fileSize + " bytes"),
                part ? "what the file has of them is read" : "they are left out");
        return part;
    }
}
