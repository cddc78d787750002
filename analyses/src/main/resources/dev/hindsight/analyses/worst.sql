-- worst: the deliveries that took longest, stage by stage, with who held the CPU meanwhile.
--
-- A row is one holder in one stage of one delivery; see delivery_blame. The shares of a delivery add up to 100 %. They
-- are of the time from due (asserted, where the timer behind it is not known) to the end of the response. A delivery whose stages are
-- all of no length has one row without a stage.
--
-- uses delivery_blame, delivery
-- input slo_ns BIGINT NULL ns: marks the deliveries over it
-- input worst BIGINT 10: how many deliveries
-- input explained VARCHAR NULL: not used by this figure, shared with delivery_blame
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column place BIGINT: 1 for the longest response
-- column delivery BIGINT: number of the delivery within its run and trace
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column asserted_ns BIGINT ns: when
-- column response_ns BIGINT ns: asserted to its end, see delivery
-- column due_response_ns BIGINT ns: due to its end
-- column stage VARCHAR: device, wake, schedule, host or guest
-- column stage_ns BIGINT ns: length of the stage
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
-- column tid INTEGER: thread that held the CPU
-- column comm VARCHAR: its name
-- column role VARCHAR: its role
-- column name VARCHAR: hardirq and softirq: which
-- column ns BIGINT ns: time held
-- column share_pct DOUBLE %: of the delivery
-- column coalesced INTEGER: further edges while this one was pending
WITH longest AS (
    SELECT *, row_number() OVER (PARTITION BY run, trace ORDER BY response_ns DESC, delivery) AS place
    FROM delivery
    WHERE NOT lost AND response_ns IS NOT NULL
    QUALIFY place <= CAST($worst AS BIGINT)
)
SELECT d.run, d.trace, d.place, d.delivery, d.vm, d.vcpu, d.source, d.irq, d.asserted_ns, d.response_ns, d.due_response_ns,
       b.stage,
       sum(b.ns) OVER (PARTITION BY d.run, d.trace, d.delivery, b.stage)::BIGINT AS stage_ns,
       b.kind, b.tid, h.comm, h.role, b.name, b.ns,
       100.0 * b.ns / sum(b.ns) OVER (PARTITION BY d.run, d.trace, d.delivery) AS share_pct,
       d.coalesced
FROM longest AS d
LEFT JOIN delivery_blame AS b ON b.run = d.run AND b.trace = d.trace AND b.delivery = d.delivery
LEFT JOIN thread AS h ON h.run = b.run AND h.trace = b.trace AND h.tid = b.tid
ORDER BY d.run, d.trace, d.place,
         list_position(['device', 'wake', 'schedule', 'host', 'guest'], b.stage), b.ns DESC, b.kind, b.tid, b.name
