-- slices_of_losses: where events were lost.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column start_ns BIGINT ns: begin
-- column end_ns BIGINT ns: end
-- column name VARCHAR: what it is
-- column category VARCHAR: kind of slice
-- column details STRUCT: more of it, by name
SELECT 'CPU ' || cpu || ' lost events' AS track, start_ns, end_ns, 'lost' AS name, 'lost' AS category,
       {'events': events, 'instance': instance} AS details
FROM lost_span
WHERE run = $in_run AND trace = $in_trace
ORDER BY cpu, instance, start_ns, end_ns DESC
