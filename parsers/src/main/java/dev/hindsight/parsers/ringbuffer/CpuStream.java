package dev.hindsight.parsers.ringbuffer;

/**
 * One CPU's data in one ring buffer.
 *
 * @param instance ring buffer, 0 the top one
 * @param cpu number of the CPU
 * @param source its pages
 * @param layout of the pages
 * @param clock of their time stamps
 */
public record CpuStream(int instance, int cpu, PageSource source, PageLayout layout, PageClock clock) {}
