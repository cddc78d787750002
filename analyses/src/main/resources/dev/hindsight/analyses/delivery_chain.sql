-- delivery_chain: the deliveries that were asked for, stage by stage, with who held the CPU meanwhile.
--
-- A row is one holder in one stage of one delivery, as in worst; a delivery whose stages are all of no length has one row
-- without a stage.
--
-- uses delivery_blame, delivery
-- input slo_ns BIGINT NULL ns: not used by this figure, shared with delivery_blame
-- input worst BIGINT 10: not used by this figure, shared with delivery_blame
-- input explained VARCHAR NULL: the deliveries, as RUN:TRACE:DELIVERY, comma-separated
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column delivery BIGINT: number of the delivery within its run and trace
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column due_ns BIGINT ns: expiry that the feeding timer was set for
-- column asserted_ns BIGINT ns: when
-- column response_ns BIGINT ns: asserted to its end, see delivery
-- column device_ns BIGINT ns: due to asserted
-- column wake_ns BIGINT ns: asserted to runnable
-- column schedule_ns BIGINT ns: runnable to scheduled
-- column host_ns BIGINT ns: scheduled to entered
-- column guest_ns BIGINT ns: entered to handled
-- column stage VARCHAR: device, wake, schedule, host or guest
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
-- column tid INTEGER: thread that held the CPU
-- column comm VARCHAR: its name
-- column name VARCHAR: hardirq and softirq: which
-- column own BOOLEAN: whether it is the virtual CPU that the delivery is for
-- column ns BIGINT ns: time held
SELECT d.run, d.trace, d.delivery, d.vm, d.vcpu, d.source, d.irq, d.due_ns, d.asserted_ns, d.response_ns,
       d.device_ns, d.wake_ns, d.schedule_ns, d.host_ns, d.guest_ns,
       b.stage, b.kind, b.tid, h.comm, b.name,
       coalesce(h.vm = d.vm AND h.vcpu = d.vcpu, false) AS own, b.ns
FROM delivery AS d
LEFT JOIN delivery_blame AS b ON b.run = d.run AND b.trace = d.trace AND b.delivery = d.delivery
LEFT JOIN thread AS h ON h.run = b.run AND h.trace = b.trace AND h.tid = b.tid
WHERE list_contains(string_split(CAST($explained AS VARCHAR), ','), concat_ws(':', d.run, d.trace, d.delivery))
ORDER BY d.run, d.trace, d.delivery,
         list_position(['device', 'wake', 'schedule', 'host', 'guest'], b.stage), b.ns DESC, b.kind, b.tid, b.name
