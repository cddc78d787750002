package dev.hindsight.replay.guest;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.PrevState;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.timeline.kvm.MarkerText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of {@code marker} and {@code job} of the host's trace that a guest's own recording tells.
 *
 * <p>A guest's task is at its job from when it is made runnable ({@code sched_waking}, or {@code sched_wakeup}; its first
 * switch-in where neither was seen) until it goes to sleep; a preemption in between does not end it. Each task of that
 * name has jobs of its own. The row's virtual CPU is the one where it went to sleep. Lines that the guest wrote to its
 * trace_marker begin and end jobs as the host's do, on the virtual CPU that wrote them. What does not lie in the time
 * that both recordings cover is left out.
 */
final class GuestJobs implements TimelinePart {

    private final PairedGuest guest;
    private final PrevState prevStates;
    private final TableAppender markers;
    private final TableAppender jobs;
    private final List<MarkerRule.GuestTask> tasks = new ArrayList<>();
    private final List<MarkerRule.TraceMarker> lines = new ArrayList<>();
    private final Map<Key, Begun> begun = new LinkedHashMap<>();

    /** A job by the marker's name and the task, or the CPU whose line it was. */
    private record Key(String marker, int number) {}

    private static final class Begun {
        boolean isOpen;
        long startNs;
        boolean lost;
    }

    /** @param tables of the host's trace */
    GuestJobs(PairedGuest guest, String kernel, List<MarkerRule> rules, TableSinks tables) {
        this.guest = guest;
        this.prevStates = new PrevState(kernel);
        this.markers = new TableAppender(TimelineTables.MARKER, tables);
        this.jobs = new TableAppender(TimelineTables.JOB, tables);
        for (MarkerRule rule : rules) {
            if (rule instanceof MarkerRule.GuestTask task) {
                tasks.add(task);
            } else if (rule instanceof MarkerRule.TraceMarker line) {
                lines.add(line);
            }
        }
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.name()) {
            case "sched_waking", "sched_wakeup", "sched_wakeup_new" -> tasks.isEmpty() ? null : woken(type);
            case "sched_switch" -> tasks.isEmpty() ? null : switched(type);
            case "print" -> lines.isEmpty() ? null : prints(type);
            default -> null;
        };
    }

    private static boolean isText(EventType type, int column) {
        if (column < 0) {
            return false;
        }
        ColumnType held = type.table().columns().get(column).type();
        return held == ColumnType.TEXT || held == ColumnType.SYMBOL;
    }

    private EventHandler woken(EventType type) {
        int comm = type.column("comm");
        int pid = type.column("pid");
        int target = type.column("target_cpu");
        if (!isText(type, comm) || pid < 0) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            for (int i = 0; i < tasks.size(); i++) {
                if (is(tasks.get(i), block, comm, row)) {
                    int on = target < 0 ? cpu : (int) block.get(target, row);
                    begin(tsNs, on, tasks.get(i).name(), (int) block.get(pid, row), "guest_task");
                }
            }
        };
    }

    private static boolean is(MarkerRule.GuestTask task, TableBlock block, int comm, int row) {
        return task.comm().equals(block.column(comm).getText(row));
    }

    private EventHandler switched(EventType type) {
        int prevComm = type.column("prev_comm");
        int nextComm = type.column("next_comm");
        int prevPid = type.column("prev_pid");
        int nextPid = type.column("next_pid");
        int prevState = type.column("prev_state");
        if (!isText(type, prevComm) || !isText(type, nextComm) || prevPid < 0 || nextPid < 0 || prevState < 0) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            for (int i = 0; i < tasks.size(); i++) {
                MarkerRule.GuestTask task = tasks.get(i);
                if (is(task, block, prevComm, row)
                        && prevStates.decode(block.get(prevState, row)) != PrevState.RUNNABLE) {
                    finish(tsNs, cpu, task.name(), (int) block.get(prevPid, row), "guest_task");
                }
                if (is(task, block, nextComm, row)) {
                    begin(tsNs, cpu, task.name(), (int) block.get(nextPid, row), "guest_task");
                }
            }
        };
    }

    private EventHandler prints(EventType type) {
        int buf = type.column("buf");
        if (!isText(type, buf)) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            String text = block.column(buf).getText(row);
            for (int i = 0; i < lines.size(); i++) {
                String prefix = lines.get(i).text();
                if (text.startsWith(prefix)) {
                    String name = lines.get(i).name();
                    if (MarkerText.valueAfter(text, prefix.length()) != 0) {
                        drop(name, cpu);
                        begin(tsNs, cpu, name, cpu, "trace_marker");
                    } else {
                        finish(tsNs, cpu, name, cpu, "trace_marker");
                    }
                }
            }
        };
    }

    private void drop(String name, int number) {
        Begun job = begun.get(new Key(name, number));
        if (job != null) {
            job.isOpen = false;
        }
    }

    private void begin(long tsNs, int cpu, String name, int number, String source) {
        Begun job = begun.computeIfAbsent(new Key(name, number), key -> new Begun());
        if (!job.isOpen) {
            job.isOpen = true;
            job.startNs = tsNs;
            job.lost = false;
            marker(tsNs, cpu, name, 1, source);
        }
    }

    private void finish(long tsNs, int cpu, String name, int number, String source) {
        marker(tsNs, cpu, name, 0, source);
        Begun job = begun.get(new Key(name, number));
        if (job == null || !job.isOpen) {
            return;
        }
        job.isOpen = false;
        PairedGuest.PairedCpu on = guest.cpu(cpu);
        if (on != null && isCommon(job.startNs) && isCommon(tsNs)) {
            jobs.addRow();
            jobs.setText(0, name);
            jobs.setText(1, on.vm());
            jobs.set(2, on.vcpu());
            jobs.set(3, job.startNs);
            jobs.set(4, tsNs);
            jobs.set(5, job.lost ? 1 : 0);
        }
    }

    private boolean isCommon(long tsNs) {
        return tsNs >= guest.firstNs() && tsNs <= guest.lastNs();
    }

    private void marker(long tsNs, int cpu, String name, long value, String source) {
        PairedGuest.PairedCpu on = guest.cpu(cpu);
        if (on == null && guest.cpus().isEmpty() || !isCommon(tsNs)) {
            return;
        }
        markers.addRow();
        markers.set(0, tsNs);
        markers.setText(1, on == null ? guest.cpus().get(0).vm() : on.vm());
        markers.set(2, on == null ? NULL : on.vcpu());
        markers.setText(3, name);
        markers.set(4, value);
        markers.setText(5, source);
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        for (Begun job : begun.values()) {
            job.lost = true;
        }
    }

    @Override
    public void end(long lastNs) {
        markers.flush();
        jobs.flush();
    }
}
