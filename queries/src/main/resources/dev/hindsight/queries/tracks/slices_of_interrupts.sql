-- slices_of_interrupts: interrupts and softirqs that each CPU handled.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT 'CPU ' || cpu || ' interrupts' AS track, start_ns, end_ns, kind || ' ' || name AS name, 'irq' AS category,
       {'irq': irq, 'interrupted_tid': tid, 'self_ns': self_ns} AS details
FROM irq_span
WHERE run = $in_run AND trace = $in_trace
ORDER BY cpu, start_ns, end_ns DESC
