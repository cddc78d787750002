-- window_use: background CPU time and waste in equal windows of a trace, in order: what their sums are resampled from.
--
-- A trace has at most 240 windows, none shorter than 10 ms; the last one may be cut. What a window has none of has no row.
--
-- uses capacity, cpu_hold, waste_span
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- input shielded_cpus VARCHAR NULL: the shielded CPUs, comma-separated; null to find them
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column what VARCHAR: background (see cpu_usage_by_role_and_vm), priority_idle, shielded_idle, halt_poll, exit or spin
-- column slot BIGINT: number of the window, from 0
-- column ns BIGINT ns: CPU time in it
WITH frame AS (
    SELECT run, trace, first_ns, greatest(10000000, (last_ns - first_ns + 239) // 240) AS window_ns
    FROM capacity
),
piece AS (
    SELECT h.run, h.trace, 'background' AS what, h.start_ns, h.end_ns
    FROM cpu_hold AS h
    JOIN thread AS t ON t.run = h.run AND t.trace = h.trace AND t.tid = h.tid
    WHERE h.kind = 'thread' AND t.role = 'user' AND t.vm IS NULL
    UNION ALL
    SELECT run, trace, waste, start_ns, end_ns FROM waste_span
),
cut AS (
    SELECT p.run, p.trace, p.what, p.start_ns - f.first_ns AS start_ns, p.end_ns - f.first_ns AS end_ns, f.window_ns,
           unnest(range((p.start_ns - f.first_ns) // f.window_ns, (p.end_ns - 1 - f.first_ns) // f.window_ns + 1)) AS slot
    FROM piece AS p
    JOIN frame AS f ON f.run = p.run AND f.trace = p.trace
    WHERE p.start_ns < p.end_ns
)
SELECT run, trace, what, slot,
       sum(least(end_ns, (slot + 1) * window_ns) - greatest(start_ns, slot * window_ns))::BIGINT AS ns
FROM cut
GROUP BY run, trace, what, slot
ORDER BY run, trace, what, slot
