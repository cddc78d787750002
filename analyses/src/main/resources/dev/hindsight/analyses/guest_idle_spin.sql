-- guest_idle_spin: when virtual CPUs ran their guest on a CPU although the guest was idle: its idle loop spins.
--
-- By the detector of idle_detector. With guest-trace, the guest is idle in its recording's idle spans; nothing is counted
-- outside of the time that both recordings cover. With markers, the guest is busy in jobs and in interrupt handlers (from the entry
-- that carries the interrupt to the guest's EOI, or to the first sign of its handler where no EOI is seen).
--
-- uses idle_detector, delivery, cpu_hold
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column tid INTEGER: its thread
-- column cpu INTEGER: CPU that it spins on
-- column prio INTEGER: the thread's kernel priority
-- column start_ns BIGINT ns: from
-- column end_ns BIGINT ns: to, exclusive
WITH lane AS (
    SELECT row_number() OVER (ORDER BY run, trace, vm, vcpu)::INTEGER AS lane, run, trace, vm, vcpu, tid, detector
    FROM idle_detector
    WHERE detector IN ('guest-trace', 'markers', 'rip')
),
left_guest AS (
    SELECT l.lane, e.start_ns,
           lag(e.end_ns) OVER (PARTITION BY l.lane ORDER BY e.start_ns) AS back_ns,
           coalesce(e.rip BETWEEN CAST($idle_rip_first AS UBIGINT) AND CAST($idle_rip_last AS UBIGINT), false) AS from_idle,
           lag(coalesce(e.rip BETWEEN CAST($idle_rip_first AS UBIGINT) AND CAST($idle_rip_last AS UBIGINT), false))
               OVER (PARTITION BY l.lane ORDER BY e.start_ns) AS back_to_idle
    FROM vm_exit AS e
    JOIN lane AS l ON l.run = e.run AND l.trace = e.trace AND l.vm = e.vm AND l.vcpu = e.vcpu
    WHERE l.detector = 'rip'
),
idle_span AS (
    SELECT l.lane, g.start_ns, g.end_ns
    FROM guest_span AS g
    JOIN lane AS l ON l.run = g.run AND l.trace = g.trace AND l.vm = g.vm AND l.vcpu = g.vcpu
    WHERE l.detector = 'guest-trace' AND g.kind = 'idle'
),
busy AS (
    -- all that is not in an idle span of the guest's recording
    SELECT lane, coalesce(lag(end_ns) OVER (PARTITION BY lane ORDER BY start_ns), -9223372036854775807) AS start_ns,
           start_ns AS end_ns
    FROM idle_span
    UNION ALL
    SELECT l.lane, coalesce(max(i.end_ns), -9223372036854775807), 9223372036854775807
    FROM lane AS l LEFT JOIN idle_span AS i ON i.lane = l.lane
    WHERE l.detector = 'guest-trace'
    GROUP BY l.lane
    UNION ALL
    SELECT l.lane, j.start_ns, j.end_ns
    FROM job AS j
    JOIN lane AS l ON l.run = j.run AND l.trace = j.trace AND l.vm = j.vm AND l.vcpu = coalesce(j.vcpu, l.vcpu)
    WHERE l.detector = 'markers'
    UNION ALL
    SELECT l.lane, d.entered_ns, coalesce(d.eoi_ns, d.handled_ns)
    FROM delivery AS d
    JOIN lane AS l ON l.run = d.run AND l.trace = d.trace AND l.vm = d.vm AND l.vcpu = d.vcpu
    WHERE l.detector = 'markers' AND d.entered_ns IS NOT NULL AND coalesce(d.eoi_ns, d.handled_ns) IS NOT NULL
    UNION ALL
    SELECT lane, coalesce(back_ns, -9223372036854775807), start_ns
    FROM left_guest
    WHERE NOT (from_idle AND coalesce(back_to_idle, false))
    UNION ALL
    -- where it went after its last exit nobody knows
    SELECT l.lane, coalesce(max(e.start_ns), -9223372036854775807), 9223372036854775807
    FROM lane AS l
    LEFT JOIN vm_exit AS e ON e.run = l.run AND e.trace = l.trace AND e.vm = l.vm AND e.vcpu = l.vcpu
    WHERE l.detector = 'rip'
    GROUP BY l.lane
),
span AS (
    SELECT l.lane, h.start_ns, h.end_ns, true AS guest, h.cpu, h.prio
    FROM cpu_hold AS h
    JOIN lane AS l ON l.run = h.run AND l.trace = h.trace AND l.tid = h.tid
    WHERE h.kind = 'guest'
    UNION ALL
    SELECT lane, start_ns, end_ns, false, NULL, NULL FROM busy WHERE start_ns < end_ns
),
edge AS (
    SELECT lane, start_ns AS ts_ns, guest::INTEGER AS d_guest, (NOT guest)::INTEGER AS d_busy, cpu, prio FROM span
    UNION ALL
    SELECT lane, end_ns, -guest::INTEGER, -(NOT guest)::INTEGER, NULL, NULL FROM span
),
instant AS (
    SELECT lane, ts_ns, sum(d_guest) AS d_guest, sum(d_busy) AS d_busy, max(cpu) AS cpu, max(prio) AS prio
    FROM edge
    GROUP BY lane, ts_ns
),
swept AS (
    SELECT lane, ts_ns AS start_ns, lead(ts_ns) OVER w AS end_ns,
           sum(d_guest) OVER w AS n_guest, sum(d_busy) OVER w AS n_busy,
           last_value(cpu IGNORE NULLS) OVER w AS cpu, last_value(prio IGNORE NULLS) OVER w AS prio
    FROM instant
    WINDOW w AS (PARTITION BY lane ORDER BY ts_ns ROWS UNBOUNDED PRECEDING)
)
SELECT l.run, l.trace, l.vm, l.vcpu, l.tid, s.cpu, s.prio, s.start_ns, s.end_ns
FROM swept AS s
JOIN lane AS l ON l.lane = s.lane
WHERE s.n_guest > 0 AND s.n_busy = 0 AND s.start_ns < s.end_ns
