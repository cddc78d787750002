package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * All threads of a recording, by their dense numbers: names, processes, roles; and who runs where.
 *
 * <p>A thread id that is used again after its thread exited stays one row, with the later name.
 */
final class ThreadTable implements ThreadRegistry {

    private static final int NOWHERE = -1;

    private final ThreadIndex index = new ThreadIndex();
    private byte[][] comm = new byte[512][];
    private int[] tgid = filled(512);
    private int[] sameProcessAs = filled(512);
    private boolean[] fromKthreadd = new boolean[512];
    private String[] servesRole = new String[512];
    private String[] vm = new String[512];
    private int[] vcpu = filled(512);
    private long[] firstNs = new long[512];
    private long[] lastNs = new long[512];

    private int[] running = filled(8);
    private long[] previousNs = unseen(8);

    ThreadTable(Map<Integer, String> commByTid) {
        index(0);
        for (Map.Entry<Integer, String> e : commByTid.entrySet()) {
            if (e.getKey() > 0) {
                comm[index(e.getKey())] = e.getValue().getBytes(StandardCharsets.UTF_8);
            }
        }
    }

    private static int[] filled(int n) {
        int[] array = new int[n];
        Arrays.fill(array, -1);
        return array;
    }

    private static long[] unseen(int n) {
        long[] array = new long[n];
        Arrays.fill(array, Long.MIN_VALUE);
        return array;
    }

    @Override
    public int index(int tid) {
        int i = index.of(tid);
        if (i >= comm.length) {
            grow(2 * comm.length);
        }
        return i;
    }

    private void grow(int to) {
        int from = comm.length;
        comm = Arrays.copyOf(comm, to);
        tgid = Arrays.copyOf(tgid, to);
        Arrays.fill(tgid, from, to, -1);
        sameProcessAs = Arrays.copyOf(sameProcessAs, to);
        Arrays.fill(sameProcessAs, from, to, -1);
        fromKthreadd = Arrays.copyOf(fromKthreadd, to);
        servesRole = Arrays.copyOf(servesRole, to);
        vm = Arrays.copyOf(vm, to);
        vcpu = Arrays.copyOf(vcpu, to);
        Arrays.fill(vcpu, from, to, -1);
        firstNs = Arrays.copyOf(firstNs, to);
        lastNs = Arrays.copyOf(lastNs, to);
    }

    /** A thread shows in an event. */
    void seen(int i, long tsNs) {
        if (lastNs[i] == 0) {
            firstNs[i] = tsNs;
        }
        lastNs[i] = tsNs;
    }

    /** The UTF-8 bytes of a thread's name, null where none was seen. */
    byte[] commBytes(int i) {
        return comm[i];
    }

    void setComm(int i, byte[] utf8) {
        if (i != 0) {
            comm[i] = utf8;
        }
    }

    @Override
    public String comm(int tid) {
        int i = index.find(tid);
        return i < 0 || comm[i] == null ? "" : new String(comm[i], StandardCharsets.UTF_8);
    }

    @Override
    public int tgid(int tid) {
        int i = index.find(tid);
        return i < 0 ? -1 : tgidOf(i);
    }

    private int tgidOf(int i) {
        int at = i;
        for (int hops = 0; tgid[at] < 0 && sameProcessAs[at] >= 0 && hops < index.size(); hops++) {
            at = sameProcessAs[at];
        }
        return tgid[at];
    }

    @Override
    public void setTgid(int tid, int process) {
        tgid[index(tid)] = process;
    }

    /** A thread was made in the process of another one, whose id need not be known yet. */
    void setSameProcess(int tid, int creator) {
        int i = index(tid);
        sameProcessAs[i] = index(creator);
        tgid[i] = -1;
    }

    /** A thread was made by kthreadd. */
    void setKernelThread(int i) {
        fromKthreadd[i] = true;
    }

    @Override
    public void setVcpu(int tid, String vmKey, int number) {
        int i = index(tid);
        vm[i] = vmKey;
        vcpu[i] = number;
        servesRole[i] = ThreadRoles.VCPU;
    }

    @Override
    public void setServes(int tid, String role, String vmKey) {
        int i = index(tid);
        if (vcpu[i] < 0) {
            servesRole[i] = role;
            vm[i] = vmKey;
        }
    }

    @Override
    public int running(int cpu) {
        return cpu >= 0 && cpu < running.length ? running[cpu] : NOWHERE;
    }

    @Override
    public long previousNs(int cpu) {
        return cpu >= 0 && cpu < previousNs.length ? previousNs[cpu] : Long.MIN_VALUE;
    }

    void setRunning(int cpu, int tid) {
        running[cpu] = tid;
    }

    /** The latest event of each CPU, by number; {@link TimelineBuilder} keeps it. Replaced when room is made. */
    long[] previousNs() {
        return previousNs;
    }

    /** Makes room for CPUs below {@code cpus}. */
    void reserveCpus(int cpus) {
        int from = running.length;
        if (cpus > from) {
            running = Arrays.copyOf(running, cpus);
            Arrays.fill(running, from, cpus, NOWHERE);
            previousNs = Arrays.copyOf(previousNs, cpus);
            Arrays.fill(previousNs, from, cpus, Long.MIN_VALUE);
        }
    }

    /**
     * Writes table {@code thread}. A thread without a role of its own that shares its process with a vCPU belongs to
     * that machine's monitor.
     */
    void write(TableSinks sinks) {
        Map<Integer, String> vmByTgid = new HashMap<>();
        for (int i = 0; i < index.size(); i++) {
            int process = tgidOf(i);
            if (vcpu[i] >= 0 && process > 0) {
                vmByTgid.putIfAbsent(process, vm[i]);
            }
        }
        TableAppender rows = new TableAppender(TimelineTables.THREAD, sinks);
        for (int i = 0; i < index.size(); i++) {
            String name = i == 0 ? "swapper" : comm[i] == null ? "" : new String(comm[i], StandardCharsets.UTF_8);
            String role = servesRole[i];
            String serves = vm[i];
            int process = i == 0 ? 0 : tgidOf(i);
            if (role == null) {
                role = ThreadRoles.ofName(index.tid(i), name, fromKthreadd[i]);
                serves = vmByTgid.get(process);
                if (serves != null && role.equals(ThreadRoles.USER)) {
                    role = ThreadRoles.VMM;
                }
            }
            rows.addRow();
            rows.set(0, index.tid(i));
            rows.set(1, process < 0 ? NULL : process);
            rows.setText(2, name);
            rows.setText(3, role);
            rows.setText(4, serves);
            rows.set(5, vcpu[i] < 0 ? NULL : vcpu[i]);
            rows.set(6, lastNs[i] == 0 ? NULL : firstNs[i]);
            rows.set(7, lastNs[i] == 0 ? NULL : lastNs[i]);
        }
        rows.flush();
    }
}
