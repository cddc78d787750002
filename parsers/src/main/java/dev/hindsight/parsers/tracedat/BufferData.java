package dev.hindsight.parsers.tracedat;

import java.util.List;

/**
 * The data of one ring buffer (trace instance).
 *
 * @param name of the instance, empty for the top one
 * @param clock as recorded, empty where the file does not tell by buffer
 * @param pageSize bytes of each page or sub-buffer
 * @param compressed whether each CPU's data is a row of compressed chunks
 * @param cpus in the order of the file
 */
record BufferData(String name, String clock, int pageSize, boolean compressed, List<CpuData> cpus) {

    BufferData {
        cpus = List.copyOf(cpus);
    }
}
