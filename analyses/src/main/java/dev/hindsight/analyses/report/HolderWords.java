package dev.hindsight.analyses.report;

/** Who held a CPU in a stage of late interrupts, in words. */
final class HolderWords {

    private HolderWords() {}

    static String of(String kind, String holder, String stage, long threads) {
        return who(kind, holder, threads) + " " + during(stage);
    }

    private static String who(String kind, String holder, long threads) {
        String name = holder == null ? "" : " " + holder;
        return switch (kind) {
            case "thread" -> holder == null ? "a thread" : holder + (threads > 1 ? " (" + threads + " threads)" : "");
            case "hardirq" -> "the interrupt" + name;
            case "softirq" -> "the softirq" + name;
            case "guest" -> "guest code of" + name;
            case "exit" -> "exit handling of" + name;
            case "halt_poll" -> "halt polling of" + name;
            case "vmm" -> "the monitor's code of" + name;
            case "idle" -> "nobody, the CPU was idle,";
            case "gap" -> "no event although an interrupt was due (firmware, a hypervisor below, or interrupts off)";
            case "lost" -> "events that were lost";
            default -> "nobody known";
        };
    }

    private static String during(String stage) {
        return switch (stage) {
            case "device" -> "before the interrupt was raised (device)";
            case "wake" -> "until the vCPU was woken (wake)";
            case "schedule" -> "while the vCPU waited for a CPU (schedule)";
            case "host" -> "between getting a CPU and entering the guest (host)";
            default -> "between guest entry and its handler (guest)";
        };
    }
}
