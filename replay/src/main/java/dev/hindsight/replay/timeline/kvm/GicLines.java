package dev.hindsight.replay.timeline.kvm;

import java.util.Arrays;

/** Lines of a virtual GIC by number: those that a machine shares, or those of one vCPU. */
final class GicLines {

    /** Numbers that a hostile recording makes up must not fill the heap. */
    private static final int MOST = 2048;

    private GicLine[] lines = new GicLine[4];
    private int size;
    private int last;

    /** The line of a number, made where it has none; null where there are too many. */
    GicLine of(int irq) {
        if (last < size && lines[last].irq == irq) {
            return lines[last];
        }
        GicLine known = known(irq);
        if (known != null || size == MOST) {
            return known;
        }
        if (size == lines.length) {
            lines = Arrays.copyOf(lines, 2 * size);
        }
        last = size;
        lines[size++] = new GicLine(irq);
        return lines[last];
    }

    /** The line of a number, null where nothing was told of it. */
    GicLine known(int irq) {
        for (int i = 0; i < size; i++) {
            if (lines[i].irq == irq) {
                last = i;
                return lines[i];
            }
        }
        return null;
    }
}
