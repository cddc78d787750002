package dev.hindsight.replay.timeline;

import java.util.List;

/**
 * The role of a thread by its name, where nothing better tells it: KVM's events name vCPUs, and what serves them.
 *
 * <p>The names are those that Linux gives its own threads (kthread_create calls of kernels 2.6 to 7), and that QEMU and
 * KVM give theirs; monitors have the names of their programs. A program of the same name as a kernel thread is taken for it, unless its fork is in the recording.
 */
final class ThreadRoles {

    static final String VCPU = "vcpu";
    static final String VMM = "vmm";
    static final String VHOST = "vhost";
    static final String IOTHREAD = "iothread";
    static final String KVM_PIT = "kvm-pit";
    static final String IRQ = "irq";
    static final String KSOFTIRQD = "ksoftirqd";
    static final String RCU = "rcu";
    static final String KWORKER = "kworker";
    static final String KERNEL = "kernel";
    static final String USER = "user";
    static final String IDLE = "idle";

    /** A role and the beginnings of names that tell it; the first that fits counts. */
    private record Rule(String role, List<String> beginnings) {}

    private static final List<Rule> RULES = List.of(
            new Rule(VHOST, List.of("vhost-")),
            new Rule(KVM_PIT, List.of("kvm-pit/", "kvm-pit-wq")),
            new Rule(IOTHREAD, List.of("IO mon_iothread", "IO iothread", "IO ")),
            new Rule(VMM, List.of("qemu-system-", "qemu-kvm", "cloud-hyperviso", "firecracker", "crosvm")),
            new Rule(IRQ, List.of("irq/")),
            new Rule(KSOFTIRQD, List.of("ksoftirqd/", "ktimers/", "ktimersoftd/")),
            new Rule(RCU, List.of("rcu_", "rcuc/", "rcuop/", "rcuos/", "rcuob/", "rcuog/", "rcuo", "rcub/", "rcun/")),
            new Rule(KWORKER, List.of("kworker/")),
            new Rule(
                    KERNEL,
                    List.of(
                            "migration/",
                            "cpuhp/",
                            "watchdog/",
                            "idle_inject/",
                            "backlog_napi/",
                            "napi/",
                            "kswapd",
                            "kcompactd",
                            "kvm-nx-lpage-re",
                            "jbd2/",
                            "ext4-rsv-conver",
                            "xfs",
                            "btrfs-",
                            "scsi_eh_",
                            "scsi_tmf_",
                            "nvme-",
                            "dmcrypt_write",
                            "sugov:",
                            "irq_work/",
                            "kdamond.",
                            "posixcputmr/",
                            "pr/")));

    private static final List<String> KERNEL_NAMES = List.of(
            "kthreadd",
            "pool_workqueue_",
            "khungtaskd",
            "oom_reaper",
            "ksmd",
            "khugepaged",
            "kauditd",
            "kdevtmpfs",
            "watchdogd",
            "kthrotld",
            "kblockd",
            "kintegrityd",
            "writeback",
            "netns",
            "slub_flushwq",
            "inet_frag_wq",
            "mm_percpu_wq",
            "ata_sff",
            "edac-poller",
            "devfreq_wq",
            "mld",
            "ipv6_addrconf",
            "kstrp",
            "hwrng",
            "psimon",
            "kmmpd",
            "ext4lazyinit",
            "khvcd",
            "kopald",
            "kpsmoused",
            "lockd",
            "nfsd",
            "zswap-shrink",
            "usb-storage");

    private ThreadRoles() {}

    /** {@code fromKthreadd} says that its fork was seen, with kthreadd as the parent. */
    static String ofName(int tid, String comm, boolean fromKthreadd) {
        if (tid == 0) {
            return IDLE;
        }
        for (Rule rule : RULES) {
            for (String beginning : rule.beginnings()) {
                if (comm.startsWith(beginning)) {
                    return rule.role();
                }
            }
        }
        if (comm.startsWith("CPU ") && comm.endsWith("/KVM")) {
            return VCPU;
        }
        return fromKthreadd || tid == 2 || KERNEL_NAMES.contains(comm) ? KERNEL : USER;
    }
}
