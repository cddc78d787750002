-- cpu_hold: who holds each CPU, from the trace's first event to its last, without overlap and without hole.
--
-- Layers, the upper hides the lower: hardirq (device interrupts and system vectors), softirq, the thread on the CPU. A
-- virtual CPU's thread is split by what it does there: guest, exit (KVM handles an exit), halt_poll, vmm (the monitor's
-- user code). idle is the CPU's idle thread. lost: no thread is known there and events were lost; unknown: no thread is
-- known, for instance before the CPU's first event. Gaps (table gap_span) do not change the holder, they only mark it.
-- A holder may go on in the next row, where something under it changed.
--
-- One sweep over the edges of all spans of a CPU: a layer is on while more of its spans have begun than ended, and its
-- owner is that of the span that began last.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column start_ns BIGINT ns: from
-- column end_ns BIGINT ns: to, exclusive
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, lost or unknown
-- column tid INTEGER: thread on the CPU (under an interrupt: the interrupted one); null where not known
-- column prio INTEGER: its kernel priority
-- column name VARCHAR: hardirq and softirq: which
-- column gap BOOLEAN: the CPU showed no event although its tick was due
WITH bounds AS (
    SELECT run, trace, min(first_ns) AS first_ns, max(last_ns) AS last_ns FROM cpu GROUP BY ALL
),
-- what the sweep sorts and carries is small numbers: a lane for (run, trace, cpu), an owner for whatever a layer shows
lane AS (
    SELECT row_number() OVER (ORDER BY c.run, c.trace, c.cpu)::INTEGER AS lane, c.run, c.trace, c.cpu, b.first_ns, b.last_ns
    FROM cpu AS c JOIN bounds AS b ON b.run = c.run AND b.trace = c.trace
),
irq_name AS (
    SELECT row_number() OVER (ORDER BY name) AS owner, name FROM (SELECT DISTINCT name FROM irq_span)
),
-- mark: 0 thread, 1 what a vCPU's thread does, 2 softirq, 3 hardirq, 4 gap, 5 lost, 6 an edge and nothing else
span AS (
    SELECT l.lane, s.start_ns, s.end_ns, 0 AS mark, s.tid::BIGINT * 1024 + coalesce(s.prio + 512, 1023) AS owner
    FROM thread_span AS s JOIN lane AS l ON l.run = s.run AND l.trace = s.trace AND l.cpu = s.cpu
    WHERE s.state = 'running'
    UNION ALL
    SELECT l.lane, s.start_ns, s.end_ns, 1,
           s.tid::BIGINT * 4 + CASE s.state WHEN 'guest' THEN 0 WHEN 'exit' THEN 1 WHEN 'halt_poll' THEN 2 ELSE 3 END
    FROM vcpu_span AS s JOIN lane AS l ON l.run = s.run AND l.trace = s.trace AND l.cpu = s.cpu
    WHERE s.state IN ('guest', 'exit', 'halt_poll', 'vmm')
    UNION ALL
    SELECT l.lane, s.start_ns, s.end_ns, CASE s.kind WHEN 'softirq' THEN 2 ELSE 3 END, n.owner
    FROM irq_span AS s
    JOIN lane AS l ON l.run = s.run AND l.trace = s.trace AND l.cpu = s.cpu
    JOIN irq_name AS n ON n.name = s.name
    UNION ALL
    SELECT l.lane, s.start_ns, s.end_ns, 4, NULL
    FROM gap_span AS s JOIN lane AS l ON l.run = s.run AND l.trace = s.trace AND l.cpu = s.cpu
    UNION ALL
    SELECT l.lane, s.start_ns, s.end_ns, 5, NULL
    FROM lost_span AS s JOIN lane AS l ON l.run = s.run AND l.trace = s.trace AND l.cpu = s.cpu
    UNION ALL
    SELECT lane, first_ns, last_ns, 6, NULL FROM lane
),
edge AS (
    SELECT lane, start_ns AS ts_ns, mark, 1 AS d, owner FROM span WHERE start_ns < end_ns
    UNION ALL
    SELECT lane, end_ns, mark, -1, NULL FROM span WHERE start_ns < end_ns
),
-- all edges of one instant at once, so that a span that ends where the next begins leaves no trace between them; the
-- six counts of spans that are on are the six bytes of one number
instant AS (
    SELECT lane, ts_ns,
           sum(CASE WHEN mark < 6 THEN d * (1::BIGINT << 8 * mark) ELSE 0 END)::BIGINT AS d_on,
           max(CASE mark WHEN 0 THEN owner END) AS thread,
           max(CASE mark WHEN 1 THEN owner END) AS vcpu,
           max(CASE mark WHEN 2 THEN owner END) AS soft,
           max(CASE mark WHEN 3 THEN owner END) AS hard
    FROM edge
    GROUP BY lane, ts_ns
),
counted AS (
    SELECT lane, ts_ns AS start_ns,
           lead(ts_ns) OVER w AS end_ns,
           (sum(d_on) OVER w)::BIGINT AS n_on,
           last_value(thread IGNORE NULLS) OVER w AS thread,
           last_value(vcpu IGNORE NULLS) OVER w AS vcpu,
           last_value(soft IGNORE NULLS) OVER w AS soft,
           last_value(hard IGNORE NULLS) OVER w AS hard
    FROM instant
    WINDOW w AS (PARTITION BY lane ORDER BY ts_ns ROWS UNBOUNDED PRECEDING)
),
swept AS (
    SELECT lane, start_ns, end_ns, thread, vcpu, soft, hard,
           n_on & 255 AS n_thread, n_on >> 8 & 255 AS n_vcpu, n_on >> 16 & 255 AS n_soft, n_on >> 24 & 255 AS n_hard,
           n_on >> 32 & 255 AS n_gap, n_on >> 40 & 255 AS n_lost
    FROM counted
)
SELECT l.run, l.trace, l.cpu,
       greatest(s.start_ns, l.first_ns) AS start_ns,
       least(s.end_ns, l.last_ns) AS end_ns,
       CASE WHEN n_hard > 0 THEN 'hardirq'
            WHEN n_soft > 0 THEN 'softirq'
            WHEN n_thread <= 0 THEN CASE WHEN n_lost > 0 THEN 'lost' ELSE 'unknown' END
            WHEN thread >> 10 = 0 THEN 'idle'
            WHEN n_vcpu <= 0 OR vcpu >> 2 <> thread >> 10 THEN 'thread'
            WHEN vcpu & 3 = 0 THEN 'guest'
            WHEN vcpu & 3 = 1 THEN 'exit'
            WHEN vcpu & 3 = 2 THEN 'halt_poll'
            ELSE 'vmm' END AS kind,
       CASE WHEN n_thread > 0 THEN (thread >> 10)::INTEGER END AS tid,
       CASE WHEN n_thread > 0 AND thread & 1023 < 1023 THEN (thread & 1023)::INTEGER - 512 END AS prio,
       CASE WHEN n_hard > 0 OR n_soft > 0 THEN n.name END AS name,
       n_gap > 0 AS gap
FROM swept AS s
JOIN lane AS l ON l.lane = s.lane
LEFT JOIN irq_name AS n ON n.owner = CASE WHEN n_hard > 0 THEN hard ELSE soft END
WHERE greatest(s.start_ns, l.first_ns) < least(s.end_ns, l.last_ns)
