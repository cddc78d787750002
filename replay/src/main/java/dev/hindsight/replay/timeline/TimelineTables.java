package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnType.BOOL;
import static dev.hindsight.parsers.table.ColumnType.INT32;
import static dev.hindsight.parsers.table.ColumnType.INT64;
import static dev.hindsight.parsers.table.ColumnType.SYMBOL;
import static dev.hindsight.parsers.table.ColumnType.TEXT;
import static dev.hindsight.parsers.table.ColumnType.UINT64;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.TableSchema;
import java.util.List;

/**
 * The tables of a timeline: what a recording means, in the terms of the scheduler and of KVM. A replay writes the same
 * ones. Times are ns on the trace's clock, intervals half-open. The dataset adds {@code trace} and {@code run}.
 */
public final class TimelineTables {

    public static final TableSchema THREAD = new TableSchema(
            "thread",
            "A thread that the recording names.",
            List.of(
                    Column.of("tid", INT32, "thread id; 0 stands for the idle threads of all CPUs"),
                    Column.nullable("tgid", INT32, "process id, where the trace tells it"),
                    Column.of("comm", TEXT, "last name seen"),
                    Column.of(
                            "role",
                            SYMBOL,
                            "vcpu, vmm, vhost, iothread, kvm-pit, irq, ksoftirqd, rcu, kworker, kernel, user or idle"),
                    Column.nullable("vm", TEXT, "virtual machine that it serves"),
                    Column.nullable("vcpu", INT32, "virtual CPU that it runs"),
                    Column.nullable("first_ns", INT64, "first time seen"),
                    Column.nullable("last_ns", INT64, "last time seen")));

    public static final TableSchema VM = new TableSchema(
            "vm",
            "A virtual machine found in the recording.",
            List.of(
                    Column.of("vm", TEXT, "key: its name, with ':pid' behind it where one found before has that"),
                    Column.of(
                            "name",
                            TEXT,
                            "the guest's name in the trace, vm-N where the trace has a number N for it; else the monitor's"
                                    + " process name; else vm- and its process id, or a vCPU's thread"),
                    Column.nullable("pid", INT32, "the monitor's process id"),
                    Column.of("vcpus", INT32, "virtual CPUs seen"),
                    Column.of("found_by", TEXT, "what told that it is there: guest-option, kvm-events"),
                    Column.of(
                            "unasserted",
                            INT64,
                            "interrupts injected whose assertion was not seen: they are in no row of virq")));

    public static final TableSchema THREAD_SPAN = new TableSchema(
            "thread_span",
            "A thread in one scheduling state.",
            List.of(
                    Column.of("tid", INT32, "thread; 0 with its cpu is that CPU's idle thread"),
                    Column.nullable("cpu", INT32, "CPU it runs on, waits for, or ran on last"),
                    Column.of("start_ns", INT64, "from"),
                    Column.of("end_ns", INT64, "to, exclusive"),
                    Column.of(
                            "state",
                            SYMBOL,
                            "running; runnable-preempted (was switched out runnable) or runnable-woken; sleeping"
                                    + " (interruptible, stopped, parked or idle); blocked (uninterruptible)"),
                    Column.nullable(
                            "prio",
                            INT32,
                            "kernel priority as the span began: -1 deadline, 0 to 98 real-time (99 - n), 100 to 139"
                                    + " fair"),
                    Column.nullable("policy", SYMBOL, "fair, rt, deadline or idle, as far as the priority tells"),
                    Column.nullable(
                            "by_tid",
                            INT32,
                            "runnable: who runs on that CPU at the start; sleeping, blocked: who woke it")));

    public static final TableSchema WAKEUP = new TableSchema(
            "wakeup",
            "A thread was made runnable.",
            List.of(
                    Column.of("ts_ns", INT64, "sched_waking, or sched_wakeup where that is not traced"),
                    Column.nullable("waker_tid", INT32, "thread that ran where the wakeup was made"),
                    Column.of("context", SYMBOL, "task, hardirq or softirq"),
                    Column.of("wakee_tid", INT32, "who"),
                    Column.nullable("cpu", INT32, "CPU that it was put on"),
                    Column.of("waker_cpu", INT32, "CPU where the wakeup was made"),
                    Column.nullable("enqueued_ns", INT64, "sched_wakeup"),
                    Column.nullable(
                            "running_ns",
                            INT64,
                            "first switched in after it; null where it had not left its CPU, or nobody saw it")));

    public static final TableSchema IRQ_SPAN = new TableSchema(
            "irq_span",
            "A CPU handles an interrupt or a softirq.",
            List.of(
                    Column.of("cpu", INT32, "where"),
                    Column.of("start_ns", INT64, "from"),
                    Column.of("end_ns", INT64, "to, exclusive"),
                    Column.of(
                            "kind",
                            SYMBOL,
                            "hardirq (device), vector (x86 system vector, POWER exception; inter-processor interrupt"
                                    + " elsewhere), softirq"),
                    Column.of("irq", INT32, "interrupt number, vector (-1 where there is none), or softirq number"),
                    Column.of(
                            "name",
                            SYMBOL,
                            "handler's name, vector's name (local_timer, ..., ipi; timer_interrupt, irq, doorbell on"
                                    + " POWER) or softirq's (NET_RX)"),
                    Column.nullable("tid", INT32, "thread that was interrupted, or ran the softirq"),
                    Column.of("self_ns", INT64, "its length without the interrupts nested in it: these add up"),
                    Column.nullable(
                            "raised_ns",
                            INT64,
                            "softirq: raised first since it ran before; null where no softirq_raise was seen, and in a"
                                    + " replay"),
                    Column.nullable(
                            "handler_ns",
                            INT64,
                            "softirq: begin of the interrupt on this CPU whose handler raised it, or raised the"
                                    + " softirq that did; null where a thread did")));

    public static final TableSchema VCPU_SPAN = new TableSchema(
            "vcpu_span",
            "A virtual CPU in one state.",
            List.of(
                    Column.of("vm", SYMBOL, "virtual machine"),
                    Column.of("vcpu", INT32, "virtual CPU"),
                    Column.of("tid", INT32, "its host thread"),
                    Column.nullable("cpu", INT32, "host CPU it runs on, waits for, or ran on last"),
                    Column.of("start_ns", INT64, "from"),
                    Column.of("end_ns", INT64, "to, exclusive"),
                    Column.of(
                            "state",
                            SYMBOL,
                            "guest (between entry and exit), exit (in KVM), halt_poll, halted (asleep in the kernel),"
                                    + " preempted (runnable, off CPU), vmm (in the monitor's user code)")));

    public static final TableSchema VM_EXIT = new TableSchema(
            "vm_exit",
            "A virtual CPU left the guest.",
            List.of(
                    Column.of("vm", SYMBOL, "virtual machine"),
                    Column.of("vcpu", INT32, "virtual CPU"),
                    Column.of("tid", INT32, "its host thread"),
                    Column.of("cpu", INT32, "host CPU at the exit"),
                    Column.of("start_ns", INT64, "kvm_exit"),
                    Column.nullable("end_ns", INT64, "next kvm_entry of this vCPU; null at the end or at a loss"),
                    Column.of("isa", SYMBOL, "vmx, svm; arm, ppc-hv, ... in other formats"),
                    Column.of("code", UINT64, "raw exit reason, without flag bits"),
                    Column.of("reason", SYMBOL, "the ISA's own name, or the number in hex where it has none"),
                    Column.of(
                            "kind",
                            SYMBOL,
                            "the same over ISAs: halt, io, mmio, msr, interrupt, interrupt-window, hypercall, pause,"
                                    + " wfe, page-fault, cpuid, ... or other"),
                    Column.nullable("rip", UINT64, "guest instruction pointer"),
                    Column.nullable(
                            "info1",
                            UINT64,
                            "first qualifier; on POWER the hypercall's number (KVM-HV) or the data address (dar)"),
                    Column.nullable("info2", UINT64, "second qualifier; on POWER the instruction (KVM-PR, BookE)"),
                    Column.nullable("on_cpu_ns", INT64, "part of [start_ns, end_ns) that the thread held a CPU")));

    public static final TableSchema VIRQ = new TableSchema(
            "virq",
            "An interrupt's way to a guest, one row a delivery.",
            List.of(
                    Column.of("vm", SYMBOL, "virtual machine"),
                    Column.of("vcpu", INT32, "virtual CPU that took it"),
                    Column.of(
                            "source",
                            SYMBOL,
                            "pit, pic, ioapic, msi, lapic-timer, ipi or lapic; decrementer, external or ipi on POWER;"
                                    + " arch-timer, sgi, ppi, spi or lpi on arm64"),
                    Column.of(
                            "irq",
                            INT32,
                            "GSI for pit, pic and ioapic lines; vector for the others (of BookE the interrupt's"
                                    + " number, of arm64 the INTID)"),
                    Column.nullable("vector", INT32, "vector injected"),
                    Column.nullable("due_ns", INT64, "expiry that the feeding hrtimer was set for"),
                    Column.of("asserted_ns", INT64, "line raised or message sent"),
                    Column.nullable("runnable_ns", INT64, "the vCPU's thread runnable (or it was on CPU already)"),
                    Column.nullable("scheduled_ns", INT64, "the vCPU's thread on a CPU"),
                    Column.nullable("injected_ns", INT64, "kvm_inj_virq; null where hidden (arm64)"),
                    Column.nullable("entered_ns", INT64, "kvm_entry after it"),
                    Column.nullable("handled_ns", INT64, "first sign of the guest's handler: marker, port, ack or EOI"),
                    Column.nullable(
                            "handled_by",
                            SYMBOL,
                            "which sign: pio, ack, eoi, marker, msr, mmio, hypercall; instruction (emulated, POWER);"
                                    + " guest (the handler begins, by the guest's own recording)"),
                    Column.nullable("eoi_ns", INT64, "acknowledged or ended by the guest"),
                    Column.of("coalesced", INT32, "further edges that arrived while this one was pending"),
                    Column.nullable("asserted_by_tid", INT32, "thread that ran where it was asserted"),
                    Column.nullable("asserted_cpu", INT32, "CPU where it was asserted"),
                    Column.of("lost", BOOL, "events were lost on a CPU involved between due and handled")));

    public static final TableSchema MARKER = new TableSchema(
            "marker",
            "Something that the guest or the user said.",
            List.of(
                    Column.of("ts_ns", INT64, "when"),
                    Column.nullable("vm", SYMBOL, "virtual machine, null for the host's own"),
                    Column.nullable("vcpu", INT32, "virtual CPU"),
                    Column.of("kind", SYMBOL, "name of the marker, as given with --marker"),
                    Column.of("value", INT64, "other than 0 begins, 0 ends"),
                    Column.of("source", SYMBOL, "pio, mmio, hypercall, trace_marker, guest_task")));

    public static final TableSchema JOB = new TableSchema(
            "job",
            "From a marker's begin to its end.",
            List.of(
                    Column.of("marker", SYMBOL, "name of the marker"),
                    Column.nullable("vm", SYMBOL, "virtual machine"),
                    Column.nullable("vcpu", INT32, "virtual CPU"),
                    Column.of("start_ns", INT64, "begin"),
                    Column.of("end_ns", INT64, "end"),
                    Column.of("lost", BOOL, "events were lost in between")));

    public static final TableSchema HALT_POLL = new TableSchema(
            "halt_poll",
            "A virtual CPU that halted, and what polling made of it (kvm_vcpu_wakeup).",
            List.of(
                    Column.of("vm", SYMBOL, "virtual machine"),
                    Column.of("vcpu", INT32, "virtual CPU"),
                    Column.of("start_ns", INT64, "when the wait began"),
                    Column.of("end_ns", INT64, "when it ended"),
                    Column.of("outcome", SYMBOL, "poll (woken while polling) or wait (slept)"),
                    Column.nullable("valid", BOOL, "whether the wakeup was valid"),
                    Column.nullable("poll_ns", INT64, "part of it spent polling, where it can be told")));

    public static final TableSchema LOST_SPAN = new TableSchema(
            "lost_span",
            "A CPU's events were lost.",
            List.of(
                    Column.of("cpu", INT32, "where"),
                    Column.of("instance", INT32, "ring buffer, 0 the top one"),
                    Column.of("start_ns", INT64, "last event before"),
                    Column.of("end_ns", INT64, "first event after"),
                    Column.nullable("events", INT64, "how many, null where the trace does not tell")));

    public static final TableSchema GAP_SPAN = new TableSchema(
            "gap_span",
            "A CPU showed no event although an interrupt was due there: nobody that the host knows of ran there.",
            List.of(
                    Column.of("cpu", INT32, "where"),
                    Column.of("start_ns", INT64, "when the timer was due, or another CPU asked it to reschedule"),
                    Column.of("end_ns", INT64, "the CPU's first event after")));

    public static final TableSchema TIMER_EXPIRY = new TableSchema(
            "timer_expiry",
            "A high-resolution timer expired; the tick's own are left out.",
            List.of(
                    Column.of("cpu", INT32, "where"),
                    Column.of("timer", UINT64, "its address"),
                    Column.nullable("function", SYMBOL, "its callback, by name or address"),
                    Column.nullable("armed_ns", INT64, "when it was started last; null where that was not seen"),
                    Column.nullable("armed_by_tid", INT32, "thread that started it; null in an interrupt"),
                    Column.nullable("due_ns", INT64, "time it was set for"),
                    Column.of("expired_ns", INT64, "its callback begins"),
                    Column.nullable("returned_ns", INT64, "its callback has returned")));

    public static final TableSchema VIRQ_EDGE = new TableSchema(
            "virq_edge",
            "An interrupt was raised for a guest, whether it became a delivery or met one that was pending.",
            List.of(
                    Column.of("ts_ns", INT64, "line raised or message sent, as asserted_ns of virq"),
                    Column.of("vm", SYMBOL, "virtual machine"),
                    Column.of("vcpu", INT32, "virtual CPU that it is for"),
                    Column.of("source", SYMBOL, "as in virq"),
                    Column.of("irq", INT32, "as in virq"),
                    Column.nullable("by_tid", INT32, "thread that ran where it was raised"),
                    Column.of("cpu", INT32, "where it was raised"),
                    Column.of("context", SYMBOL, "task, hardirq or softirq"),
                    Column.of("coalesced", BOOL, "one was pending already")));

    /** Which recordings of guests stand beside the host's, and how they came to its clock; in the host's trace. */
    public static final TableSchema GUEST = new TableSchema(
            "guest",
            "A guest's CPU whose own recording stands beside the host's.",
            List.of(
                    Column.of("vm", TEXT, "virtual machine, as in vcpu_span"),
                    Column.of("vcpu", INT32, "virtual CPU, as in vcpu_span"),
                    Column.nullable("tid", INT32, "its host thread"),
                    Column.of("guest_cpu", INT32, "the guest's own number of that CPU"),
                    Column.nullable("guest_trace", INT32, "trace of the dataset that the guest's recording is"),
                    Column.of("file", TEXT, "the guest's recording"),
                    Column.of(
                            "clock_by",
                            SYMBOL,
                            "what put it on the host's clock: kvm or ptp (samples that trace-cmd took with that"
                                    + " protocol), tsc (the counter's offset in the host's events), align (estimated)"),
                    Column.nullable("offset_ns", INT64, "the host's time less the guest's, at the guest's first event"),
                    Column.nullable(
                            "drift_ppb", INT64, "ns that the offset grows by in a second; null where not estimated"),
                    Column.nullable(
                            "uncertainty_ns", INT64, "the offset may be off by so much either way, where estimated"),
                    Column.of("first_ns", INT64, "from when on both recordings cover this CPU, on the host's clock"),
                    Column.of("last_ns", INT64, "until when; not after first_ns where they have no time in common"),
                    Column.of(
                            "events",
                            INT64,
                            "the guest's events in that time that were held against the host's entries"),
                    Column.of(
                            "outside", INT64, "how many of them the host says were not in the guest: wrong, if many")));

    /** From a guest's own recording, on its host's clock; in the host's trace. */
    public static final TableSchema GUEST_SPAN = new TableSchema(
            "guest_span",
            "What a guest's kernel ran on one of its CPUs, told by the guest's own recording.",
            List.of(
                    Column.of("vm", SYMBOL, "virtual machine, as in vcpu_span"),
                    Column.of("vcpu", INT32, "virtual CPU, as in vcpu_span"),
                    Column.of("guest_cpu", INT32, "the guest's own number of that CPU"),
                    Column.of("start_ns", INT64, "from, on the host's clock"),
                    Column.of("end_ns", INT64, "to, exclusive; within the time that both recordings cover"),
                    Column.of(
                            "kind",
                            SYMBOL,
                            "innermost that ran: idle (the guest's idle task), task, hardirq (device or system vector),"
                                    + " softirq"),
                    Column.nullable("guest_tid", INT32, "thread that ran or was interrupted, in the guest's numbers"),
                    Column.nullable("comm", SYMBOL, "that thread's name in the guest")));

    /** CPUs as the recording covers them: from a CPU's first event to its last. */
    public static final TableSchema CPU = new TableSchema(
            "cpu",
            "A CPU of the traced machine, with the time that the recording covers.",
            List.of(
                    Column.of("cpu", INT32, "number"),
                    Column.nullable("first_ns", INT64, "its first event"),
                    Column.nullable("last_ns", INT64, "its last event"),
                    Column.of("events", INT64, "how many"),
                    Column.nullable("tick_ns", INT64, "period of its tick")));

    /** In the order in which documents list them. */
    public static final List<TableSchema> ALL = List.of(
            THREAD,
            VM,
            CPU,
            THREAD_SPAN,
            WAKEUP,
            IRQ_SPAN,
            VCPU_SPAN,
            VM_EXIT,
            VIRQ,
            MARKER,
            JOB,
            HALT_POLL,
            LOST_SPAN,
            GAP_SPAN,
            TIMER_EXPIRY,
            VIRQ_EDGE,
            GUEST,
            GUEST_SPAN);

    private TimelineTables() {}
}
