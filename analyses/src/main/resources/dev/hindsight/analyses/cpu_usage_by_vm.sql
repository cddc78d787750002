-- cpu_usage_by_vm: CPU time that each virtual machine took, in its guest and for it on the host.
--
-- uses cpu_time, capacity
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpus BIGINT: virtual CPUs that ran
-- column cpu_s DOUBLE s: CPU time of all threads that serve it
-- column cpu_pct DOUBLE %: of the capacity
-- column guest_s DOUBLE s: in the guest
-- column exit_s DOUBLE s: KVM handling its exits
-- column halt_poll_s DOUBLE s: polling while a vCPU was halted
-- column vmm_s DOUBLE s: the monitor's user code, on the vCPUs' threads
-- column vcpu_kernel_s DOUBLE s: the vCPUs' threads in the kernel outside the states above, as far as it is told apart
-- column other_s DOUBLE s: its other threads: monitor, vhost, I/O threads, PIT
SELECT h.run, h.trace, h.vm,
       count(DISTINCT h.vcpu) AS vcpus,
       sum(t.ns) / 1e9 AS cpu_s,
       100.0 * sum(t.ns) / any_value(c.capacity_ns) AS cpu_pct,
       coalesce(sum(t.ns) FILTER (t.kind = 'guest'), 0) / 1e9 AS guest_s,
       coalesce(sum(t.ns) FILTER (t.kind = 'exit'), 0) / 1e9 AS exit_s,
       coalesce(sum(t.ns) FILTER (t.kind = 'halt_poll'), 0) / 1e9 AS halt_poll_s,
       coalesce(sum(t.ns) FILTER (t.kind = 'vmm'), 0) / 1e9 AS vmm_s,
       coalesce(sum(t.ns) FILTER (t.kind = 'thread' AND h.role = 'vcpu'), 0) / 1e9 AS vcpu_kernel_s,
       coalesce(sum(t.ns) FILTER (t.kind = 'thread' AND h.role <> 'vcpu'), 0) / 1e9 AS other_s
FROM cpu_time AS t
JOIN capacity AS c ON c.run = t.run AND c.trace = t.trace
JOIN thread AS h ON h.run = t.run AND h.trace = t.trace AND h.tid = t.tid
WHERE h.vm IS NOT NULL AND t.kind IN ('guest', 'exit', 'halt_poll', 'vmm', 'thread')
GROUP BY h.run, h.trace, h.vm
ORDER BY h.run, h.trace, h.vm
