-- cpu_usage: where the CPU time went, by role; the rows of a trace add up to its whole capacity.
--
-- Time under a hard or soft interrupt is the row of that name's, not the interrupted thread's; idle is the idle
-- threads', lost and unknown what no event tells. A vCPU's time is split: guest, exit (KVM handles an exit),
-- halt_poll, vmm (the monitor's user code, on the vCPU's thread).
--
-- uses cpu_time, capacity
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column role VARCHAR: role of the thread (vcpu, vmm, vhost, kvm-pit, kworker, user, ...), or hardirq, softirq, idle, lost, unknown
-- column cpu_s DOUBLE s: CPU time
-- column cpu_pct DOUBLE %: of the capacity
-- column guest_s DOUBLE s: of it, in the guest
-- column exit_s DOUBLE s: of it, KVM handling exits
-- column halt_poll_s DOUBLE s: of it, polling a halted vCPU
-- column vmm_s DOUBLE s: of it, a vCPU's thread in the monitor's user code
-- column threads BIGINT: threads of the role that ran; null in rows that are not a role
WITH held AS (
    SELECT t.run, t.trace, t.kind, t.ns, t.tid,
           CASE WHEN t.kind IN ('hardirq', 'softirq', 'idle', 'lost', 'unknown') THEN t.kind
                ELSE coalesce(h.role, 'unknown') END AS role
    FROM cpu_time AS t
    LEFT JOIN thread AS h ON h.run = t.run AND h.trace = t.trace AND h.tid = t.tid
)
SELECT u.run, u.trace, u.role,
       sum(u.ns) / 1e9 AS cpu_s,
       100.0 * sum(u.ns) / any_value(c.capacity_ns) AS cpu_pct,
       coalesce(sum(u.ns) FILTER (u.kind = 'guest'), 0) / 1e9 AS guest_s,
       coalesce(sum(u.ns) FILTER (u.kind = 'exit'), 0) / 1e9 AS exit_s,
       coalesce(sum(u.ns) FILTER (u.kind = 'halt_poll'), 0) / 1e9 AS halt_poll_s,
       coalesce(sum(u.ns) FILTER (u.kind = 'vmm'), 0) / 1e9 AS vmm_s,
       CASE WHEN u.role NOT IN ('hardirq', 'softirq', 'idle', 'lost', 'unknown')
            THEN count(DISTINCT u.tid) END AS threads
FROM held AS u
JOIN capacity AS c ON c.run = u.run AND c.trace = u.trace
GROUP BY u.run, u.trace, u.role
ORDER BY u.run, u.trace, sum(u.ns) DESC, u.role
