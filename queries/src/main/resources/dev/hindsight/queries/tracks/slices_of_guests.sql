-- slices_of_guests: what the guest ran on each of its CPUs, as its own recording tells.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT vm || ' vCPU ' || vcpu || ' in the guest: ' || kind AS track, start_ns, end_ns,
       CASE WHEN kind = 'idle' THEN 'idle' ELSE coalesce(comm, kind) || coalesce(' ' || guest_tid, '') END AS name,
       'guest' AS category, {'guest_cpu': guest_cpu, 'guest_tid': guest_tid} AS details
FROM guest_span
WHERE run = $in_run AND trace = $in_trace
ORDER BY vm, vcpu, kind, start_ns, end_ns DESC
