package dev.hindsight.replay.policy;

import dev.hindsight.replay.workload.IrqKinds;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Finds a selector's threads and interrupts in a workload, or says who is there instead. */
final class SelectorMatch {

    private static final int MOST_LISTED = 12;

    private final Threads threads;
    private final IrqKinds irqs;

    SelectorMatch(Workload workload) {
        threads = workload.threads();
        irqs = workload.irqs();
    }

    /** Indices of the selected threads; refuses a selector that matches nobody. */
    int[] threads(Selector selector) {
        IntPredicate chosen;
        if (selector instanceof Selector.Role role) {
            chosen = i -> threads.role().get(i).equals(role.role()) && (role.vm() == null || serves(i, role.vm()));
        } else if (selector instanceof Selector.Vm vm) {
            chosen = i -> serves(i, vm.vm());
        } else if (selector instanceof Selector.Comm comm) {
            chosen = i -> Glob.matches(comm.glob(), threads.comm().get(i));
        } else if (selector instanceof Selector.Tid tid) {
            chosen = i -> threads.tid()[i] == tid.tid();
        } else {
            return handlers((Selector.Irq) selector);
        }
        int[] found = IntStream.range(0, threads.size()).filter(chosen).toArray();
        if (found.length == 0) {
            throw nobody(selector);
        }
        return found;
    }

    /** The threads that handle the selected interrupts, {@code irq/N-NAME}; those of the others nobody schedules. */
    private int[] handlers(Selector.Irq selector) {
        String name = selector.irq() < 0 ? "irq/" : "irq/" + selector.irq() + "-";
        int[] found = IntStream.range(0, threads.size())
                .filter(i -> threads.role().get(i).equals("irq")
                        && threads.comm().get(i).startsWith(name))
                .toArray();
        if (found.length == 0) {
            Set<String> handlers = new LinkedHashSet<>();
            for (int i = 0; i < threads.size(); i++) {
                if (threads.role().get(i).equals("irq")) {
                    handlers.add(threads.comm().get(i));
                }
            }
            throw new PolicyException("'" + selector + "' has no thread in the recording, and what is handled in the"
                    + " interrupt itself has no class: --pin and --shield move it; threads of interrupts there are "
                    + listed(handlers));
        }
        return found;
    }

    /** Indices of the selected kinds of interrupt, all of them movable. */
    int[] irqs(Selector.Irq selector) {
        int[] found = IntStream.range(0, irqs.size())
                .filter(i -> isDevice(i) && (selector.irq() < 0 || irqs.irq()[i] == selector.irq()))
                .toArray();
        if (found.length == 0) {
            Set<String> devices = new LinkedHashSet<>();
            for (int i = 0; i < irqs.size(); i++) {
                if (isDevice(i)) {
                    devices.add("irq=" + irqs.irq()[i] + " (" + irqs.name().get(i) + ")");
                }
            }
            throw new PolicyException("'" + selector
                    + "' matches no device interrupt that can be moved; the recording has " + listed(devices));
        }
        return found;
    }

    private boolean isDevice(int kind) {
        return irqs.movable()[kind] && irqs.kind().get(kind).equals("hardirq");
    }

    /**
     * A machine goes by its name (its key is that, with ':pid' behind it where one found before has the name), and by its
     * monitor's process name and id.
     */
    private boolean serves(int thread, String vm) {
        String key = threads.vm().get(thread);
        if (key == null) {
            return false;
        }
        if (key.equals(vm) || Glob.matches(vm, name(key))) {
            return true;
        }
        int monitor = pid(key);
        return monitor > 0 && (vm.equals(Integer.toString(monitor)) || Glob.matches(vm, comm(monitor)));
    }

    /** A process's name; empty where the recording does not tell. */
    private String comm(int tid) {
        for (int i = 0; i < threads.size(); i++) {
            if (threads.tid()[i] == tid) {
                return threads.comm().get(i);
            }
        }
        return "";
    }

    private static String name(String key) {
        return key.replaceFirst(":[0-9]{1,9}$", "");
    }

    /** The monitor's process: that of the machine's vCPUs, or of any of its threads. */
    private int pid(String key) {
        int pid = -1;
        for (int i = 0; i < threads.size(); i++) {
            if (key.equals(threads.vm().get(i)) && threads.tgid()[i] > 0) {
                if (threads.vcpu()[i] >= 0) {
                    return threads.tgid()[i];
                }
                pid = pid < 0 ? threads.tgid()[i] : pid;
            }
        }
        String suffix = key.substring(name(key).length());
        return pid > 0 || suffix.isEmpty() ? pid : Integer.parseInt(suffix.substring(1));
    }

    private PolicyException nobody(Selector selector) {
        String head = "'" + selector + "' matches nobody: ";
        String vm = selector instanceof Selector.Role role
                ? role.vm()
                : selector instanceof Selector.Vm of ? of.vm() : null;
        Map<String, String> machines = machines();
        if (vm != null && IntStream.range(0, threads.size()).noneMatch(i -> serves(i, vm))) {
            return new PolicyException(head + "no virtual machine '" + vm + "'" + Nearest.hint(vm, machines.keySet())
                    + "; the recording has " + listed(machines.values()));
        }
        if (threads.size() == 0) {
            return new PolicyException(head + "the recording tells of no thread, and there is nothing to replay");
        }
        if (selector instanceof Selector.Role role) {
            String whose = vm == null ? "in the recording there are " : "'" + vm + "' has ";
            return new PolicyException(head + whose
                    + listed(roles(i -> vm == null || serves(i, vm))) + ", but no " + role.role()
                    + "; leave the rule out");
        }
        if (selector instanceof Selector.Comm comm) {
            Set<String> names = new LinkedHashSet<>(threads.comm());
            return new PolicyException(head + "no thread of that name" + Nearest.hint(comm.glob(), names)
                    + "; there are " + listed(names));
        }
        Set<String> tids = new LinkedHashSet<>();
        IntStream.range(0, threads.size())
                .boxed()
                .sorted((a, b) -> Boolean.compare(
                        threads.vm().get(b) != null, threads.vm().get(a) != null))
                .forEach(i -> tids.add(
                        "tid=" + threads.tid()[i] + " (" + threads.comm().get(i) + ")"));
        return new PolicyException(head + "no such thread; there are " + listed(tids));
    }

    /** Machines by key, as shown to people. */
    private Map<String, String> machines() {
        Map<String, String> machines = new LinkedHashMap<>();
        for (int i = 0; i < threads.size(); i++) {
            String key = threads.vm().get(i);
            if (key != null && !machines.containsKey(key)) {
                int pid = pid(key);
                machines.put(key, pid < 0 ? key : key + " (pid " + pid + ")");
            }
        }
        return machines;
    }

    private Collection<String> roles(IntPredicate among) {
        Map<String, Integer> counts = new TreeMap<>();
        IntStream.range(0, threads.size())
                .filter(among)
                .forEach(i -> counts.merge(threads.role().get(i), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(role -> role.getKey() + (role.getValue() > 1 ? " (" + role.getValue() + " threads)" : ""))
                .toList();
    }

    private static String listed(Collection<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        String list = String.join(", ", names.stream().limit(MOST_LISTED).toList());
        int more = names.size() - MOST_LISTED;
        return (more > 0 ? list + " and " + more + " more" : list).replaceAll("\\p{Cntrl}", "?");
    }

    /** A thread as shown to people. */
    String shown(int thread) {
        return ("'" + threads.comm().get(thread) + "' (tid " + threads.tid()[thread] + ")")
                .replaceAll("\\p{Cntrl}", "?");
    }

    /** Those of the threads that run a vCPU. */
    int[] vcpus(int[] among) {
        return Arrays.stream(among).filter(i -> threads.vcpu()[i] >= 0).toArray();
    }
}
