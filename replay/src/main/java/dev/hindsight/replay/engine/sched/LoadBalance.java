package dev.hindsight.replay.engine.sched;

import java.util.Arrays;

/**
 * Moves fair threads to CPUs with less load, as kernel/sched/fair.c does in one domain of single-core groups: when a CPU turns
 * idle, from the tick of a busy CPU, and on idle CPUs that a busy CPU's tick kicks. Threads that wait move at once; where none
 * of them may, again and again, one that runs is moved too ({@link #push}, the kernel's active balance).
 */
final class LoadBalance {

    /** For whom a CPU looks for work. */
    private enum Kind {
        NEW_IDLE,
        IDLE,
        BUSY
    }

    /** How a CPU's group is judged, ascending. */
    private static final int HAS_SPARE = 0;

    private static final int FULLY_BUSY = 1;
    private static final int OVERLOADED = 2;

    /** A cache hot thread moves after so many failed attempts (cache_nice_tries). */
    private static final int HOT_TRIES = 1;

    /** One that runs, after so many. */
    private static final int RUNNING_TRIES = HOT_TRIES + 2;

    private static final int MOVE_AT_MOST = 32;
    private static final int PERCENT = WakePlacement.IMBALANCE_PERCENT;

    private final RunQueues runQueues;
    private final Entities entities;
    private final LoadTracking load;
    private final FairClass fair;
    private final SchedulerModel model;
    private final int longestTicks;
    private final long[] balancedTick;
    private final int[] intervalMs;
    private final int[] failed;
    /** Where a CPU's stopper shall push a thread to, -1 for none. */
    private final int[] pushTo;

    private final long[] idleFromNs;
    private final long[] averageIdleNs;
    private final double[] loads;
    private final double[] capacity;
    private final int[] state;
    private int idleScans;
    private boolean pinned;

    LoadBalance(RunQueues runQueues, Entities entities, LoadTracking load, FairClass fair, SchedulerModel model) {
        this.runQueues = runQueues;
        this.entities = entities;
        this.load = load;
        this.fair = fair;
        this.model = model;
        int cpus = runQueues.cpus;
        longestTicks = (int) Math.max(1, cpus * 100_000_000L / model.tickNs());
        balancedTick = new long[cpus];
        intervalMs = new int[cpus];
        failed = new int[cpus];
        idleFromNs = new long[cpus];
        averageIdleNs = new long[cpus];
        loads = new double[cpus];
        capacity = new double[cpus];
        state = new int[cpus];
        idleScans = cpus;
        pushTo = new int[cpus];
        Arrays.fill(pushTo, -1);
        Arrays.fill(intervalMs, cpus);
        Arrays.fill(idleFromNs, -1);
        Arrays.fill(averageIdleNs, 2 * model.migrationCostNs());
    }

    /** How many CPUs a wakeup looks at for an idle one. */
    int idleScans() {
        return idleScans;
    }

    /** Weight of a CPU's threads, each by how much it was runnable lately, those that sleep there included. */
    double loadOf(int cpu, long nowNs) {
        ThreadQueue queue = fair.queues[cpu];
        double sum = load.blocked(cpu, nowNs);
        for (int i = 0; i < queue.size(); i++) {
            int thread = queue.get(i);
            sum += entities.weight[thread] * load.runnable(thread, nowNs) / LoadTracking.FULL;
        }
        return sum;
    }

    /** A thread wakes up on a CPU: ends its idle time. */
    void woken(int cpu, long nowNs) {
        if (idleFromNs[cpu] >= 0) {
            long average = averageIdleNs[cpu] + (nowNs - idleFromNs[cpu] - averageIdleNs[cpu] >> 3);
            averageIdleNs[cpu] = Math.min(average, 2 * model.migrationCostNs());
            idleFromNs[cpu] = -1;
        }
    }

    /** A CPU has nothing to run: looks for a waiting thread elsewhere, unless it is idle too shortly to be worth it. */
    void newIdle(int cpu, long nowNs) {
        idleFromNs[cpu] = nowNs;
        if (averageIdleNs[cpu] >= model.newIdleCostNs() && anyWaits() && pull(cpu, Kind.NEW_IDLE, nowNs)) {
            idleFromNs[cpu] = -1;
        }
    }

    /** The tick of a CPU: balances it if that is due, and idle CPUs if this one has more than it needs. */
    void tick(int cpu, long nowNs) {
        balanceIfDue(cpu, nowNs);
        if (kicks(cpu, nowNs)) {
            for (int other = 0; other < runQueues.cpus; other++) {
                if (runQueues.idle(other)) {
                    balanceIfDue(other, nowNs);
                }
            }
        }
    }

    private void balanceIfDue(int cpu, long nowNs) {
        long tick = nowNs / model.tickNs();
        boolean idle = runQueues.idle(cpu);
        if (tick - balancedTick[cpu] >= intervalTicks(cpu, idle)) {
            pull(cpu, idle ? Kind.IDLE : Kind.BUSY, nowNs);
            balancedTick[cpu] = tick;
        }
    }

    private boolean kicks(int cpu, long nowNs) {
        if (runQueues.runnable[cpu] >= 2) {
            return true;
        }
        if (runQueues.fair[cpu] > 0 && load.capacity(cpu, nowNs) * PERCENT < LoadTracking.FULL * 100) {
            return true;
        }
        int busy = 0;
        for (int other = 0; other < runQueues.cpus; other++) {
            busy += runQueues.idle(other) ? 0 : 1;
        }
        return busy > 1;
    }

    private long intervalTicks(int cpu, boolean idle) {
        long ms = (long) intervalMs[cpu] * (idle ? 1 : model.busyFactor());
        long ticks = (ms * 1_000_000 + model.tickNs() - 1) / model.tickNs();
        return Math.max(1, Math.min(longestTicks, idle ? ticks : ticks - 1));
    }

    private boolean anyWaits() {
        for (int cpu = 0; cpu < runQueues.cpus; cpu++) {
            if (runQueues.runnable[cpu] > 1) {
                return true;
            }
        }
        return false;
    }

    /** load_balance: takes threads from the busiest CPU to {@code cpu}; whether any came. */
    private boolean pull(int cpu, Kind kind, long nowNs) {
        measure(kind, nowNs);
        long candidates = Entities.allCpus(runQueues.cpus) & ~(1L << cpu);
        boolean unbalanced = false;
        boolean allPinned = false;
        int moved = 0;
        int from = -1;
        while (candidates != 0 && moved == 0) {
            int busiest = busiest(candidates);
            if (busiest < 0 || !imbalanced(cpu, busiest, kind)) {
                break;
            }
            candidates &= ~(1L << busiest);
            from = busiest;
            pinned = false;
            moved = runQueues.runnable[busiest] > 1 ? take(busiest, cpu, kind, nowNs) : 0;
            allPinned = moved == 0 && pinned;
            unbalanced = true;
            if (!allPinned) {
                break;
            }
        }
        boolean rare = true;
        if (moved > 0) {
            failed[cpu] = 0;
            rare = false;
        } else if (unbalanced && !allPinned) {
            failed[cpu] += kind == Kind.NEW_IDLE ? 0 : 1;
            rare = movesRunning(from, cpu, kind) && !askToPush(from, cpu);
        } else {
            failed[cpu] = 0;
        }
        if (!rare) {
            intervalMs[cpu] = runQueues.cpus;
        } else if (kind != Kind.NEW_IDLE && intervalMs[cpu] < 2 * runQueues.cpus) {
            intervalMs[cpu] *= 2;
        }
        return moved > 0;
    }

    /** need_active_balance: whether none of the threads that wait could move often enough, or the only one has too little of its CPU. */
    private boolean movesRunning(int from, int to, Kind kind) {
        if (state[to] == HAS_SPARE && failed[to] > RUNNING_TRIES) {
            return true;
        }
        return kind != Kind.BUSY
                && runQueues.fair[from] == 1
                && capacity[from] * PERCENT < LoadTracking.FULL * 100
                && capacity[from] * PERCENT < capacity[to] * 100;
    }

    /** Asks a CPU's stopper to push a thread, unless the one that runs there can't go; whether it could. */
    private boolean askToPush(int from, int to) {
        if (runQueues.runs(from) && !entities.mayRunOn(runQueues.current[from], to)) {
            return false;
        }
        if (pushTo[from] < 0) {
            pushTo[from] = to;
            runQueues.resched[from] = true;
        }
        return true;
    }

    /**
     * active_load_balance_cpu_stop: a CPU that was asked to moves one thread, cache hot or not, the one that ran till now among
     * them. The time of the stopper itself is not modelled.
     */
    void push(int cpu, long nowNs) {
        int to = pushTo[cpu];
        if (to < 0) {
            return;
        }
        pushTo[cpu] = -1;
        ThreadQueue queue = fair.queues[cpu];
        for (int i = 0; i < queue.size(); i++) {
            int thread = queue.get(i);
            if (entities.mayRunOn(thread, to)) {
                if (runQueues.current[cpu] == thread) {
                    runQueues.current[cpu] = RunQueues.IDLE;
                }
                runQueues.migrate(thread, to, nowNs);
                failed[to] = 0;
                return;
            }
        }
    }

    private void measure(Kind kind, long nowNs) {
        double used = 0;
        for (int cpu = 0; cpu < runQueues.cpus; cpu++) {
            ThreadQueue queue = fair.queues[cpu];
            double wanted = 0;
            double time = load.blockedRunning(cpu, nowNs);
            double weighted = load.blocked(cpu, nowNs);
            for (int i = 0; i < queue.size(); i++) {
                int thread = queue.get(i);
                double runnable = load.runnable(thread, nowNs);
                wanted += runnable;
                time += load.running(thread, nowNs);
                weighted += entities.weight[thread] * runnable / LoadTracking.FULL;
            }
            time = Math.min(time, LoadTracking.FULL);
            used += time;
            capacity[cpu] = load.capacity(cpu, nowNs);
            loads[cpu] = weighted;
            boolean crowded = capacity[cpu] * PERCENT < wanted * 100;
            boolean full = capacity[cpu] * 100 < time * PERCENT;
            if (runQueues.runnable[cpu] < 1) {
                state[cpu] = HAS_SPARE;
            } else if (runQueues.runnable[cpu] > 1 && (crowded || full)) {
                state[cpu] = OVERLOADED;
            } else {
                state[cpu] = runQueues.runnable[cpu] == 0 || !crowded && !full ? HAS_SPARE : FULLY_BUSY;
            }
        }
        if (kind != Kind.NEW_IDLE && model.scanByLoad()) {
            double each = used / runQueues.cpus;
            double taken = each * each * PERCENT * PERCENT / (10_000 * LoadTracking.FULL);
            idleScans = (int)
                    ((LoadTracking.FULL - Math.min(LoadTracking.FULL, taken)) * runQueues.cpus / LoadTracking.FULL);
        }
    }

    private double averageLoad(int cpu) {
        return loads[cpu] * LoadTracking.FULL / capacity[cpu];
    }

    private int busiest(long candidates) {
        int best = -1;
        for (long left = candidates; left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            if (runQueues.fair[cpu] > 0 && (best < 0 || busier(cpu, best))) {
                best = cpu;
            }
        }
        return best;
    }

    private boolean busier(int cpu, int than) {
        if (state[cpu] != state[than]) {
            return state[cpu] > state[than];
        }
        if (state[cpu] == HAS_SPARE) {
            return runQueues.runnable[cpu] > runQueues.runnable[than];
        }
        return averageLoad(cpu) > averageLoad(than);
    }

    private boolean imbalanced(int cpu, int busiest, Kind kind) {
        if (state[cpu] > state[busiest]) {
            return false;
        }
        if (state[cpu] == OVERLOADED) {
            double local = averageLoad(cpu);
            double other = averageLoad(busiest);
            if (local >= other || local >= machineLoad() || 100 * other <= PERCENT * local) {
                return false;
            }
        }
        if (state[busiest] != OVERLOADED && (kind == Kind.BUSY || runQueues.fair[busiest] == 1)) {
            return false;
        }
        return state[cpu] == HAS_SPARE ? threadsToMove(cpu, busiest) > 0 : loadToMove(cpu, busiest) > 0;
    }

    private int threadsToMove(int cpu, int busiest) {
        return Math.max(0, runQueues.runnable[busiest] - runQueues.runnable[cpu]) >> 1;
    }

    private double loadToMove(int cpu, int busiest) {
        double machine = machineLoad();
        double above = (averageLoad(busiest) - machine) * capacity[busiest];
        double below = (machine - averageLoad(cpu)) * capacity[cpu];
        return averageLoad(cpu) >= averageLoad(busiest) ? 0 : Math.min(above, below) / LoadTracking.FULL;
    }

    private double machineLoad() {
        double load = 0;
        double total = 0;
        for (int cpu = 0; cpu < runQueues.cpus; cpu++) {
            load += loads[cpu];
            total += capacity[cpu];
        }
        return load * LoadTracking.FULL / total;
    }

    /** detach_tasks: moves threads, those that ran or came longest ago first, until the imbalance is gone. */
    private int take(int from, int to, Kind kind, long nowNs) {
        boolean byCount = state[to] == HAS_SPARE;
        double imbalance = byCount ? threadsToMove(to, from) : loadToMove(to, from);
        ThreadQueue queue = fair.queues[from];
        int moved = 0;
        boolean someMay = false;
        int looks = Math.min(MOVE_AT_MOST, queue.size());
        for (int i = 0; i < looks && imbalance > 0; i++) {
            if (kind != Kind.BUSY && runQueues.runnable[from] <= 1) {
                break;
            }
            int thread = queue.get(0);
            double share = byCount
                    ? 1
                    : Math.max(1, entities.weight[thread] * load.runnable(thread, nowNs) / LoadTracking.FULL);
            boolean allowed = entities.mayRunOn(thread, to);
            someMay |= allowed;
            boolean may = allowed
                    && runQueues.current[from] != thread
                    && (failed[to] > HOT_TRIES || !hot(thread, nowNs))
                    && (byCount || share / (1L << Math.min(failed[to], 30)) <= imbalance);
            if (may) {
                runQueues.migrate(thread, to, nowNs);
                moved++;
                imbalance -= share;
                if (kind == Kind.NEW_IDLE) {
                    break;
                }
            } else {
                queue.toEnd(thread);
            }
        }
        pinned = !someMay;
        return moved;
    }

    private boolean hot(int thread, long nowNs) {
        return !entities.idlePolicy[thread] && nowNs - entities.chargedNs[thread] < model.migrationCostNs();
    }
}
