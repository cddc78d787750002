-- starvation: threads that were runnable for long and got no CPU, and who had it.
--
-- A row is a thread that waited starved_ns or more at least once. throttled counts the waits of a real-time thread in
-- which lower threads or nobody ran for most of the time: the mark of RT throttling (sched_rt_runtime_us), which stops
-- real-time threads for the rest of each period.
--
-- uses wait_holder
-- input starved_ns BIGINT 20000000 ns: shortest wait that counts
-- input inverted_ns BIGINT 100000 ns: not used by this figure, shared with priority_inversion
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column tid INTEGER: thread
-- column comm VARCHAR: its name
-- column role VARCHAR: its role
-- column prio INTEGER: its kernel priority: -1 deadline, below 100 real-time
-- column waits BIGINT: waits of starved_ns or more
-- column total_ns BIGINT ns: their sum
-- column max_ns BIGINT ns: longest
-- column max_at_ns BIGINT ns: when the longest began
-- column max_cpu INTEGER: for which CPU
-- column throttled BIGINT: of the waits, those with the mark of RT throttling
-- column by_kind VARCHAR: what held the CPU longest during all of them
-- column by_tid INTEGER: which thread
-- column by_comm VARCHAR: its name
-- column by_pct DOUBLE %: of the waits
WITH long_wait AS (
    SELECT * FROM wait_holder WHERE end_ns - start_ns >= CAST($starved_ns AS BIGINT)
),
wait AS (
    SELECT run, trace, tid, start_ns, end_ns, cpu, prio,
           prio < 100
               AND 2 * coalesce(sum(ns) FILTER (kind = 'idle' OR holder_prio >= 100), 0) > end_ns - start_ns AS throttled
    FROM long_wait
    GROUP BY run, trace, tid, start_ns, end_ns, cpu, prio
),
thread_sum AS (
    SELECT run, trace, tid, min(prio) AS prio, count(*) AS waits, sum(end_ns - start_ns)::BIGINT AS total_ns,
           max(end_ns - start_ns) AS max_ns, arg_max(start_ns, end_ns - start_ns) AS max_at_ns,
           arg_max(cpu, end_ns - start_ns) AS max_cpu, count(*) FILTER (throttled) AS throttled
    FROM wait
    GROUP BY run, trace, tid
),
by_holder AS (
    SELECT run, trace, tid, kind, holder_tid, sum(ns) AS ns,
           row_number() OVER (PARTITION BY run, trace, tid ORDER BY sum(ns) DESC, kind, holder_tid) AS place
    FROM long_wait
    GROUP BY run, trace, tid, kind, holder_tid
)
SELECT s.run, s.trace, s.tid, h.comm, h.role, s.prio, s.waits, s.total_ns, s.max_ns, s.max_at_ns, s.max_cpu, s.throttled,
       b.kind AS by_kind, b.holder_tid AS by_tid, bh.comm AS by_comm, 100.0 * b.ns / s.total_ns AS by_pct
FROM thread_sum AS s
LEFT JOIN by_holder AS b ON b.run = s.run AND b.trace = s.trace AND b.tid = s.tid AND b.place = 1
LEFT JOIN thread AS h ON h.run = s.run AND h.trace = s.trace AND h.tid = s.tid
LEFT JOIN thread AS bh ON bh.run = s.run AND bh.trace = s.trace AND bh.tid = b.holder_tid
ORDER BY s.run, s.trace, s.max_ns DESC, s.tid
