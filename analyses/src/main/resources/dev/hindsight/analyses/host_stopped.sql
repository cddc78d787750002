-- host_stopped: for how much of the CPU time a host's CPUs were stopped, as a recording shows of itself.
--
-- The gaps of table gap_span. A replay repeats those of the recording that it was made from.
--
-- uses capacity
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column gaps BIGINT: times that a CPU was silent past a due interrupt
-- column gap_ns BIGINT ns: their sum
-- column share_pct DOUBLE %: of the capacity
SELECT c.run, c.trace, count(g.cpu) AS gaps, coalesce(sum(g.end_ns - g.start_ns), 0)::BIGINT AS gap_ns,
       coalesce(100.0 * sum(g.end_ns - g.start_ns) / nullif(any_value(c.capacity_ns), 0), 0)::DOUBLE AS share_pct
FROM capacity AS c LEFT JOIN gap_span AS g ON g.run = c.run AND g.trace = c.trace
GROUP BY c.run, c.trace
ORDER BY c.run, c.trace
