-- sched_latency_by_role: how long threads of each role waited for a CPU.
--
-- uses thread_wait
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column role VARCHAR: role of the threads
-- column threads BIGINT: threads of the role that waited
-- column delays BIGINT: waits for a CPU that ended with the thread on a CPU
-- column total_delay_ns BIGINT ns: their sum
-- column avg_delay_ns BIGINT ns: mean
-- column p50_delay_ns BIGINT ns: median
-- column p99_delay_ns BIGINT ns: 99th percentile
-- column max_delay_ns BIGINT ns: longest
SELECT w.run, w.trace, coalesce(h.role, 'unknown') AS role,
       count(DISTINCT w.tid) AS threads,
       count(*) AS delays,
       sum(w.end_ns - w.start_ns)::BIGINT AS total_delay_ns,
       round(avg(w.end_ns - w.start_ns))::BIGINT AS avg_delay_ns,
       round(quantile_cont(w.end_ns - w.start_ns, 0.5))::BIGINT AS p50_delay_ns,
       round(quantile_cont(w.end_ns - w.start_ns, 0.99))::BIGINT AS p99_delay_ns,
       max(w.end_ns - w.start_ns) AS max_delay_ns
FROM thread_wait AS w
LEFT JOIN thread AS h ON h.run = w.run AND h.trace = w.trace AND h.tid = w.tid
WHERE w.served
GROUP BY w.run, w.trace, coalesce(h.role, 'unknown')
ORDER BY w.run, w.trace, total_delay_ns DESC, role
