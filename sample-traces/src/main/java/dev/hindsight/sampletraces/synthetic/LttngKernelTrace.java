package dev.hindsight.sampletraces.synthetic;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Writes a trace as LTTng's kernel tracer lays it out (compact event headers, 27-bit time stamps, a file and a stream a
 * CPU), of vCPU threads that enter and leave their guests while the scheduler switches: as many events as asked for,
 * the same for the same seed.
 */
public final class LttngKernelTrace {

    /** Bytes of a packet. */
    public static final int PACKET = 256 << 10;

    private static final int HEADER = 4 + 16 + 4 + 8;
    private static final int CONTEXT = 8 * 6 + 4;
    private static final long OFFSET = 1_700_000_000_000_000_000L;
    private static final byte[] UUID = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final String INT = "integer { size = %d; align = 8; signed = %d; encoding = none; base = 10; } _%s;";
    private static final String COMM =
            "integer { size = 8; align = 8; signed = 0; encoding = UTF8; base = 10; } _%s[16];";

    private static final int SWITCH = 0;
    private static final int WAKING = 1;
    private static final int ENTRY = 2;
    private static final int EXIT = 3;
    private static final int SOFTIRQ = 4;
    private static final int HANDLER = 40;

    private final Random random;
    private final ByteBuffer packet = ByteBuffer.allocate(PACKET).order(ByteOrder.LITTLE_ENDIAN);

    private LttngKernelTrace(long seed) {
        random = new Random(seed);
    }

    /**
     * Writes the trace to a directory, which is made.
     *
     * @param cpus files
     * @param events of all CPUs together, divided evenly
     */
    public static void write(Path directory, int cpus, long events, long seed) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("metadata"), metadata(), StandardCharsets.UTF_8);
        LttngKernelTrace trace = new LttngKernelTrace(seed);
        for (int cpu = 0; cpu < cpus; cpu++) {
            long count = events / cpus + (cpu < events % cpus ? 1 : 0);
            try (OutputStream out = Files.newOutputStream(directory.resolve("channel0_" + cpu))) {
                trace.stream(cpu, count, out);
            }
        }
    }

    private static String metadata() {
        String header = """
            /* CTF 1.8 */

            typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
            typealias integer { size = 16; align = 8; signed = false; } := uint16_t;
            typealias integer { size = 32; align = 8; signed = false; } := uint32_t;
            typealias integer { size = 64; align = 8; signed = false; } := uint64_t;
            typealias integer { size = 64; align = 8; signed = false; } := unsigned long;
            typealias integer { size = 5; align = 1; signed = false; } := uint5_t;
            typealias integer { size = 27; align = 1; signed = false; } := uint27_t;

            trace {
            	major = 1;
            	minor = 8;
            	uuid = "01020304-0506-0708-090a-0b0c0d0e0f10";
            	byte_order = le;
            	packet.header := struct {
            		uint32_t magic;
            		uint8_t  uuid[16];
            		uint32_t stream_id;
            		uint64_t stream_instance_id;
            	};
            };

            env {
            	hostname = "synthetic";
            	domain = "kernel";
            	sysname = "Linux";
            	kernel_release = "6.1.0";
            	kernel_version = "#1 SMP";
            	tracer_name = "lttng-modules";
            	tracer_major = 2;
            	tracer_minor = 13;
            };

            clock {
            	name = "monotonic";
            	uuid = "25210548-98b9-4ab3-a9de-7d865e4ad32c";
            	description = "Monotonic Clock";
            	freq = 1000000000; /* Frequency, in Hz */
            	offset = %d;
            };

            typealias integer { size = 27; align = 1; signed = false; map = clock.monotonic.value; }
            	:= uint27_clock_monotonic_t;
            typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; }
            	:= uint64_clock_monotonic_t;

            struct packet_context {
            	uint64_clock_monotonic_t timestamp_begin;
            	uint64_clock_monotonic_t timestamp_end;
            	uint64_t content_size;
            	uint64_t packet_size;
            	uint64_t packet_seq_num;
            	unsigned long events_discarded;
            	uint32_t cpu_id;
            };

            struct event_header_compact {
            	enum : uint5_t { compact = 0 ... 30, extended = 31 } id;
            	variant <id> {
            		struct {
            			uint27_clock_monotonic_t timestamp;
            		} compact;
            		struct {
            			uint32_t id;
            			uint64_clock_monotonic_t timestamp;
            		} extended;
            	} v;
            } align(8);

            stream {
            	id = 0;
            	event.header := struct event_header_compact;
            	packet.context := struct packet_context;
            };
            """;
        return header.formatted(OFFSET)
                + event(
                        "sched_switch",
                        SWITCH,
                        COMM.formatted("prev_comm"),
                        INT.formatted(32, 1, "prev_tid"),
                        INT.formatted(32, 1, "prev_prio"),
                        INT.formatted(64, 1, "prev_state"),
                        COMM.formatted("next_comm"),
                        INT.formatted(32, 1, "next_tid"),
                        INT.formatted(32, 1, "next_prio"))
                + event(
                        "sched_waking",
                        WAKING,
                        COMM.formatted("comm"),
                        INT.formatted(32, 1, "tid"),
                        INT.formatted(32, 1, "prio"),
                        INT.formatted(32, 1, "target_cpu"))
                + event("kvm_x86_entry", ENTRY, INT.formatted(32, 0, "vcpu_id"))
                + event(
                        "kvm_x86_exit",
                        EXIT,
                        INT.formatted(32, 0, "exit_reason"),
                        INT.formatted(64, 0, "guest_rip"),
                        INT.formatted(32, 0, "isa"),
                        INT.formatted(64, 0, "info1"),
                        INT.formatted(64, 0, "info2"),
                        INT.formatted(32, 0, "intr_info"),
                        INT.formatted(32, 0, "error_code"),
                        INT.formatted(32, 0, "vcpu_id"))
                + event("irq_softirq_raise", SOFTIRQ, INT.formatted(32, 0, "vec"))
                + event("irq_handler_entry", HANDLER, INT.formatted(32, 1, "irq"), "string _name;");
    }

    private static String event(String name, int id, String... fields) {
        return "\nevent {\n\tname = \"" + name + "\";\n\tid = " + id + ";\n\tstream_id = 0;\n\tfields := struct {\n\t\t"
                + String.join("\n\t\t", fields) + "\n\t};\n};\n";
    }

    private void stream(int cpu, long count, OutputStream out) throws IOException {
        long ns = 1_000_000_000L + random.nextInt(1000);
        long sequence = 0;
        long left = count;
        int running = 0;
        do {
            packet.clear().position(HEADER + CONTEXT);
            long begin = ns;
            long last = ns;
            while (left > 0 && packet.remaining() > 128) {
                ns += 200 + random.nextInt(5000) + (random.nextInt(5000) == 0 ? 200_000_000L : 0);
                int kind = random.nextInt(8);
                running = event(kind, cpu, running, ns, last);
                last = ns;
                left--;
            }
            int content = packet.position();
            packet.position(0);
            packet.putInt(0xC1FC1FC1).put(UUID).putInt(0).putLong(cpu);
            packet.putLong(begin).putLong(ns).putLong(8L * content).putLong(8L * PACKET);
            packet.putLong(sequence++).putLong(0).putInt(cpu);
            out.write(packet.array(), 0, PACKET);
        } while (left > 0);
    }

    /** Puts an event and tells which thread runs behind it. */
    private int event(int kind, int cpu, int running, long ns, long last) {
        int other = 100 + cpu + 16 * random.nextInt(4);
        switch (kind) {
            case 0, 1 -> {
                header(SWITCH, ns, last);
                int next = running == 0 ? other : random.nextInt(3) == 0 ? other : 0;
                comm(running).putInt(running).putInt(20).putLong(random.nextBoolean() ? 1 : 0);
                comm(next).putInt(next).putInt(20);
                return next;
            }
            case 2, 3 -> {
                header(WAKING, ns, last);
                comm(other).putInt(other).putInt(20).putInt(cpu);
            }
            case 4 -> {
                header(ENTRY, ns, last);
                packet.putInt(cpu);
            }
            case 5 -> {
                header(EXIT, ns, last);
                packet.putInt(random.nextInt(60)).putLong(0xFFFFFFFF81000000L + random.nextInt(1 << 20));
                packet.putInt(1)
                        .putLong(random.nextInt(100))
                        .putLong(0)
                        .putInt(0)
                        .putInt(0)
                        .putInt(cpu);
            }
            case 6 -> {
                header(SOFTIRQ, ns, last);
                packet.putInt(random.nextInt(10));
            }
            default -> {
                header(HANDLER, ns, last);
                packet.putInt(24 + cpu).put("virtio0-input.0\0".getBytes(StandardCharsets.US_ASCII));
            }
        }
        return running;
    }

    private void header(int id, long ns, long last) {
        if (id < 31 && ns - last < 1L << 27) {
            packet.putInt((int) (ns << 5) | id);
        } else {
            packet.put((byte) 31).putInt(id).putLong(ns);
        }
    }

    private ByteBuffer comm(int tid) {
        byte[] name = new byte[16];
        byte[] text = (tid == 0 ? "swapper" : "CPU " + tid + "/KVM").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, name, 0, Math.min(15, text.length));
        return packet.put(name);
    }

    /** Runs as {@code LttngKernelTrace EVENTS DIRECTORY [CPUS [SEED]]}. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2 || args.length > 4) {
            System.err.println("usage: LttngKernelTrace EVENTS DIRECTORY [CPUS [SEED]]");
            System.exit(2);
        }
        write(
                Path.of(args[1]),
                args.length > 2 ? Integer.parseInt(args[2]) : 4,
                Long.parseLong(args[0]),
                args.length > 3 ? Long.parseLong(args[3]) : 1);
    }
}
