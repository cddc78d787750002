-- sched_latency: how long each thread waited for a CPU, and how much it ran.
--
-- As perf sched latency has it, with percentiles: a delay is from wakeup or preemption to the CPU. Delays that the
-- recording does not see end (unfinished) are left out of the delays. The idle threads are left out.
--
-- uses thread_wait
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column tid INTEGER: thread
-- column comm VARCHAR: its name
-- column role VARCHAR: its role
-- column vm VARCHAR: virtual machine that it serves
-- column runtime_ns BIGINT ns: time on a CPU, interrupts included
-- column switches BIGINT: times it was switched in
-- column delays BIGINT: waits for a CPU that ended with it on a CPU
-- column avg_delay_ns BIGINT ns: mean
-- column p50_delay_ns BIGINT ns: median
-- column p99_delay_ns BIGINT ns: 99th percentile
-- column max_delay_ns BIGINT ns: longest
-- column max_delay_at_ns BIGINT ns: when the longest began
-- column unfinished BIGINT: waits that the recording does not see end
WITH ran AS (
    SELECT run, trace, tid, sum(end_ns - start_ns)::BIGINT AS runtime_ns,
           count(*) FILTER (NOT goes_on) AS switches
    FROM (SELECT run, trace, tid, cpu, start_ns, end_ns,
                 coalesce(lag(end_ns) OVER w = start_ns AND lag(cpu) OVER w = cpu, false) AS goes_on
          FROM thread_span
          WHERE state = 'running' AND tid <> 0
          WINDOW w AS (PARTITION BY run, trace, tid ORDER BY start_ns))
    GROUP BY ALL
),
waited AS (
    SELECT run, trace, tid,
           count(*) FILTER (served) AS delays,
           round(avg(end_ns - start_ns) FILTER (served))::BIGINT AS avg_delay_ns,
           round(quantile_cont(end_ns - start_ns, 0.5) FILTER (served))::BIGINT AS p50_delay_ns,
           round(quantile_cont(end_ns - start_ns, 0.99) FILTER (served))::BIGINT AS p99_delay_ns,
           max(end_ns - start_ns) FILTER (served) AS max_delay_ns,
           arg_max(start_ns, end_ns - start_ns) FILTER (served) AS max_delay_at_ns,
           count(*) FILTER (NOT served) AS unfinished
    FROM thread_wait
    GROUP BY ALL
)
SELECT coalesce(r.run, w.run) AS run, coalesce(r.trace, w.trace) AS trace, coalesce(r.tid, w.tid) AS tid,
       h.comm, h.role, h.vm,
       coalesce(r.runtime_ns, 0) AS runtime_ns, coalesce(r.switches, 0) AS switches,
       coalesce(w.delays, 0) AS delays,
       w.avg_delay_ns, w.p50_delay_ns, w.p99_delay_ns, w.max_delay_ns, w.max_delay_at_ns,
       coalesce(w.unfinished, 0) AS unfinished
FROM ran AS r
FULL JOIN waited AS w ON w.run = r.run AND w.trace = r.trace AND w.tid = r.tid
LEFT JOIN thread AS h
    ON h.run = coalesce(r.run, w.run) AND h.trace = coalesce(r.trace, w.trace) AND h.tid = coalesce(r.tid, w.tid)
ORDER BY 1, 2, runtime_ns DESC, 3
