package dev.hindsight.replay.timeline;

/** What the parts tell each other of threads while a timeline is built; becomes table {@code thread} at the end. */
public interface ThreadRegistry {

    /** Dense number of a thread from 0, given now where it has none yet: for arrays by thread. */
    int index(int tid);

    /** Last name seen of a thread, empty where none was. */
    String comm(int tid);

    /** Process of a thread, -1 where the trace does not tell. */
    int tgid(int tid);

    /** Tells the process of a thread, for instance from a fork or from a name such as {@code kvm-pit/142}. */
    void setTgid(int tid, int tgid);

    /** A thread runs a virtual CPU; its role becomes {@code vcpu}. {@code vm} is the key in table {@code vm}. */
    void setVcpu(int tid, String vm, int vcpu);

    /** A thread serves a virtual machine in a role: vmm, vhost, iothread or kvm-pit. */
    void setServes(int tid, String role, String vm);

    /**
     * Thread that runs on a CPU now, -1 where not known yet (0 is idle). While a {@code sched_switch} is handled it is
     * the one that is switched in.
     */
    int running(int cpu);

    /** Time of the CPU's event before the one that is handled now, {@code Long.MIN_VALUE} where there is none. */
    long previousNs(int cpu);
}
