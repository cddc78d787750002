-- delivery_points: the way of chosen deliveries, moment by moment.
--
-- uses delivery, vm_label
-- input explained VARCHAR NULL: the deliveries, as RUN:TRACE:DELIVERY, comma-separated
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column delivery BIGINT: number of the delivery within its run and trace
-- column vm VARCHAR: virtual machine, as vm_label has it
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column asserted_cpu INTEGER: CPU where it was asserted
-- column asserted_by VARCHAR: thread that ran there
-- column coalesced INTEGER: further edges while this one was pending
-- column handled_by VARCHAR: which sign of the guest's handler
-- column response_end VARCHAR: what the response runs to
-- column asserted_ns BIGINT ns: line raised or message sent, on the recording's clock
-- column due_ns BIGINT ns: the timer behind it was due, from asserted (so 0 or less)
-- column runnable_ns BIGINT ns: the virtual CPU's thread runnable, from asserted
-- column scheduled_ns BIGINT ns: the virtual CPU's thread on a CPU, from asserted
-- column entered_ns BIGINT ns: guest entered with it, from asserted
-- column handled_ns BIGINT ns: first sign of the guest's handler, from asserted
SELECT d.run, d.trace, d.delivery, coalesce(l.label, d.vm) AS vm, d.vcpu, d.source, d.irq,
       d.asserted_cpu, t.comm AS asserted_by, d.coalesced, d.handled_by, d.response_end, d.asserted_ns,
       d.due_ns - d.asserted_ns AS due_ns,
       d.runnable_ns - d.asserted_ns AS runnable_ns,
       d.scheduled_ns - d.asserted_ns AS scheduled_ns,
       d.entered_ns - d.asserted_ns AS entered_ns,
       d.handled_ns - d.asserted_ns AS handled_ns
FROM delivery AS d
LEFT JOIN vm_label AS l ON l.run = d.run AND l.trace = d.trace AND l.vm = d.vm
LEFT JOIN thread AS t ON t.run = d.run AND t.trace = d.trace AND t.tid = d.asserted_by_tid
WHERE list_contains(string_split(CAST($explained AS VARCHAR), ','), concat_ws(':', d.run, d.trace, d.delivery))
ORDER BY d.run, d.trace, d.delivery
