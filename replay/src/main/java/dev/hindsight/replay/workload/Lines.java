package dev.hindsight.replay.workload;

import java.util.List;

/**
 * Virtual interrupt lines: one for each (vm, vcpu, source, irq) that the recording delivers to.
 *
 * @param vm key of the virtual machine
 * @param vcpu virtual CPU
 * @param vcpuThread index of the thread that runs it
 * @param source as in {@code virq}
 * @param irq GSI or vector
 * @param vector injected
 * @param awaited whether a vCPU that interrupts another on it does so only once the other has taken what it sent before:
 *     Linux's {@code smp_call_function_single()} spins for that
 */
public record Lines(
        List<String> vm,
        int[] vcpu,
        int[] vcpuThread,
        List<String> source,
        int[] irq,
        int[] vector,
        boolean[] awaited) {

    /** Lines that nobody waits for. */
    public Lines(List<String> vm, int[] vcpu, int[] vcpuThread, List<String> source, int[] irq, int[] vector) {
        this(vm, vcpu, vcpuThread, source, irq, vector, new boolean[irq.length]);
    }

    /** How many. */
    public int size() {
        return irq.length;
    }

    /** Whether events tell of injections on a line: the list registers of arm64's GIC hide them. */
    public boolean showsInjections(int line) {
        return switch (source.get(line)) {
            case "arch-timer", "sgi", "ppi", "spi", "lpi" -> false;
            default -> true;
        };
    }
}
