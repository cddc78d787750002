package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventType;

/**
 * Keeps {@link ThreadTable} from the events of systems {@code sched} and {@code task}: names, processes, who runs
 * where. Runs before all other parts, so that these find the table up to date.
 */
final class ThreadEvents implements TimelinePart {

    /** CLONE_THREAD of include/uapi/linux/sched.h: the new task joins its creator's process. */
    private static final long CLONE_THREAD = 0x10000;

    private static final int KTHREADD = 2;

    private final ThreadTable threads;
    private boolean switches;

    ThreadEvents(ThreadTable threads) {
        this.threads = threads;
    }

    /** Whether {@code sched_switch} is in the recording, as far as it was read. */
    boolean knowsSwitches() {
        return switches;
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.system() + ':' + type.name()) {
            case "sched:sched_switch" -> switched(type);
            case "sched:sched_waking", "sched:sched_wakeup", "sched:sched_wakeup_new", "sched:sched_migrate_task" ->
                named(type, "pid", "comm");
            case "sched:sched_process_exit" -> named(type, "pid", "comm");
            case "sched:sched_process_fork" -> forked(type);
            case "sched:sched_process_exec" -> executed(type);
            case "task:task_rename" -> named(type, "pid", "newcomm");
            case "task:task_newtask" -> created(type);
            default -> null;
        };
    }

    private EventHandler switched(EventType type) {
        int prevPid = type.column("prev_pid");
        int nextPid = type.column("next_pid");
        if (prevPid < 0 || nextPid < 0) {
            return null;
        }
        switches = true;
        CommColumn prevComm = new CommColumn(type, "prev_comm", threads);
        CommColumn nextComm = new CommColumn(type, "next_comm", threads);
        return (tsNs, cpu, tid, block, row) -> {
            int prev = threads.index((int) block.get(prevPid, row));
            threads.seen(prev, tsNs);
            prevComm.take(block, row, prev);
            int nextTid = (int) block.get(nextPid, row);
            int next = threads.index(nextTid);
            threads.seen(next, tsNs);
            nextComm.take(block, row, next);
            threads.setRunning(cpu, nextTid);
        };
    }

    private EventHandler named(EventType type, String pidField, String commField) {
        int pid = type.column(pidField);
        if (pid < 0) {
            return null;
        }
        CommColumn comm = new CommColumn(type, commField, threads);
        return (tsNs, cpu, tid, block, row) -> {
            int thread = threads.index((int) block.get(pid, row));
            threads.seen(thread, tsNs);
            comm.take(block, row, thread);
        };
    }

    private EventHandler forked(EventType type) {
        int parentPid = type.column("parent_pid");
        int childPid = type.column("child_pid");
        if (parentPid < 0 || childPid < 0) {
            return null;
        }
        CommColumn comm = new CommColumn(type, "child_comm", threads);
        return (tsNs, cpu, tid, block, row) -> {
            int child = threads.index((int) block.get(childPid, row));
            threads.seen(child, tsNs);
            comm.take(block, row, child);
            if (block.get(parentPid, row) == KTHREADD) {
                threads.setKernelThread(child);
            }
        };
    }

    private EventHandler executed(EventType type) {
        int pid = type.column("pid");
        int oldPid = type.column("old_pid");
        if (pid < 0) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            int now = (int) block.get(pid, row);
            threads.seen(threads.index(now), tsNs);
            threads.setTgid(now, now);
            if (oldPid >= 0 && threads.running(cpu) == block.get(oldPid, row)) {
                threads.setRunning(cpu, now);
            }
        };
    }

    private EventHandler created(EventType type) {
        int pid = type.column("pid");
        int cloneFlags = type.column("clone_flags");
        if (pid < 0 || cloneFlags < 0) {
            return null;
        }
        CommColumn comm = new CommColumn(type, "comm", threads);
        return (tsNs, cpu, tid, block, row) -> {
            int child = (int) block.get(pid, row);
            comm.take(block, row, threads.index(child));
            if ((block.get(cloneFlags, row) & CLONE_THREAD) != 0) {
                threads.setSameProcess(child, tid);
            } else {
                threads.setTgid(child, child);
            }
        };
    }

    @Override
    public void resumed(long tsNs, int cpu, int tid) {
        threads.setRunning(cpu, tid);
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        threads.setRunning(cpu, -1);
    }

    @Override
    public void end(long lastNs) {
        // The table is written by TimelineBuilder, after all parts have said what they know.
    }
}
