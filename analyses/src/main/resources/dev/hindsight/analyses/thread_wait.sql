-- thread_wait: the times that threads were runnable and did not run, from wakeup or preemption to the CPU.
--
-- A thread that is moved between CPUs while it waits has several runnable spans in thread_span; here they are one wait.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column tid INTEGER: thread
-- column start_ns BIGINT ns: runnable since
-- column end_ns BIGINT ns: on a CPU, or what else ended the wait
-- column cpu INTEGER: CPU that it waited for last
-- column state VARCHAR: runnable-preempted or runnable-woken, as the wait began
-- column prio INTEGER: kernel priority, as the wait began
-- column by_tid INTEGER: who ran there as the wait began
-- column served BOOLEAN: whether it ended with the thread on a CPU; false at the end of the recording or at a loss
WITH chained AS (
    SELECT run, trace, tid, start_ns, end_ns, cpu, state, prio, by_tid,
           starts_with(state, 'runnable') AS waits,
           coalesce(lag(starts_with(state, 'runnable')) OVER w AND lag(end_ns) OVER w = start_ns, false) AS goes_on,
           coalesce(lead(state) OVER w = 'running' AND lead(start_ns) OVER w = end_ns, false) AS then_runs
    FROM thread_span
    WHERE tid <> 0
    WINDOW w AS (PARTITION BY run, trace, tid ORDER BY start_ns, end_ns)
),
numbered AS (
    SELECT *, sum(CASE WHEN goes_on THEN 0 ELSE 1 END) OVER (PARTITION BY run, trace, tid ORDER BY start_ns, end_ns
                                                             ROWS UNBOUNDED PRECEDING) AS wait
    FROM chained
    WHERE waits
)
SELECT run, trace, tid,
       min(start_ns) AS start_ns,
       max(end_ns) AS end_ns,
       arg_max(cpu, start_ns) AS cpu,
       arg_min(state, start_ns) AS state,
       arg_min(prio, start_ns) AS prio,
       arg_min(by_tid, start_ns) AS by_tid,
       bool_or(then_runs) AS served
FROM numbered
GROUP BY run, trace, tid, wait
