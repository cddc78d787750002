-- losses: where events were lost, and how many rows of the tables behind the figures that touches.
--
-- uses capacity
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column losses BIGINT: times that events were lost
-- column events BIGINT: how many, null where the trace never tells
-- column lost_ns BIGINT ns: time covered by the losses
-- column lost_pct DOUBLE %: of the CPU's time
-- column first_ns BIGINT ns: where the first loss begins
-- column last_ns BIGINT ns: where the last loss ends
-- column deliveries BIGINT: interrupts of the trace, on any CPU, that losses touch
-- column jobs BIGINT: jobs of the trace, on any CPU, that losses touch
WITH touched AS (
    SELECT c.run, c.trace,
           (SELECT count(*) FROM virq AS v WHERE v.run = c.run AND v.trace = c.trace AND v.lost) AS deliveries,
           (SELECT count(*) FROM job AS j WHERE j.run = c.run AND j.trace = c.trace AND j.lost) AS jobs
    FROM capacity AS c
)
SELECT s.run, s.trace, s.cpu,
       count(*) AS losses,
       sum(s.events)::BIGINT AS events,
       sum(s.end_ns - s.start_ns)::BIGINT AS lost_ns,
       100.0 * sum(s.end_ns - s.start_ns) / any_value(c.last_ns - c.first_ns) AS lost_pct,
       min(s.start_ns) AS first_ns,
       max(s.end_ns) AS last_ns,
       any_value(t.deliveries) AS deliveries,
       any_value(t.jobs) AS jobs
FROM lost_span AS s
JOIN capacity AS c ON c.run = s.run AND c.trace = s.trace
JOIN touched AS t ON t.run = s.run AND t.trace = s.trace
GROUP BY s.run, s.trace, s.cpu
ORDER BY s.run, s.trace, s.cpu
