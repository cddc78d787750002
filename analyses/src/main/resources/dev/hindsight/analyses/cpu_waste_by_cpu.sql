-- cpu_waste_by_cpu: CPU time that did nobody good, by CPU, in five columns that never count a ns twice.
--
-- Each column takes ns of other kinds of holders (see cpu_hold), so that they cannot overlap:
-- priority_idle: a vCPU spins in its idle guest (kind guest, see guest_idle_spin) while a thread waits for that CPU that the
--   vCPU's priority keeps away: deadline before real-time before fair, real-time by number, nice values apart;
-- shielded_idle: a shielded CPU is idle (kind idle, see shielded_cpu) while a thread waits for another CPU;
-- halt_poll: kind halt_poll;
-- exit: KVM handles exits (kind exit), but for those of a spinning guest that the hardware or KVM stopped (pause);
-- spin: a vCPU spins in its idle guest and priority_idle does not count it, for nobody waits or those who wait have the
--   same priority and share the CPU with it (of that, spin_contended); and the handling of pause exits.
-- priority_idle and spin are null in a trace that has virtual CPUs but no idle detector for any of them.
--
-- uses cpu_hold, cpu_time, guest_idle_spin, idle_detector, shielded_cpu, thread_wait
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
    SELECT lane, lead(ts_ns) OVER w - ts_ns AS ns,
           sum(d_spin) OVER w AS n_spin, sum(d_below) OVER w AS n_below, sum(d_peer) OVER w AS n_peer
    FROM spin_instant
    WINDOW w AS (PARTITION BY lane ORDER BY ts_ns ROWS UNBOUNDED PRECEDING)
),
spin AS (
    SELECT l.run, l.trace, l.cpu,
           coalesce(sum(s.ns) FILTER (s.n_below > 0), 0) AS priority_idle_ns,
           coalesce(sum(s.ns) FILTER (s.n_below = 0), 0) AS spin_ns,
           coalesce(sum(s.ns) FILTER (s.n_below = 0 AND s.n_peer > 0), 0) AS spin_contended_ns
    FROM spin_swept AS s
    JOIN spin_lane AS l ON l.lane = s.lane
    WHERE s.n_spin > 0
    GROUP BY l.run, l.trace, l.cpu
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
    SELECT lane, lead(ts_ns) OVER w - ts_ns AS ns, sum(d_idle) OVER w AS n_idle, sum(d_wait) OVER w AS n_wait
    FROM shield_instant
    WINDOW w AS (PARTITION BY lane ORDER BY ts_ns ROWS UNBOUNDED PRECEDING)
),
shield AS (
    SELECT l.run, l.trace, l.cpu, coalesce(sum(s.ns) FILTER (s.n_idle > 0 AND s.n_wait > 0), 0) AS shielded_idle_ns
    FROM shield_lane AS l
    LEFT JOIN shield_swept AS s ON s.lane = l.lane
    GROUP BY l.run, l.trace, l.cpu
),
pause_exit AS (
    SELECT run, trace, tid, start_ns, end_ns FROM vm_exit WHERE kind IN ('pause', 'wfe') AND end_ns IS NOT NULL
),
pause AS (
    SELECT h.run, h.trace, h.cpu, sum(h.end_ns - h.start_ns) AS pause_ns
    FROM (SELECT * FROM cpu_hold WHERE kind = 'exit') AS h
    ASOF JOIN pause_exit AS e ON e.run = h.run AND e.trace = h.trace AND e.tid = h.tid AND h.start_ns >= e.start_ns
    WHERE h.start_ns < e.end_ns
    GROUP BY h.run, h.trace, h.cpu
),
held AS (
    SELECT run, trace, cpu, sum(ns) AS total_ns,
           coalesce(sum(ns) FILTER (kind = 'halt_poll'), 0) AS halt_poll_ns,
           coalesce(sum(ns) FILTER (kind = 'exit'), 0) AS exit_ns
    FROM cpu_time
    GROUP BY run, trace, cpu
),
blind AS (
    SELECT run, trace, count(*) = count(*) FILTER (detector = 'none') AS blind FROM idle_detector GROUP BY run, trace
)
SELECT h.run, h.trace, h.cpu,
       h.total_ns::BIGINT AS total_ns,
       CASE WHEN NOT coalesce(b.blind, false) THEN coalesce(s.priority_idle_ns, 0)::BIGINT END AS priority_idle_ns,
       coalesce(d.shielded_idle_ns, 0)::BIGINT AS shielded_idle_ns,
       h.halt_poll_ns::BIGINT AS halt_poll_ns,
       (h.exit_ns - coalesce(p.pause_ns, 0))::BIGINT AS exit_ns,
       CASE WHEN NOT coalesce(b.blind, false) THEN coalesce(s.spin_ns, 0)::BIGINT + coalesce(p.pause_ns, 0)::BIGINT
       END AS spin_ns,
       CASE WHEN NOT coalesce(b.blind, false) THEN coalesce(s.spin_contended_ns, 0)::BIGINT END AS spin_contended_ns,
       d.run IS NOT NULL AS shielded
FROM held AS h
LEFT JOIN spin AS s ON s.run = h.run AND s.trace = h.trace AND s.cpu = h.cpu
LEFT JOIN shield AS d ON d.run = h.run AND d.trace = h.trace AND d.cpu = h.cpu
LEFT JOIN pause AS p ON p.run = h.run AND p.trace = h.trace AND p.cpu = h.cpu
LEFT JOIN blind AS b ON b.run = h.run AND b.trace = h.trace
ORDER BY h.run, h.trace, h.cpu
