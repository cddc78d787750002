-- cpu_waste_by_cpu: CPU time that did nobody good, by CPU, in five columns that never count a ns twice.
--
-- What each column takes, and why they cannot overlap: see waste_span.
-- priority_idle and spin are null in a trace that has virtual CPUs but no idle detector for any of them.
--
-- uses cpu_time, waste_span, idle_detector, shielded_cpu
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- input shielded_cpus VARCHAR NULL: the shielded CPUs, comma-separated; null to find them
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column total_ns BIGINT ns: time of the CPU, first event of the trace to the last
-- column priority_idle_ns BIGINT ns: see above
-- column shielded_idle_ns BIGINT ns: see above
-- column halt_poll_ns BIGINT ns: see above
-- column exit_ns BIGINT ns: see above
-- column spin_ns BIGINT ns: see above
-- column spin_contended_ns BIGINT ns: of spin_ns, while a thread of no lower priority waits for that CPU
-- column shielded BOOLEAN: whether the CPU is shielded
WITH wasted AS (
    SELECT run, trace, cpu,
           coalesce(sum(end_ns - start_ns) FILTER (waste = 'priority_idle'), 0)::BIGINT AS priority_idle_ns,
           coalesce(sum(end_ns - start_ns) FILTER (waste = 'shielded_idle'), 0)::BIGINT AS shielded_idle_ns,
           coalesce(sum(end_ns - start_ns) FILTER (waste = 'halt_poll'), 0)::BIGINT AS halt_poll_ns,
           coalesce(sum(end_ns - start_ns) FILTER (waste = 'exit'), 0)::BIGINT AS exit_ns,
           coalesce(sum(end_ns - start_ns) FILTER (waste = 'spin'), 0)::BIGINT AS spin_ns,
           coalesce(sum(end_ns - start_ns) FILTER (waste = 'spin' AND contended), 0)::BIGINT AS spin_contended_ns
    FROM waste_span
    GROUP BY run, trace, cpu
),
held AS (
    SELECT run, trace, cpu, sum(ns)::BIGINT AS total_ns FROM cpu_time GROUP BY run, trace, cpu
),
blind AS (
    SELECT run, trace, count(*) = count(*) FILTER (detector = 'none') AS blind FROM idle_detector GROUP BY run, trace
)
SELECT h.run, h.trace, h.cpu, h.total_ns,
       CASE WHEN NOT coalesce(b.blind, false) THEN coalesce(w.priority_idle_ns, 0) END AS priority_idle_ns,
       coalesce(w.shielded_idle_ns, 0) AS shielded_idle_ns,
       coalesce(w.halt_poll_ns, 0) AS halt_poll_ns,
       coalesce(w.exit_ns, 0) AS exit_ns,
       CASE WHEN NOT coalesce(b.blind, false) THEN coalesce(w.spin_ns, 0) END AS spin_ns,
       CASE WHEN NOT coalesce(b.blind, false) THEN coalesce(w.spin_contended_ns, 0) END AS spin_contended_ns,
       d.run IS NOT NULL AS shielded
FROM held AS h
LEFT JOIN wasted AS w ON w.run = h.run AND w.trace = h.trace AND w.cpu = h.cpu
LEFT JOIN shielded_cpu AS d ON d.run = h.run AND d.trace = h.trace AND d.cpu = h.cpu
LEFT JOIN blind AS b ON b.run = h.run AND b.trace = h.trace
ORDER BY h.run, h.trace, h.cpu
