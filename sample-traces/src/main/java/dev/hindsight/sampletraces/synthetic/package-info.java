/**
 * Makes trace.dat files whose every byte is known: small ones for exact cases, big ones for measurements.
 *
 * <p>Written from the format's description (trace-cmd.dat(5) for versions 6 and 7, the kernel's
 * {@code include/linux/ring_buffer.h} for pages) and independent of the reader, so that each can show the other wrong.
 */
package dev.hindsight.sampletraces.synthetic;
