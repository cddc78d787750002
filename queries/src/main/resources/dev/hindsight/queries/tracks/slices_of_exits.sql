-- slices_of_exits: exits of each virtual CPU until it entered again.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT vm || ' vCPU ' || vcpu || ' exits' AS track, start_ns, end_ns, reason AS name, 'exit' AS category,
       {'kind': kind, 'isa': isa, 'code': code, 'rip': '0x' || lower(hex(rip)), 'cpu': cpu} AS details
FROM vm_exit
WHERE run = $in_run AND trace = $in_trace AND end_ns IS NOT NULL
ORDER BY vm, vcpu, start_ns, end_ns DESC
