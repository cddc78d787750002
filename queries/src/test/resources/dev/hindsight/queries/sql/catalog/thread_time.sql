-- thread_time: how long each thread ran.
--
-- input least_ns BIGINT 0 ns: threads that ran less are left out
-- column tid INTEGER: thread
-- column ran_ns BIGINT ns: time on CPUs
SELECT tid, sum(end_ns - start_ns)::BIGINT AS ran_ns
FROM thread_span
WHERE state = 'running'
GROUP BY tid
HAVING sum(end_ns - start_ns) >= CAST($least_ns AS BIGINT)
ORDER BY ran_ns DESC, tid
