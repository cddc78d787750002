-- priority_inversion: real-time threads that waited for a CPU while a lower thread ran there.
--
-- A wait counts where lower threads held the CPU for inverted_ns or more of it. That is either RT throttling (throttled:
-- the wait is of 5 ms or more and a fair thread ran), or preemption was off, or the scheduler was late. Waits on locks
-- are sleeps for the scheduler and cannot be seen here.
--
-- uses wait_holder
-- input starved_ns BIGINT 20000000 ns: not used by this figure, shared with starvation
-- input inverted_ns BIGINT 100000 ns: shortest time that counts
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column tid INTEGER: thread that waited
-- column comm VARCHAR: its name
-- column role VARCHAR: its role
-- column prio INTEGER: its kernel priority: -1 deadline, below 100 real-time
-- column by_tid INTEGER: lower thread that held the CPU
-- column by_comm VARCHAR: its name
-- column by_role VARCHAR: its role
-- column by_prio INTEGER: its kernel priority
-- column waits BIGINT: waits
-- column throttled BIGINT: of them, with the mark of RT throttling
-- column total_ns BIGINT ns: time that the lower thread held the CPU meanwhile
-- column max_ns BIGINT ns: most in one wait
-- column max_at_ns BIGINT ns: when that wait began
WITH inverted AS (
    SELECT run, trace, tid, start_ns, end_ns, prio, holder_tid, holder_prio, sum(ns)::BIGINT AS ns
    FROM wait_holder
    WHERE prio < 100 AND holder_prio IS NOT NULL AND least(holder_prio, 100) > prio
    GROUP BY ALL
),
counted AS (
    SELECT *, end_ns - start_ns >= 5000000 AND holder_prio >= 100 AS throttled
    FROM inverted
    QUALIFY sum(ns) OVER (PARTITION BY run, trace, tid, start_ns) >= CAST($inverted_ns AS BIGINT)
)
SELECT c.run, c.trace, c.tid, any_value(h.comm) AS comm, any_value(h.role) AS role, c.prio,
       c.holder_tid AS by_tid, any_value(b.comm) AS by_comm, any_value(b.role) AS by_role, c.holder_prio AS by_prio,
       count(*) AS waits,
       count(*) FILTER (c.throttled) AS throttled,
       sum(c.ns)::BIGINT AS total_ns,
       max(c.ns) AS max_ns,
       arg_max(c.start_ns, c.ns) AS max_at_ns
FROM counted AS c
LEFT JOIN thread AS h ON h.run = c.run AND h.trace = c.trace AND h.tid = c.tid
LEFT JOIN thread AS b ON b.run = c.run AND b.trace = c.trace AND b.tid = c.holder_tid
GROUP BY c.run, c.trace, c.tid, c.prio, c.holder_tid, c.holder_prio
ORDER BY c.run, c.trace, total_ns DESC, c.tid, by_tid
