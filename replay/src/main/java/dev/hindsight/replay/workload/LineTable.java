package dev.hindsight.replay.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the virtual interrupt lines as they come up. */
final class LineTable {

    private record Key(String vm, int vcpu, String source, int irq) {}

    private final ThreadRows threads;
    private final Map<Key, Integer> known = new HashMap<>();
    private final List<Key> keys = new ArrayList<>();
    private final List<Integer> threadOf = new ArrayList<>();
    private final List<Integer> vectors = new ArrayList<>();

    /** The line asked for last: most come in runs. */
    private String lastVm;

    private int lastVcpu;
    private String lastSource;
    private int lastIrq;
    private int lastLine;

    LineTable(ThreadRows threads) {
        this.threads = threads;
    }

    /** The number of a line, -1 where its vCPU has no thread; {@code vector} -1 where that is not known. */
    int line(String vm, int vcpu, String source, int irq, int vector) {
        if (vm == null || source == null) {
            return -1;
        }
        if (irq == lastIrq && vcpu == lastVcpu && source.equals(lastSource) && vm.equals(lastVm)) {
            if (lastLine >= 0 && vector >= 0) {
                vectors.set(lastLine, vector);
            }
            return lastLine;
        }
        Key key = new Key(vm, vcpu, source, irq);
        Integer line = known.get(key);
        if (line == null) {
            int thread = threads.ofVcpu(vm, vcpu);
            line = thread < 0 ? -1 : keys.size();
            known.put(key, line);
            if (thread >= 0) {
                keys.add(key);
                threadOf.add(thread);
                vectors.add(vector);
            }
        }
        if (line >= 0 && vector >= 0) {
            vectors.set(line, vector);
        }
        lastVm = vm;
        lastVcpu = vcpu;
        lastSource = source;
        lastIrq = irq;
        lastLine = line;
        return line;
    }

    Lines lines() {
        int n = keys.size();
        List<String> vm = new ArrayList<>();
        List<String> source = new ArrayList<>();
        int[] vcpu = new int[n];
        int[] thread = new int[n];
        int[] irq = new int[n];
        int[] vector = new int[n];
        for (int i = 0; i < n; i++) {
            vm.add(keys.get(i).vm());
            source.add(keys.get(i).source());
            vcpu[i] = keys.get(i).vcpu();
            irq[i] = keys.get(i).irq();
            thread[i] = threadOf.get(i);
            vector[i] = vectors.get(i);
        }
        return new Lines(List.copyOf(vm), vcpu, thread, List.copyOf(source), irq, vector);
    }
}
