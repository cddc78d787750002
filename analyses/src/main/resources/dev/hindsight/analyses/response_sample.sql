-- response_sample: every measured interrupt response, in order of time: what quantiles are resampled from.
--
-- Those that irq_latency counts: ended, and touched by no loss of events.
--
-- uses delivery, vm_label
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine, as vm_label has it
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column asserted_ns BIGINT ns: when
-- column response_ns BIGINT ns: asserted to its end, see delivery
-- column wake_ns BIGINT ns: of it, asserted to runnable; null where it cannot be seen
-- column host_ns BIGINT ns: of it, on a CPU to guest entry; null where it cannot be seen
-- column guest_ns BIGINT ns: of it, entry to handler; null where it cannot be seen
SELECT d.run, d.trace, coalesce(l.label, d.vm) AS vm, d.vcpu, d.source, d.irq, d.asserted_ns, d.response_ns,
       d.wake_ns, d.host_ns, d.guest_ns
FROM delivery AS d
LEFT JOIN vm_label AS l ON l.run = d.run AND l.trace = d.trace AND l.vm = d.vm
WHERE NOT d.lost AND d.response_ns IS NOT NULL
ORDER BY d.run, d.trace, 3, d.vcpu, d.source, d.irq, d.asserted_ns
