-- capacity: what CPU time a trace covers: its CPUs, each from the trace's first event to its last.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpus BIGINT: CPUs seen
-- column first_ns BIGINT ns: first event of any CPU
-- column last_ns BIGINT ns: last event of any CPU
-- column capacity_ns BIGINT ns: cpus times the time between the two
SELECT run, trace, count(*) AS cpus, min(first_ns) AS first_ns, max(last_ns) AS last_ns,
       (count(*) * (max(last_ns) - min(first_ns)))::BIGINT AS capacity_ns
FROM cpu
GROUP BY ALL
