package dev.hindsight.sampletraces.synthetic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The events of a little-endian 64-bit x86 KVM host with Linux 6.1: their formats, and a method for each that puts one
 * into a ring buffer with no object made. Fields lie where that kernel has them.
 */
final class KvmHostEvents {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final String COMM = "char";

    static final EventFormat SCHED_SWITCH = EventFormat.of("sched", "sched_switch", 319)
            .array(COMM, "prev_comm", 16, 1, true)
            .field("pid_t", "prev_pid", 4, true)
            .field("int", "prev_prio", 4, true)
            .field("long", "prev_state", 8, true)
            .array(COMM, "next_comm", 16, 1, true)
            .field("pid_t", "next_pid", 4, true)
            .field("int", "next_prio", 4, true)
            .print("\"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%ld ==> next_comm=%s next_pid=%d next_prio=%d\","
                    + " REC->prev_comm, REC->prev_pid, REC->prev_prio, REC->prev_state, REC->next_comm,"
                    + " REC->next_pid, REC->next_prio");
    static final EventFormat SCHED_WAKEUP = wakeup("sched_wakeup", 321);
    static final EventFormat SCHED_WAKING = wakeup("sched_waking", 322);
    static final EventFormat LOCAL_TIMER_EXIT = vector("local_timer_exit", 91);
    static final EventFormat LOCAL_TIMER_ENTRY = vector("local_timer_entry", 92);
    static final EventFormat SOFTIRQ_RAISE = softirq("softirq_raise", 148);
    static final EventFormat SOFTIRQ_EXIT = softirq("softirq_exit", 149);
    static final EventFormat SOFTIRQ_ENTRY = softirq("softirq_entry", 150);
    static final EventFormat IRQ_HANDLER_EXIT = EventFormat.of("irq", "irq_handler_exit", 151)
            .field("int", "irq", 4, true)
            .field("int", "ret", 4, true)
            .print("\"irq=%d ret=%s\", REC->irq, REC->ret ? \"handled\" : \"unhandled\"");
    static final EventFormat IRQ_HANDLER_ENTRY = EventFormat.of("irq", "irq_handler_entry", 152)
            .field("int", "irq", 4, true)
            .dataLoc("char", "name", 1, true)
            .print("\"irq=%d name=%s\", REC->irq, __get_str(name)");
    static final EventFormat HRTIMER_EXPIRE_EXIT = EventFormat.of("timer", "hrtimer_expire_exit", 377)
            .field("void *", "hrtimer", 8, false)
            .print("\"hrtimer=%p\", REC->hrtimer");
    static final EventFormat HRTIMER_EXPIRE_ENTRY = EventFormat.of("timer", "hrtimer_expire_entry", 378)
            .field("void *", "hrtimer", 8, false)
            .field("s64", "now", 8, true)
            .field("void *", "function", 8, false)
            .print("\"hrtimer=%p function=%ps now=%llu\", REC->hrtimer, REC->function, REC->now");
    static final EventFormat HRTIMER_START = EventFormat.of("timer", "hrtimer_start", 379)
            .field("void *", "hrtimer", 8, false)
            .field("void *", "function", 8, false)
            .field("s64", "expires", 8, true)
            .field("s64", "softexpires", 8, true)
            .field("enum hrtimer_mode", "mode", 4, false)
            .field("bool", "was_armed", 1, false)
            .print("\"hrtimer=%p function=%ps expires=%llu softexpires=%llu mode=%d was_armed=%d\", REC->hrtimer,"
                    + " REC->function, REC->expires, REC->softexpires, REC->mode, REC->was_armed");
    static final EventFormat KVM_ACK_IRQ = EventFormat.of("kvm", "kvm_ack_irq", 1374)
            .field("unsigned int", "irqchip", 4, false)
            .field("unsigned int", "pin", 4, false)
            .print("\"irqchip %u pin %u\", REC->irqchip, REC->pin");
    static final EventFormat KVM_IOAPIC_SET_IRQ = EventFormat.of("kvm", "kvm_ioapic_set_irq", 1377)
            .field("__u64", "e", 8, false)
            .field("int", "pin", 4, true)
            .field("bool", "coalesced", 1, false)
            .print("\"pin %u entry %llx%s\", REC->pin, REC->e, REC->coalesced ? \" (coalesced)\" : \"\"");
    static final EventFormat KVM_SET_IRQ = EventFormat.of("kvm", "kvm_set_irq", 1378)
            .field("unsigned int", "gsi", 4, false)
            .field("int", "level", 4, true)
            .field("int", "irq_source_id", 4, true)
            .print("\"gsi %u level %d source %d\", REC->gsi, REC->level, REC->irq_source_id");
    static final EventFormat KVM_VCPU_WAKEUP = EventFormat.of("kvm", "kvm_vcpu_wakeup", 1379)
            .field("__u64", "ns", 8, false)
            .field("bool", "waited", 1, false)
            .field("bool", "valid", 1, false)
            .print("\"%s time %lld ns, polling %s\", REC->waited ? \"wait\" : \"poll\", REC->ns,"
                    + " REC->valid ? \"valid\" : \"invalid\"");
    static final EventFormat KVM_PIC_SET_IRQ = EventFormat.of("kvm", "kvm_pic_set_irq", 1434)
            .field("__u8", "chip", 1, false)
            .field("__u8", "pin", 1, false)
            .field("__u8", "elcr", 1, false)
            .field("__u8", "imr", 1, false)
            .field("bool", "coalesced", 1, false)
            .print("\"chip %u pin %u%s\", REC->chip, REC->pin, REC->coalesced ? \" (coalesced)\" : \"\"");
    static final EventFormat KVM_INJ_VIRQ = EventFormat.of("kvm", "kvm_inj_virq", 1439)
            .field("unsigned int", "vector", 4, false)
            .field("bool", "soft", 1, false)
            .field("bool", "reinjected", 1, false)
            .print("\"%s 0x%x%s\", REC->soft ? \"Soft/INTn\" : \"IRQ\", REC->vector,"
                    + " REC->reinjected ? \" [reinjected]\" : \"\"");
    static final EventFormat KVM_EXIT = EventFormat.of("kvm", "kvm_exit", 1440)
            .field("unsigned int", "exit_reason", 4, false)
            .field("unsigned long", "guest_rip", 8, false)
            .field("u32", "isa", 4, false)
            .field("u64", "info1", 8, false)
            .field("u64", "info2", 8, false)
            .field("u32", "intr_info", 4, false)
            .field("u32", "error_code", 4, false)
            .field("unsigned int", "vcpu_id", 4, false)
            .print("\"vcpu %u reason 0x%x rip 0x%lx info1 0x%016llx info2 0x%016llx\", REC->vcpu_id,"
                    + " REC->exit_reason, REC->guest_rip, REC->info1, REC->info2");
    static final EventFormat KVM_PIO = EventFormat.of("kvm", "kvm_pio", 1444)
            .field("unsigned int", "rw", 4, false)
            .field("unsigned int", "port", 4, false)
            .field("unsigned int", "size", 4, false)
            .field("unsigned int", "count", 4, false)
            .field("unsigned int", "val", 4, false)
            .print("\"pio_%s at 0x%x size %d count %d val 0x%x %s\", REC->rw ? \"write\" : \"read\", REC->port,"
                    + " REC->size, REC->count, REC->val, REC->count > 1 ? \"(...)\" : \"\"");
    static final EventFormat KVM_ENTRY = EventFormat.of("kvm", "kvm_entry", 1449)
            .field("unsigned int", "vcpu_id", 4, false)
            .field("unsigned long", "rip", 8, false)
            .field("bool", "immediate_exit", 1, false)
            .print("\"vcpu %u, rip 0x%lx%s\", REC->vcpu_id, REC->rip,"
                    + " REC->immediate_exit ? \"[immediate exit]\" : \"\"");

    /** All formats, to be written into a file. */
    static final List<EventFormat> ALL = List.of(
            SCHED_SWITCH,
            SCHED_WAKEUP,
            SCHED_WAKING,
            LOCAL_TIMER_EXIT,
            LOCAL_TIMER_ENTRY,
            SOFTIRQ_RAISE,
            SOFTIRQ_EXIT,
            SOFTIRQ_ENTRY,
            IRQ_HANDLER_EXIT,
            IRQ_HANDLER_ENTRY,
            HRTIMER_EXPIRE_EXIT,
            HRTIMER_EXPIRE_ENTRY,
            HRTIMER_START,
            KVM_ACK_IRQ,
            KVM_IOAPIC_SET_IRQ,
            KVM_SET_IRQ,
            KVM_VCPU_WAKEUP,
            KVM_PIC_SET_IRQ,
            KVM_INJ_VIRQ,
            KVM_EXIT,
            KVM_PIO,
            KVM_ENTRY);

    static final long STATE_RUNNABLE = 0;
    static final long STATE_SLEEPING = 1;

    private static final int IRQS_OFF = 1;
    private static final int HARDIRQ = 8;
    private static final int ISA_SVM = 2;

    /** A thread of the host. */
    static final class HostThread {
        final int tid;
        final String name;
        final int prio;
        private final byte[] comm;

        HostThread(int tid, String name, int prio) {
            this.tid = tid;
            this.name = name;
            this.prio = prio;
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            this.comm = Arrays.copyOf(Arrays.copyOf(text, Math.min(text.length, 15)), 16);
        }
    }

    private final RecordSpace buffer;
    private final byte[] page;
    private int tid;
    private int contextFlags;
    private int at;

    /** Puts events into one CPU's buffer. */
    KvmHostEvents(RecordSpace buffer) {
        this.buffer = buffer;
        page = buffer.page();
    }

    /** Names the thread in whose context the next events happen. */
    void runningIs(HostThread thread) {
        tid = thread.tid;
    }

    /** Whether the next events happen in a hardware interrupt. */
    void inInterrupt(boolean on) {
        contextFlags = on ? IRQS_OFF | HARDIRQ : 0;
    }

    void schedSwitch(long ns, HostThread prev, long prevState, HostThread next) {
        begin(ns, SCHED_SWITCH);
        comm(8, prev);
        int32(24, prev.tid);
        int32(28, prev.prio);
        int64(32, prevState);
        comm(40, next);
        int32(56, next.tid);
        int32(60, next.prio);
        runningIs(next);
    }

    void wake(long ns, EventFormat wakingOrWakeup, HostThread wakee, int targetCpu) {
        begin(ns, wakingOrWakeup);
        comm(8, wakee);
        int32(24, wakee.tid);
        int32(28, wakee.prio);
        int32(32, targetCpu);
    }

    void vector(long ns, EventFormat entryOrExit, int vector) {
        begin(ns, entryOrExit);
        int32(8, vector);
    }

    void softirq(long ns, EventFormat format, int vec) {
        begin(ns, format);
        int32(8, vec);
    }

    void irqHandlerEntry(long ns, int irq, byte[] nameWithNul) {
        begin(ns, IRQ_HANDLER_ENTRY, IRQ_HANDLER_ENTRY.fixedBytes() + nameWithNul.length);
        int32(8, irq);
        int32(12, nameWithNul.length << 16 | IRQ_HANDLER_ENTRY.fixedBytes());
        System.arraycopy(nameWithNul, 0, page, at + IRQ_HANDLER_ENTRY.fixedBytes(), nameWithNul.length);
    }

    void irqHandlerExit(long ns, int irq, int ret) {
        begin(ns, IRQ_HANDLER_EXIT);
        int32(8, irq);
        int32(12, ret);
    }

    void hrtimerExpireEntry(long ns, long hrtimer, long now, long function) {
        begin(ns, HRTIMER_EXPIRE_ENTRY);
        int64(8, hrtimer);
        int64(16, now);
        int64(24, function);
    }

    void hrtimerExpireExit(long ns, long hrtimer) {
        begin(ns, HRTIMER_EXPIRE_EXIT);
        int64(8, hrtimer);
    }

    void hrtimerStart(long ns, long hrtimer, long function, long expires) {
        begin(ns, HRTIMER_START);
        int64(8, hrtimer);
        int64(16, function);
        int64(24, expires);
        int64(32, expires);
    }

    void kvmSetIrq(long ns, int gsi, int level, int source) {
        begin(ns, KVM_SET_IRQ);
        int32(8, gsi);
        int32(12, level);
        int32(16, source);
    }

    void kvmIoapicSetIrq(long ns, long entry, int pin) {
        begin(ns, KVM_IOAPIC_SET_IRQ);
        int64(8, entry);
        int32(16, pin);
    }

    void kvmPicSetIrq(long ns, int pin, int imr) {
        begin(ns, KVM_PIC_SET_IRQ);
        page[at + 9] = (byte) pin;
        page[at + 11] = (byte) imr;
    }

    void kvmAckIrq(long ns, int irqchip, int pin) {
        begin(ns, KVM_ACK_IRQ);
        int32(8, irqchip);
        int32(12, pin);
    }

    void kvmVcpuWakeup(long ns, long waitNs) {
        begin(ns, KVM_VCPU_WAKEUP);
        int64(8, waitNs);
        page[at + 16] = 1;
        page[at + 17] = 1;
    }

    void kvmInjVirq(long ns, int vector) {
        begin(ns, KVM_INJ_VIRQ);
        int32(8, vector);
    }

    void kvmEntry(long ns, int vcpu, long rip) {
        begin(ns, KVM_ENTRY);
        int32(8, vcpu);
        int64(16, rip);
    }

    void kvmExit(long ns, int vcpu, int reason, long rip, long info1, long info2) {
        begin(ns, KVM_EXIT);
        int32(8, reason);
        int64(16, rip);
        int32(24, ISA_SVM);
        int64(32, info1);
        int64(40, info2);
        int32(56, vcpu);
    }

    void kvmPio(long ns, boolean write, int port, int value) {
        begin(ns, KVM_PIO);
        int32(8, write ? 1 : 0);
        int32(12, port);
        int32(16, 1);
        int32(20, 1);
        int32(24, value);
    }

    private void begin(long ns, EventFormat format) {
        begin(ns, format, format.fixedBytes());
    }

    private void begin(long ns, EventFormat format, int bytes) {
        at = buffer.reserve(ns, bytes);
        SHORT.set(page, at, (short) format.id());
        page[at + 2] = (byte) contextFlags;
        INT.set(page, at + 4, tid);
    }

    private void int32(int offset, int value) {
        INT.set(page, at + offset, value);
    }

    private void int64(int offset, long value) {
        LONG.set(page, at + offset, value);
    }

    private void comm(int offset, HostThread thread) {
        System.arraycopy(thread.comm, 0, page, at + offset, 16);
    }

    private static EventFormat wakeup(String name, int id) {
        return EventFormat.of("sched", name, id)
                .array(COMM, "comm", 16, 1, true)
                .field("pid_t", "pid", 4, true)
                .field("int", "prio", 4, true)
                .field("int", "target_cpu", 4, true)
                .print("\"comm=%s pid=%d prio=%d target_cpu=%03d\", REC->comm, REC->pid, REC->prio, REC->target_cpu");
    }

    private static EventFormat vector(String name, int id) {
        return EventFormat.of("irq_vectors", name, id)
                .field("int", "vector", 4, true)
                .print("\"vector=%d\", REC->vector");
    }

    private static EventFormat softirq(String name, int id) {
        return EventFormat.of("irq", name, id)
                .field("unsigned int", "vec", 4, false)
                .print("\"vec=%u\", REC->vec");
    }
}
