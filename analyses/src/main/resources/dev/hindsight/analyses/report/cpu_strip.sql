-- cpu_strip: what each CPU did, in equal slots of the whole recording, in order.
--
-- The holders of cpu_hold, threads told apart by whom they serve: user (programs), vmm (the monitors, their own code and
-- their helpers), kernel (all other threads). gap: the CPU showed no event although its tick was due. The rows of a slot add
-- up to its length, the last one may be cut.
--
-- uses cpu_hold, capacity
-- input strip_slots BIGINT 400: slots of a recording
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column slot BIGINT: number of the slot, from 0
-- column state VARCHAR: guest, exit, halt_poll, vmm, user, kernel, hardirq, softirq, idle, gap, lost or unknown
-- column ns BIGINT ns: CPU time
WITH frame AS (
    SELECT run, trace, first_ns,
           greatest(1, (last_ns - first_ns + CAST($strip_slots AS BIGINT) - 1) // CAST($strip_slots AS BIGINT)) AS slot_ns
    FROM capacity
),
piece AS (
    SELECT h.run, h.trace, h.cpu, h.start_ns - f.first_ns AS start_ns, h.end_ns - f.first_ns AS end_ns, f.slot_ns,
           CASE WHEN h.gap THEN 'gap'
                WHEN h.kind <> 'thread' THEN h.kind
                WHEN t.role IN ('vmm', 'vcpu', 'iothread', 'vhost') THEN 'vmm'
                WHEN t.role = 'user' THEN CASE WHEN t.vm IS NULL THEN 'user' ELSE 'vmm' END
                ELSE 'kernel' END AS state
    FROM cpu_hold AS h
    JOIN frame AS f ON f.run = h.run AND f.trace = h.trace
    LEFT JOIN thread AS t ON t.run = h.run AND t.trace = h.trace AND t.tid = h.tid
),
cut AS (
    SELECT *, unnest(range(start_ns // slot_ns, (end_ns - 1) // slot_ns + 1)) AS slot
    FROM piece
    WHERE start_ns < end_ns
)
SELECT run, trace, cpu, slot, state,
       sum(least(end_ns, (slot + 1) * slot_ns) - greatest(start_ns, slot * slot_ns))::BIGINT AS ns
FROM cut
GROUP BY run, trace, cpu, slot, state
ORDER BY run, trace, cpu, slot, state
