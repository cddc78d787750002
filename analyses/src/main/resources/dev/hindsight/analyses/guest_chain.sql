-- guest_chain: the interrupts of a guest from the timer that was due to the task that the guest switches to.
--
-- A row is an interrupt handler of the guest, as its own recording shows it, with a wakeup that was made in it, in a
-- softirq that it raised (also through another softirq; the guest's softirq_raise tells it) or by the thread that runs
-- its threaded handler (a handler that wakes several tasks has several rows, one that wakes none has one without). To it
-- belongs the host's delivery (table virq) that was entered last before it: by vector, where the guest's event tells
-- that; of the lines and messages else. An estimated clock may be wrong by its uncertainty: a delivery that was entered
-- up to so much after the handler counts, and the handler as begun with the entry. A stage is null where one of its ends
-- cannot be seen. due_ns: the expiry that the guest's timer was set for, if the wakeup is made by one, else the host's.
-- running_ns: the guest's task is switched in; null where it ran before, or on a CPU without events. Only what lies in
-- the time that both recordings cover.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset, the host's
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column tid INTEGER: its host thread
-- column guest_trace INTEGER: trace of the guest's recording
-- column interrupt VARCHAR: the guest's name of the handler
-- column irq INTEGER: the guest's number of it, or the vector
-- column comm VARCHAR: the task that it wakes, in the guest
-- column guest_tid INTEGER: that task
-- column source VARCHAR: source of the host's delivery
-- column due_ns BIGINT ns: when it was due
-- column asserted_ns BIGINT ns: line raised or message sent
-- column injected_ns BIGINT ns: injected into the virtual CPU
-- column entered_ns BIGINT ns: entry that carries it
-- column handler_ns BIGINT ns: the guest's handler begins
-- column handler_end_ns BIGINT ns: and ends
-- column via VARCHAR: softirq or thread that makes the wakeup for the handler; null where it does so itself
-- column via_ns BIGINT ns: when that begins, or goes on after it was switched out
-- column waking_ns BIGINT ns: the task is woken
-- column running_ns BIGINT ns: the guest switches to the task
WITH pair AS (
    SELECT run, trace, vm, vcpu, tid, guest_cpu, guest_trace, first_ns, last_ns, coalesce(uncertainty_ns, 0) AS unsure_ns
    FROM guest WHERE guest_trace IS NOT NULL
),
handler AS (
    SELECT p.run, p.trace, p.vm, p.vcpu, p.tid, p.guest_trace, p.guest_cpu, i.kind, i.irq, i.name, i.start_ns, i.end_ns,
           i.start_ns + p.unsure_ns AS latest_ns
    FROM irq_span AS i
    JOIN pair AS p ON p.run = i.run AND p.guest_trace = i.trace AND p.guest_cpu = i.cpu
    WHERE i.kind IN ('hardirq', 'vector') AND i.start_ns BETWEEN p.first_ns AND p.last_ns
),
carried AS (
    SELECT run, trace, vm, vcpu, source, vector, due_ns, asserted_ns, injected_ns, entered_ns
    FROM virq WHERE entered_ns IS NOT NULL
),
matched AS (
    SELECT h.*, v.source, v.due_ns AS host_due_ns, v.asserted_ns, v.injected_ns, v.entered_ns
    FROM (SELECT * FROM handler WHERE kind = 'vector') AS h
    ASOF LEFT JOIN carried AS v
        ON v.run = h.run AND v.trace = h.trace AND v.vm = h.vm AND v.vcpu = h.vcpu AND v.vector = h.irq
        AND h.latest_ns >= v.entered_ns
    UNION ALL
    SELECT h.*, v.source, v.due_ns, v.asserted_ns, v.injected_ns, v.entered_ns
    FROM (SELECT * FROM handler WHERE kind = 'hardirq') AS h
    ASOF LEFT JOIN (SELECT * FROM carried WHERE source IN ('pit', 'pic', 'ioapic', 'msi', 'spi', 'lpi', 'line')) AS v
        ON v.run = h.run AND v.trace = h.trace AND v.vm = h.vm AND v.vcpu = h.vcpu AND h.latest_ns >= v.entered_ns
),
-- a delivery has one handler, the first one after its entry (the guest may end the interrupt before its handler begins)
delivered AS (
    SELECT *, entered_ns IS NOT NULL
           AND row_number() OVER (PARTITION BY run, trace, vm, vcpu, entered_ns, source, kind ORDER BY start_ns) = 1 AS own
    FROM matched
),
-- wakeups that a thread did not make on its own account
woken AS (
    SELECT w.run, w.trace, w.waker_cpu, w.waker_tid, w.context, w.ts_ns, w.wakee_tid, w.running_ns
    FROM wakeup AS w
    SEMI JOIN pair AS p ON p.run = w.run AND p.guest_trace = w.trace
    LEFT JOIN thread AS t ON t.run = w.run AND t.trace = w.trace AND t.tid = w.waker_tid
    WHERE w.context IN ('hardirq', 'softirq') OR t.role = 'irq'
),
expired AS (
    SELECT x.run, x.trace, x.cpu, x.due_ns, x.expired_ns, coalesce(x.returned_ns, x.expired_ns) AS returned_ns
    FROM timer_expiry AS x
    SEMI JOIN pair AS p ON p.run = x.run AND p.guest_trace = x.trace
),
timed AS (
    SELECT w.*, CASE WHEN w.ts_ns <= x.returned_ns THEN x.due_ns END AS due_ns
    FROM woken AS w
    ASOF LEFT JOIN expired AS x
        ON x.run = w.run AND x.trace = w.trace AND x.cpu = w.waker_cpu AND w.ts_ns >= x.expired_ns
),
-- the innermost handler that the wakeup lies in
in_handler AS (
    SELECT w.run, w.trace, w.ts_ns, w.wakee_tid, w.running_ns, w.due_ns, w.waker_cpu AS handler_cpu, h.start_ns AS handler_ns,
           NULL::VARCHAR AS via, NULL::BIGINT AS via_ns
    FROM (SELECT * FROM timed WHERE context = 'hardirq') AS w
    ASOF JOIN handler AS h
        ON h.run = w.run AND h.guest_trace = w.trace AND h.guest_cpu = w.waker_cpu AND w.ts_ns >= h.start_ns
    WHERE w.ts_ns <= h.end_ns
),
softirq AS (
    SELECT i.run, i.trace, i.cpu, i.start_ns, i.end_ns, i.name, i.handler_ns
    FROM irq_span AS i
    SEMI JOIN pair AS p ON p.run = i.run AND p.guest_trace = i.trace
    WHERE i.kind = 'softirq'
),
in_softirq AS (
    SELECT w.*, s.name, s.start_ns AS softirq_ns, s.handler_ns
    FROM (SELECT * FROM timed WHERE context = 'softirq') AS w
    ASOF JOIN softirq AS s ON s.run = w.run AND s.trace = w.trace AND s.cpu = w.waker_cpu AND w.ts_ns >= s.start_ns
    WHERE w.ts_ns <= s.end_ns
),
-- threads of handlers, which were woken by them: their own wakeups, and those of softirqs that they raised and run
by_thread AS (
    SELECT w.run, w.trace, w.ts_ns, w.wakee_tid, w.running_ns, w.due_ns, h.waker_cpu AS handler_cpu, h.ts_ns AS thread_woken_ns,
           t.comm AS via, h.running_ns AS via_ns
    FROM (SELECT run, trace, ts_ns, waker_tid, wakee_tid, running_ns, due_ns FROM timed WHERE context = 'task'
          UNION ALL
          SELECT run, trace, ts_ns, waker_tid, wakee_tid, running_ns, due_ns FROM in_softirq WHERE handler_ns IS NULL) AS w
    JOIN thread AS t ON t.run = w.run AND t.trace = w.trace AND t.tid = w.waker_tid AND t.role = 'irq'
    ASOF JOIN (SELECT * FROM woken WHERE context = 'hardirq') AS h
        ON h.run = w.run AND h.trace = w.trace AND h.wakee_tid = w.waker_tid AND w.ts_ns >= h.ts_ns
    WHERE w.wakee_tid <> w.waker_tid AND w.ts_ns >= h.running_ns
),
placed AS (
    SELECT * FROM in_handler
    UNION ALL
    SELECT run, trace, ts_ns, wakee_tid, running_ns, due_ns, waker_cpu, handler_ns, name, softirq_ns
    FROM in_softirq
    WHERE handler_ns IS NOT NULL
    UNION ALL
    SELECT w.run, w.trace, w.ts_ns, w.wakee_tid, w.running_ns, w.due_ns, w.handler_cpu, h.start_ns, w.via, w.via_ns
    FROM by_thread AS w
    ASOF JOIN handler AS h
        ON h.run = w.run AND h.guest_trace = w.trace AND h.guest_cpu = w.handler_cpu AND w.thread_woken_ns >= h.start_ns
    WHERE w.thread_woken_ns <= h.end_ns
)
SELECT d.run, d.trace, d.vm, d.vcpu, d.tid, d.guest_trace, d.name AS interrupt, d.irq, t.comm, w.wakee_tid AS guest_tid,
       CASE WHEN d.own THEN d.source END AS source,
       coalesce(w.due_ns, CASE WHEN d.own THEN d.host_due_ns END) AS due_ns,
       CASE WHEN d.own THEN d.asserted_ns END AS asserted_ns,
       CASE WHEN d.own THEN d.injected_ns END AS injected_ns,
       CASE WHEN d.own THEN d.entered_ns END AS entered_ns,
       CASE WHEN d.own THEN greatest(d.start_ns, d.entered_ns) ELSE d.start_ns END AS handler_ns,
       d.end_ns AS handler_end_ns, w.via, w.via_ns, w.ts_ns AS waking_ns, w.running_ns
FROM delivered AS d
LEFT JOIN placed AS w
    ON w.run = d.run AND w.trace = d.guest_trace AND w.handler_cpu = d.guest_cpu AND w.handler_ns = d.start_ns
LEFT JOIN thread AS t ON t.run = w.run AND t.trace = w.trace AND t.tid = w.wakee_tid
