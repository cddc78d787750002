-- slices_of_jobs: jobs that the guest or the user marked.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT coalesce(vm || ' ', '') || coalesce('vCPU ' || vcpu || ' ', '') || marker AS track, start_ns, end_ns,
       marker AS name, 'job' AS category, {'lost': CASE WHEN lost THEN 'events were lost in it' END} AS details
FROM job
WHERE run = $in_run AND trace = $in_trace
ORDER BY ALL
