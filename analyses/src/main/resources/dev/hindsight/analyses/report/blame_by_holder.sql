-- blame_by_holder: who held the CPU while late interrupts waited, threads of one name together.
--
-- As blame, over all lines of a virtual machine; a virtual CPU's own time is told apart by what it did there.
--
-- uses blame, vm_label
-- input slo_ns BIGINT NULL ns: threshold; without it the 99th percentile of each line
-- input worst BIGINT 10: not used by this figure, shared with blame
-- input explained VARCHAR NULL: not used by this figure, shared with blame
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine, as vm_label has it
-- column stage VARCHAR: device, wake, schedule, host or guest
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
-- column holder VARCHAR: name of the threads or of the interrupt; null where there is none
-- column role VARCHAR: role of the threads
-- column threads BIGINT: how many threads
-- column ns BIGINT ns: time held, all deliveries over the threshold together
-- column share_pct DOUBLE %: of the time of all deliveries of the virtual machine over the threshold
SELECT b.run, b.trace, coalesce(l.label, b.vm) AS vm, b.stage, b.kind, coalesce(b.comm, b.name) AS holder,
       any_value(b.role) AS role,
       count(DISTINCT b.tid) AS threads,
       sum(b.ns)::BIGINT AS ns,
       100.0 * sum(b.ns) / sum(sum(b.ns)) OVER (PARTITION BY b.run, b.trace, coalesce(l.label, b.vm)) AS share_pct
FROM blame AS b
LEFT JOIN vm_label AS l ON l.run = b.run AND l.trace = b.trace AND l.vm = b.vm
GROUP BY b.run, b.trace, coalesce(l.label, b.vm), b.stage, b.kind, coalesce(b.comm, b.name)
ORDER BY b.run, b.trace, vm, ns DESC, b.stage, b.kind, holder
