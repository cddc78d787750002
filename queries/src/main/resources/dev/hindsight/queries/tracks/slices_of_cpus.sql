-- slices_of_cpus: which thread each CPU ran.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT 'CPU ' || s.cpu AS track, s.start_ns, s.end_ns,
       coalesce(t.comm, 'thread') || ' ' || s.tid AS name, 'cpu' AS category,
       {'tid': s.tid, 'role': t.role, 'prio': s.prio, 'policy': s.policy} AS details
FROM thread_span AS s
LEFT JOIN thread AS t ON t.run = s.run AND t.trace = s.trace AND t.tid = s.tid
WHERE s.run = $in_run AND s.trace = $in_trace AND s.state = 'running' AND s.cpu IS NOT NULL AND s.tid <> 0
ORDER BY s.cpu, s.start_ns, s.end_ns DESC
