-- slices_of_threads: states of each thread; sleep is left out.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT coalesce(t.comm, 'thread') || ' ' || s.tid AS track, s.start_ns, s.end_ns, s.state AS name,
       'thread' AS category, {'cpu': s.cpu, 'prio': s.prio, 'policy': s.policy, 'by_tid': s.by_tid} AS details
FROM thread_span AS s
LEFT JOIN thread AS t ON t.run = s.run AND t.trace = s.trace AND t.tid = s.tid
WHERE s.run = $in_run AND s.trace = $in_trace AND s.tid <> 0 AND s.state <> 'sleeping'
ORDER BY t.role, s.tid, s.start_ns, s.end_ns DESC
