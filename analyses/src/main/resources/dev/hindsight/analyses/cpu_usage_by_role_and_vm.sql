-- cpu_usage_by_role_and_vm: CPU time by role and virtual machine, per second of the trace, to set beside other traces.
--
-- Besides the roles of cpu_usage there is a row 'background': threads of role user that serve no virtual machine, the
-- load beside the guests. It is counted in the row 'user' too.
--
-- uses cpu_time, capacity, vm_label
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column role VARCHAR: background, or as in cpu_usage
-- column vm VARCHAR: virtual machine that the threads serve, as vm_label has it
-- column cpu_s DOUBLE s: CPU time
-- column per_s DOUBLE 1/s: CPU-seconds per second of the trace
-- column guest_s DOUBLE s: of cpu_s, in the guest
-- column exit_s DOUBLE s: of cpu_s, KVM handling exits
-- column halt_poll_s DOUBLE s: of cpu_s, polling a halted vCPU
WITH held AS (
    SELECT t.run, t.trace, t.kind, t.ns,
           CASE WHEN t.kind IN ('hardirq', 'softirq', 'idle', 'lost', 'unknown') THEN t.kind
                ELSE coalesce(h.role, 'unknown') END AS role,
           CASE WHEN t.kind NOT IN ('hardirq', 'softirq', 'idle', 'lost', 'unknown') THEN coalesce(l.label, h.vm) END AS vm
    FROM cpu_time AS t
    LEFT JOIN thread AS h ON h.run = t.run AND h.trace = t.trace AND h.tid = t.tid
    LEFT JOIN vm_label AS l ON l.run = h.run AND l.trace = h.trace AND l.vm = h.vm
),
used AS (
    SELECT run, trace, role, vm, kind, ns FROM held
    UNION ALL
    SELECT run, trace, 'background', NULL, kind, ns FROM held WHERE role = 'user' AND vm IS NULL
    UNION ALL
    SELECT run, trace, 'background', NULL, 'thread', 0 FROM capacity
)
SELECT u.run, u.trace, u.role, u.vm,
       sum(u.ns) / 1e9 AS cpu_s,
       sum(u.ns) / nullif(any_value(c.last_ns - c.first_ns), 0)::DOUBLE AS per_s,
       coalesce(sum(u.ns) FILTER (u.kind = 'guest'), 0) / 1e9 AS guest_s,
       coalesce(sum(u.ns) FILTER (u.kind = 'exit'), 0) / 1e9 AS exit_s,
       coalesce(sum(u.ns) FILTER (u.kind = 'halt_poll'), 0) / 1e9 AS halt_poll_s
FROM used AS u
JOIN capacity AS c ON c.run = u.run AND c.trace = u.trace
GROUP BY u.run, u.trace, u.role, u.vm
ORDER BY u.run, u.trace, u.role <> 'background', sum(u.ns) DESC, u.role, u.vm
