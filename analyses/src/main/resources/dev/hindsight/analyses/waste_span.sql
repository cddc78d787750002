-- waste_span: when CPU time did nobody good, and which of the five columns of cpu_waste_by_cpu counts it.
--
-- Spans of a CPU do not overlap. priority_idle: a vCPU spins in its idle guest (kind guest, see guest_idle_spin) while a
-- thread waits for that CPU that the vCPU's priority keeps away: deadline before real-time before fair, real-time by
-- number, nice values apart. shielded_idle: a shielded CPU is idle (kind idle, see shielded_cpu) while a thread waits for
-- another CPU. halt_poll: kind halt_poll. exit: KVM handles exits (kind exit), but for those of a spinning guest that the
-- hardware or KVM stopped (pause). spin: a vCPU spins in its idle guest and priority_idle does not count it, for nobody
-- waits or those who wait have the same priority and share the CPU with it (contended); and the handling of pause exits.
--
-- uses cpu_hold, guest_idle_spin, shielded_cpu, thread_wait
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- input shielded_cpus VARCHAR NULL: the shielded CPUs, comma-separated; null to find them
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column waste VARCHAR: priority_idle, shielded_idle, halt_poll, exit or spin
-- column contended BOOLEAN: spin, while a thread of no lower priority waits for that CPU
-- column start_ns BIGINT ns: from
-- column end_ns BIGINT ns: to, exclusive
WITH waiting AS (
    SELECT run, trace, cpu, start_ns, end_ns, least(coalesce(prio, 120), 100) AS standing
    FROM thread_wait
    WHERE cpu IS NOT NULL AND start_ns < end_ns
),
spinning AS (
    SELECT run, trace, cpu, start_ns, end_ns, least(coalesce(prio, 120), 100) AS standing
    FROM guest_idle_spin
),
-- a sweep for each CPU and each standing that a spinning vCPU has there
spin_lane AS (
    SELECT row_number() OVER (ORDER BY run, trace, cpu, standing)::INTEGER AS lane, run, trace, cpu, standing
    FROM (SELECT DISTINCT run, trace, cpu, standing FROM spinning)
),
spin_edge AS (
    SELECT l.lane, unnest([s.start_ns, s.end_ns]) AS ts_ns, unnest([1, -1]) AS d_spin, 0 AS d_below, 0 AS d_peer
    FROM spinning AS s
    JOIN spin_lane AS l ON l.run = s.run AND l.trace = s.trace AND l.cpu = s.cpu AND l.standing = s.standing
    UNION ALL
    SELECT l.lane, unnest([w.start_ns, w.end_ns]), 0,
           CASE WHEN w.standing > l.standing THEN 1 ELSE 0 END * unnest([1, -1]),
           CASE WHEN w.standing > l.standing THEN 0 ELSE 1 END * unnest([1, -1])
    FROM waiting AS w
    JOIN spin_lane AS l ON l.run = w.run AND l.trace = w.trace AND l.cpu = w.cpu
),
spin_instant AS (
    SELECT lane, ts_ns, sum(d_spin) AS d_spin, sum(d_below) AS d_below, sum(d_peer) AS d_peer
    FROM spin_edge
    GROUP BY lane, ts_ns
),
spin_swept AS (
    SELECT lane, ts_ns AS start_ns, lead(ts_ns) OVER w AS end_ns,
           sum(d_spin) OVER w AS n_spin, sum(d_below) OVER w AS n_below, sum(d_peer) OVER w AS n_peer
    FROM spin_instant
    WINDOW w AS (PARTITION BY lane ORDER BY ts_ns ROWS UNBOUNDED PRECEDING)
),
shield_lane AS (
    SELECT row_number() OVER (ORDER BY run, trace, cpu)::INTEGER AS lane, run, trace, cpu FROM shielded_cpu
),
shield_edge AS (
    SELECT l.lane, unnest([h.start_ns, h.end_ns]) AS ts_ns, unnest([1, -1]) AS d_idle, 0 AS d_wait
    FROM cpu_hold AS h
    JOIN shield_lane AS l ON l.run = h.run AND l.trace = h.trace AND l.cpu = h.cpu
    WHERE h.kind = 'idle'
    UNION ALL
    SELECT l.lane, unnest([w.start_ns, w.end_ns]), 0, unnest([1, -1])
    FROM waiting AS w
    JOIN shield_lane AS l ON l.run = w.run AND l.trace = w.trace AND l.cpu <> w.cpu
),
shield_instant AS (
    SELECT lane, ts_ns, sum(d_idle) AS d_idle, sum(d_wait) AS d_wait FROM shield_edge GROUP BY lane, ts_ns
),
shield_swept AS (
    SELECT lane, ts_ns AS start_ns, lead(ts_ns) OVER w AS end_ns, sum(d_idle) OVER w AS n_idle, sum(d_wait) OVER w AS n_wait
    FROM shield_instant
    WINDOW w AS (PARTITION BY lane ORDER BY ts_ns ROWS UNBOUNDED PRECEDING)
),
pause_exit AS (
    SELECT run, trace, tid, start_ns, end_ns FROM vm_exit WHERE kind IN ('pause', 'wfe') AND end_ns IS NOT NULL
)
SELECT l.run, l.trace, l.cpu, CASE WHEN s.n_below > 0 THEN 'priority_idle' ELSE 'spin' END AS waste,
       s.n_below = 0 AND s.n_peer > 0 AS contended, s.start_ns, s.end_ns
FROM spin_swept AS s
JOIN spin_lane AS l ON l.lane = s.lane
WHERE s.n_spin > 0
UNION ALL
SELECT l.run, l.trace, l.cpu, 'shielded_idle', false, s.start_ns, s.end_ns
FROM shield_swept AS s
JOIN shield_lane AS l ON l.lane = s.lane
WHERE s.n_idle > 0 AND s.n_wait > 0
UNION ALL
SELECT run, trace, cpu, 'halt_poll', false, start_ns, end_ns FROM cpu_hold WHERE kind = 'halt_poll'
UNION ALL
SELECT h.run, h.trace, h.cpu, CASE WHEN h.start_ns < e.end_ns THEN 'spin' ELSE 'exit' END, false, h.start_ns, h.end_ns
FROM (SELECT * FROM cpu_hold WHERE kind = 'exit') AS h
ASOF LEFT JOIN pause_exit AS e ON e.run = h.run AND e.trace = h.trace AND e.tid = h.tid AND h.start_ns >= e.start_ns
