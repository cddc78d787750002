-- delivery: the interrupts of table virq with the length of each stage of their way.
--
-- A row is a delivery; see irq_latency for the stages. A stage is null where one of its ends cannot be seen, or where
-- the recording has them in the wrong order. The response of a line (one source and number to one virtual CPU) ends
-- when its deliveries are handled, or, where that is seen of less than half of those that reach the guest, when they
-- enter the guest: one end for the whole line, so that its quantiles are of one thing.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column delivery BIGINT: number of the delivery within its run and trace, in order of assertion
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column tid INTEGER: the virtual CPU's thread
-- column source VARCHAR: pit, pic, ioapic, msi, lapic-timer, ipi, lapic, decrementer or external
-- column irq INTEGER: interrupt line or vector
-- column due_ns BIGINT ns: expiry that the feeding timer was set for
-- column asserted_ns BIGINT ns: line raised or message sent
-- column runnable_ns BIGINT ns: the virtual CPU's thread runnable
-- column scheduled_ns BIGINT ns: the virtual CPU's thread on a CPU
-- column injected_ns BIGINT ns: injected by KVM
-- column entered_ns BIGINT ns: guest entered with it
-- column handled_ns BIGINT ns: first sign of the guest's handler
-- column handled_by VARCHAR: which sign
-- column eoi_ns BIGINT ns: ended by the guest
-- column response_end VARCHAR: handled or entered: up to where the line's response is measured
-- column end_ns BIGINT ns: when that was, null where it was not seen
-- column coalesced INTEGER: further edges while this one was pending
-- column asserted_cpu INTEGER: CPU where it was asserted
-- column asserted_by_tid INTEGER: thread that ran there
-- column lost BOOLEAN: a loss of events touches it
-- column response_ns BIGINT ns: asserted to the end
-- column due_response_ns BIGINT ns: due to the end
-- column device_ns BIGINT ns: due to asserted
-- column wake_ns BIGINT ns: asserted to runnable
-- column schedule_ns BIGINT ns: runnable to scheduled
-- column host_ns BIGINT ns: scheduled to entered
-- column guest_ns BIGINT ns: entered to handled
WITH vcpu_thread AS (
    SELECT run, trace, vm, vcpu, any_value(tid) AS tid
    FROM thread
    WHERE role = 'vcpu'
    GROUP BY ALL
),
ended AS (
    SELECT *, CASE WHEN 2 * count(handled_ns) OVER line
                        >= count(*) FILTER (entered_ns IS NOT NULL OR handled_ns IS NOT NULL) OVER line
                   THEN 'handled' ELSE 'entered' END AS response_end,
           CASE response_end WHEN 'handled' THEN handled_ns ELSE entered_ns END AS end_ns
    FROM virq
    WINDOW line AS (PARTITION BY run, trace, vm, vcpu, source, irq)
)
SELECT v.run, v.trace,
       row_number() OVER (PARTITION BY v.run, v.trace ORDER BY v.asserted_ns, v.vm, v.vcpu, v.source, v.irq) AS delivery,
       v.vm, v.vcpu, t.tid, v.source, v.irq,
       v.due_ns, v.asserted_ns, v.runnable_ns, v.scheduled_ns, v.injected_ns, v.entered_ns, v.handled_ns, v.handled_by, v.eoi_ns,
       v.response_end, v.end_ns,
       v.coalesced, v.asserted_cpu, v.asserted_by_tid, v.lost,
       CASE WHEN v.end_ns >= v.asserted_ns THEN v.end_ns - v.asserted_ns END AS response_ns,
       CASE WHEN v.end_ns >= v.due_ns THEN v.end_ns - v.due_ns END AS due_response_ns,
       CASE WHEN v.asserted_ns >= v.due_ns THEN v.asserted_ns - v.due_ns END AS device_ns,
       CASE WHEN v.runnable_ns >= v.asserted_ns THEN v.runnable_ns - v.asserted_ns END AS wake_ns,
       CASE WHEN v.scheduled_ns >= v.runnable_ns THEN v.scheduled_ns - v.runnable_ns END AS schedule_ns,
       CASE WHEN v.entered_ns >= v.scheduled_ns THEN v.entered_ns - v.scheduled_ns END AS host_ns,
       CASE WHEN v.handled_ns >= v.entered_ns THEN v.handled_ns - v.entered_ns END AS guest_ns
FROM ended AS v
LEFT JOIN vcpu_thread AS t
    ON t.run = v.run AND t.trace = v.trace AND t.vm = v.vm AND t.vcpu = v.vcpu
