-- slices_of_vcpus: states of each virtual CPU.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT vm || ' vCPU ' || vcpu AS track, start_ns, end_ns, state AS name, 'vcpu' AS category,
       {'cpu': cpu, 'tid': tid} AS details
FROM vcpu_span
WHERE run = $in_run AND trace = $in_trace
ORDER BY vm, vcpu, start_ns, end_ns DESC
