/**
 * perf.data, as {@code perf record} writes it to a file or into a pipe: records of samples and of what happened beside
 * them, of all CPUs, in rounds. Samples of tracepoints hold the same records as the kernel's ring buffer; those of other
 * events become records of that layout.
 */
package dev.hindsight.parsers.perfdata;
