package dev.hindsight.analyses.compare;

import java.util.LinkedHashMap;
import java.util.Map;

/** What figures of runs are of. */
final class Subjects {

    static final Subject BACKGROUND = new Subject(Section.BACKGROUND, Map.of());

    static final Subject WASTE = new Subject(Section.CPU_WASTE, Map.of());

    private Subjects() {}

    static Subject line(Object vm, Object vcpu, Object source, Object irq) {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("vm", vm);
        names.put("vcpu", vcpu);
        names.put("source", source);
        names.put("irq", irq);
        return new Subject(Section.IRQ_LATENCY, names);
    }

    static Subject job(Object marker, Object vm, Object vcpu) {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("marker", marker);
        names.put("vm", vm);
        names.put("vcpu", vcpu);
        return new Subject(Section.JOBS, names);
    }

    static Subject usage(Object role, Object vm) {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("role", role);
        names.put("vm", vm);
        return new Subject(Section.CPU_USAGE, names);
    }
}
