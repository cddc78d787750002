-- delivery_chain: the deliveries that were asked for, stage by stage, with who held the CPU meanwhile.
--
-- A row is one holder in one stage of one delivery, as in worst; a delivery whose stages are all of no length has one row
-- without a stage.
--
-- A real-time thread that waits while fair ones have its CPU, or nobody has, is held back by the scheduler: real-time
-- threads get 950 ms of each second (RT throttling), deadline ones their runtime of each period.
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
-- column held_back_ns BIGINT ns: the virtual CPU was runnable as a real-time or deadline thread while a fair or no thread had its CPU
-- column held_back_prio INTEGER: its kernel priority meanwhile: -1 deadline, 0 to 98 real-time
-- column stage VARCHAR: device, wake, schedule, host or guest
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
-- column tid INTEGER: thread that held the CPU
-- column comm VARCHAR: its name
-- column name VARCHAR: hardirq and softirq: which
-- column own BOOLEAN: whether it is the virtual CPU that the delivery is for
-- column ns BIGINT ns: time held
WITH asked AS (
    SELECT *
    FROM delivery
    WHERE list_contains(string_split(CAST($explained AS VARCHAR), ','), concat_ws(':', run, trace, delivery))
),
stretch AS (
    SELECT d.run, d.trace, d.delivery, w.cpu, w.prio,
           greatest(w.start_ns, r.start_ns, d.asserted_ns) AS from_ns, least(w.end_ns, r.end_ns, d.end_ns) AS to_ns
    FROM asked AS d
    JOIN thread_span AS w ON w.run = d.run AND w.trace = d.trace AND w.tid = d.tid AND w.prio < 100
                             AND w.state IN ('runnable-preempted', 'runnable-woken')
                             AND w.start_ns < d.end_ns AND w.end_ns > d.asserted_ns
    JOIN thread_span AS r ON r.run = w.run AND r.trace = w.trace AND r.cpu = w.cpu AND r.state = 'running'
                             AND r.prio >= 100 AND r.start_ns < least(w.end_ns, d.end_ns)
                             AND r.end_ns > greatest(w.start_ns, d.asserted_ns)
),
-- a CPU that is stopped by what is below the kernel schedules nobody
stopped AS (
    SELECT s.run, s.trace, s.delivery, sum(least(s.to_ns, g.end_ns) - greatest(s.from_ns, g.start_ns)) AS ns
    FROM stretch AS s
    JOIN gap_span AS g ON g.run = s.run AND g.trace = s.trace AND g.cpu = s.cpu
                          AND g.start_ns < s.to_ns AND g.end_ns > s.from_ns
    GROUP BY s.run, s.trace, s.delivery
),
held_back AS (
    SELECT s.run, s.trace, s.delivery, max(s.prio) AS prio,
           (sum(s.to_ns - s.from_ns) - coalesce(any_value(g.ns), 0))::BIGINT AS ns
    FROM stretch AS s LEFT JOIN stopped AS g ON g.run = s.run AND g.trace = s.trace AND g.delivery = s.delivery
    GROUP BY s.run, s.trace, s.delivery
)
SELECT d.run, d.trace, d.delivery, d.vm, d.vcpu, d.source, d.irq, d.due_ns, d.asserted_ns, d.response_ns,
       d.device_ns, d.wake_ns, d.schedule_ns, d.host_ns, d.guest_ns, t.ns AS held_back_ns, t.prio AS held_back_prio,
       b.stage, b.kind, b.tid, h.comm, b.name, coalesce(b.tid = d.tid, false) AS own, b.ns
FROM asked AS d
LEFT JOIN held_back AS t ON t.run = d.run AND t.trace = d.trace AND t.delivery = d.delivery
LEFT JOIN delivery_blame AS b ON b.run = d.run AND b.trace = d.trace AND b.delivery = d.delivery
LEFT JOIN thread AS h ON h.run = b.run AND h.trace = b.trace AND h.tid = b.tid
ORDER BY d.run, d.trace, d.delivery,
         list_position(['device', 'wake', 'schedule', 'host', 'guest'], b.stage), b.ns DESC, b.kind, b.tid, b.name
