package dev.hindsight.replay.timeline.kvm;

/**
 * Names that monitors give to the threads of vCPUs: {@code CPU 0/KVM} (QEMU), {@code kvm-vcpu-0} (kvmtool),
 * {@code fc_vcpu 0} (Firecracker), {@code vcpu0} (Cloud Hypervisor), {@code crosvm_vcpu0}.
 */
final class VcpuName {

    private static final String[] PREFIXES = {"CPU ", "kvm-vcpu-", "fc_vcpu ", "crosvm_vcpu", "vcpu"};

    private VcpuName() {}

    /** Whether a name says that the thread is a vCPU's, and nothing of the machine. */
    static boolean isGeneric(String comm) {
        return comm.isEmpty() || number(comm) >= 0;
    }

    /** The vCPU's number in the name, -1 where there is none. */
    static int number(String comm) {
        for (String prefix : PREFIXES) {
            if (comm.startsWith(prefix)) {
                int end = prefix.length();
                int number = 0;
                while (end < comm.length() && Character.digit(comm.charAt(end), 10) >= 0 && number < 100_000) {
                    number = 10 * number + Character.digit(comm.charAt(end), 10);
                    end++;
                }
                boolean whole = end == comm.length() || comm.startsWith("/KVM", end);
                return end > prefix.length() && whole ? number : -1;
            }
        }
        return -1;
    }
}
