-- cpu_usage_by_thread: CPU time by thread, without the time that interrupts took on top of it.
--
-- uses cpu_time, capacity
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column tid INTEGER: thread
-- column comm VARCHAR: its name
-- column role VARCHAR: its role
-- column vm VARCHAR: virtual machine that it serves
-- column vcpu INTEGER: virtual CPU that it runs
-- column cpu_s DOUBLE s: CPU time of its own
-- column cpu_pct DOUBLE %: of the capacity
-- column guest_s DOUBLE s: of it, in the guest
-- column exit_s DOUBLE s: of it, KVM handling exits
-- column halt_poll_s DOUBLE s: of it, polling while halted
-- column irq_s DOUBLE s: on top of it, hard and soft interrupts that came while it was on the CPU
-- column cpus BIGINT: CPUs that it ran on
SELECT t.run, t.trace, t.tid, any_value(h.comm) AS comm, any_value(h.role) AS role, any_value(h.vm) AS vm,
       any_value(h.vcpu) AS vcpu,
       coalesce(sum(t.ns) FILTER (t.kind NOT IN ('hardirq', 'softirq')), 0) / 1e9 AS cpu_s,
       100.0 * coalesce(sum(t.ns) FILTER (t.kind NOT IN ('hardirq', 'softirq')), 0) / any_value(c.capacity_ns) AS cpu_pct,
       coalesce(sum(t.ns) FILTER (t.kind = 'guest'), 0) / 1e9 AS guest_s,
       coalesce(sum(t.ns) FILTER (t.kind = 'exit'), 0) / 1e9 AS exit_s,
       coalesce(sum(t.ns) FILTER (t.kind = 'halt_poll'), 0) / 1e9 AS halt_poll_s,
       coalesce(sum(t.ns) FILTER (t.kind IN ('hardirq', 'softirq')), 0) / 1e9 AS irq_s,
       count(DISTINCT t.cpu) AS cpus
FROM cpu_time AS t
JOIN capacity AS c ON c.run = t.run AND c.trace = t.trace
LEFT JOIN thread AS h ON h.run = t.run AND h.trace = t.trace AND h.tid = t.tid
WHERE t.tid IS NOT NULL AND t.tid <> 0
GROUP BY t.run, t.trace, t.tid
ORDER BY t.run, t.trace, cpu_s DESC, t.tid
