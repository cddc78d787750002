-- blame: who held the CPU while late interrupts waited, summed over all deliveries over the threshold.
--
-- The threshold is slo_ns where it is given, else the 99th percentile of each line. Shares add up to 100 % for each
-- virtual CPU and line.
--
-- uses delivery_blame, delivery
-- input slo_ns BIGINT NULL ns: threshold
-- input worst BIGINT 10: not used by this figure, shared with worst
-- input explained VARCHAR NULL: not used by this figure, shared with delivery_blame
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column stage VARCHAR: device, wake, schedule, host or guest
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
-- column tid INTEGER: thread that held the CPU
-- column comm VARCHAR: its name
-- column role VARCHAR: its role
-- column name VARCHAR: hardirq and softirq: which
-- column deliveries BIGINT: deliveries that it held up
-- column ns BIGINT ns: time held, all deliveries together
-- column max_ns BIGINT ns: most in one delivery
-- column share_pct DOUBLE %: of the time of all deliveries over the threshold
SELECT b.run, b.trace, d.vm, d.vcpu, d.source, d.irq, b.stage, b.kind, b.tid,
       any_value(h.comm) AS comm, any_value(h.role) AS role, b.name,
       count(*) AS deliveries,
       sum(b.ns)::BIGINT AS ns,
       max(b.ns) AS max_ns,
       100.0 * sum(b.ns) / sum(sum(b.ns)) OVER (PARTITION BY b.run, b.trace, d.vm, d.vcpu, d.source, d.irq) AS share_pct
FROM delivery_blame AS b
JOIN delivery AS d ON d.run = b.run AND d.trace = b.trace AND d.delivery = b.delivery
LEFT JOIN thread AS h ON h.run = b.run AND h.trace = b.trace AND h.tid = b.tid
WHERE b.over
GROUP BY b.run, b.trace, d.vm, d.vcpu, d.source, d.irq, b.stage, b.kind, b.tid, b.name
ORDER BY b.run, b.trace, d.vm, d.vcpu, d.source, d.irq, ns DESC, b.stage, b.kind, b.tid, b.name
