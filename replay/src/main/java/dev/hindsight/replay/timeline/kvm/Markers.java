package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@code marker} and, by {@link Jobs}, {@code job}, by the rules that the user gave.
 *
 * <p>A port's or an address's value is what the guest wrote (the first item of a string instruction); recordings of
 * kernels that do not tell it (before 3.16), and LTTng's, have no port markers. KVM of POWER tells of writes to devices neither the
 * address nor the value: there only hypercalls mark. A line of trace_marker is a guest's if a vCPU's thread wrote it.
 */
final class Markers implements TimelinePart {

    private static final long WRITE = 1;

    /** KVM_TRACE_MMIO_WRITE of include/trace/events/kvm.h. */
    static final long MMIO_WRITE = 2;

    private final GuestDirectory guests;
    private final TableAppender rows;
    private final Jobs jobs;
    private final List<MarkerRule.Pio> ports = new ArrayList<>();
    private final List<MarkerRule.Mmio> addresses = new ArrayList<>();
    private final List<MarkerRule.Hypercall> hypercalls = new ArrayList<>();
    private final List<MarkerRule.TraceMarker> lines = new ArrayList<>();

    Markers(TimelineContext context, GuestDirectory guests) {
        this.guests = guests;
        this.rows = new TableAppender(TimelineTables.MARKER, context.tables());
        this.jobs = new Jobs(context.tables());
        for (MarkerRule rule : context.markers()) {
            if (rule instanceof MarkerRule.Pio pio) {
                ports.add(pio);
            } else if (rule instanceof MarkerRule.Mmio mmio) {
                addresses.add(mmio);
            } else if (rule instanceof MarkerRule.Hypercall hypercall) {
                hypercalls.add(hypercall);
            } else if (rule instanceof MarkerRule.TraceMarker line) {
                lines.add(line);
            }
        }
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.name()) {
            case "kvm_pio" -> ports.isEmpty() ? null : writes(type);
            case "kvm_mmio" -> addresses.isEmpty() ? null : stores(type);
            case "kvm_hypercall" -> hypercalls.isEmpty() ? null : calls(type, "nr", "a0", "a1", "a2", "a3");
            case "kvm_hvc_arm64" -> hypercalls.isEmpty() ? null : calls(type, "imm", "r0");
            case "kvm_hcall_enter" -> hypercalls.isEmpty() ? null : calls(type, "req", "gpr4", "gpr5", "gpr6", "gpr7");
            case "print" -> lines.isEmpty() ? null : prints(type);
            default -> null;
        };
    }

    private EventHandler writes(EventType type) {
        Field rw = Field.of(type, "rw");
        Field port = Field.of(type, "port");
        Field val = Field.of(type, "val");
        if (!val.present()) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            if (rw.get(block, row) != WRITE) {
                return;
            }
            long to = port.get(block, row);
            for (int i = 0; i < ports.size(); i++) {
                if (ports.get(i).port() == to) {
                    say(tsNs, guests.vcpu(tid), ports.get(i).name(), val.get(block, row), "pio");
                }
            }
        };
    }

    private EventHandler stores(EventType type) {
        Field access = Field.of(type, "type");
        Field gpa = Field.of(type, "gpa");
        Field val = Field.of(type, "val");
        int bytes = type.column("val_bytes");
        boolean listed = bytes >= 0 && type.table().columns().get(bytes).type() == ColumnType.INT64_LIST;
        if (!val.present() && !listed) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            if (access.get(block, row) != MMIO_WRITE) {
                return;
            }
            long to = gpa.get(block, row);
            for (int i = 0; i < addresses.size(); i++) {
                if (addresses.get(i).address() == to) {
                    long value =
                            val.present() ? val.get(block, row) : littleEndian((LongListData) block.column(bytes), row);
                    say(tsNs, guests.vcpu(tid), addresses.get(i).name(), value, "mmio");
                }
            }
        };
    }

    /** The bytes that were written, as LTTng records them, as a number of the x86 machine. */
    private static long littleEndian(LongListData bytes, int row) {
        long value = 0;
        for (int i = bytes.ends()[row + 1] - 1; i >= bytes.ends()[row]; i--) {
            value = value << 8 | bytes.items()[i] & 0xFF;
        }
        return value;
    }

    /** Rules for an argument that the event does not have say nothing. */
    private EventHandler calls(EventType type, String number, String... arguments) {
        Field nr = Field.of(type, number);
        List<MarkerRule.Hypercall> told = new ArrayList<>();
        List<Field> values = new ArrayList<>();
        for (MarkerRule.Hypercall rule : hypercalls) {
            Field value = rule.argument() > arguments.length ? null : Field.of(type, arguments[rule.argument() - 1]);
            if (value != null && value.present()) {
                told.add(rule);
                values.add(value);
            }
        }
        return (tsNs, cpu, tid, block, row) -> {
            for (int i = 0; i < told.size(); i++) {
                if (told.get(i).number() == nr.get(block, row)) {
                    say(
                            tsNs,
                            guests.vcpu(tid),
                            told.get(i).name(),
                            values.get(i).get(block, row),
                            "hypercall");
                }
            }
        };
    }

    private EventHandler prints(EventType type) {
        int buf = type.column("buf");
        if (buf < 0) {
            return null;
        }
        ColumnType held = type.table().columns().get(buf).type();
        if (held != ColumnType.TEXT && held != ColumnType.SYMBOL) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            String text = block.column(buf).getText(row);
            for (int i = 0; i < lines.size(); i++) {
                String prefix = lines.get(i).text();
                if (text.startsWith(prefix)) {
                    long value = MarkerText.valueAfter(text, prefix.length());
                    say(tsNs, guests.vcpu(tid), lines.get(i).name(), value, "trace_marker");
                }
            }
        };
    }

    private void say(long tsNs, Vcpu vcpu, String name, long value, String source) {
        rows.addRow();
        rows.set(0, tsNs);
        rows.setText(1, vcpu == null ? null : vcpu.vm.key);
        rows.set(2, vcpu == null ? NULL : vcpu.id);
        rows.setText(3, name);
        rows.set(4, value);
        rows.setText(5, source);
        jobs.marker(tsNs, vcpu, name, value);
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        jobs.lost(cpu);
    }

    @Override
    public void end(long lastNs) {
        rows.flush();
        jobs.flush();
    }
}
