-- guest_worst: the longest ways from a timer that was due to the guest's task, with who held the host's CPU meanwhile.
--
-- A row is one holder of the CPU in one stage of one way; see guest_latency for the stages and cpu_hold for the holders.
-- Looked at is the CPU where the vCPU's thread runs or waits; in stage device, where its thread sleeps mostly, the CPU
-- that it ran on last. What no table covers is in no row. guest_ran: what the guest ran most of the stage, where that is
-- longer than nothing (task, idle, hardirq, softirq: see guest_span).
--
-- uses guest_chain, cpu_hold
-- input worst BIGINT 10: how many
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset, the host's
-- column place BIGINT: 1 for the longest
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column interrupt VARCHAR: the guest's name of the handler
-- column comm VARCHAR: the guest's task
-- column due_ns BIGINT ns: when it was due, or asserted where no timer is known
-- column total_ns BIGINT ns: from then to the task running
-- column stage VARCHAR: device, inject, enter, guest, handler, deferred or switch
-- column stage_ns BIGINT ns: length of the stage
-- column kind VARCHAR: holder of the CPU: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
-- column tid INTEGER: thread that held it
-- column holder VARCHAR: its name, or that of the interrupt
-- column ns BIGINT ns: time held
-- column share_pct DOUBLE %: of the way
-- column guest_ran VARCHAR: what the guest ran most of the stage
WITH longest AS (
    SELECT *, coalesce(due_ns, asserted_ns) AS from_ns, running_ns - coalesce(due_ns, asserted_ns) AS total_ns,
           row_number() OVER (PARTITION BY run, trace
                              ORDER BY running_ns - coalesce(due_ns, asserted_ns) DESC, handler_ns, guest_tid) AS place
    FROM guest_chain
    WHERE running_ns >= coalesce(due_ns, asserted_ns)
    QUALIFY place <= CAST($worst AS BIGINT)
),
stage AS (
    SELECT w.run, w.trace, w.place, w.tid, w.vm, w.vcpu, s.number, s.stage, greatest(s.start_ns, w.from_ns) AS start_ns,
           s.end_ns
    FROM longest AS w,
         LATERAL (VALUES (1, 'device', w.due_ns, coalesce(w.asserted_ns, w.handler_ns)),
                         (2, 'inject', w.asserted_ns, w.injected_ns),
                         (3, 'enter', w.injected_ns, w.entered_ns),
                         (4, 'guest', w.entered_ns, w.handler_ns),
                         (5, 'handler', w.handler_ns, coalesce(w.via_ns, w.waking_ns)),
                         (6, 'deferred', w.via_ns, w.waking_ns),
                         (7, 'switch', w.waking_ns, w.running_ns)) AS s(number, stage, start_ns, end_ns)
    WHERE greatest(s.start_ns, w.from_ns) < s.end_ns AND s.start_ns IS NOT NULL
),
piece AS (
    SELECT s.*, greatest(s.start_ns, t.start_ns) AS piece_start_ns, least(s.end_ns, t.end_ns) AS piece_end_ns, t.cpu
    FROM stage AS s
    JOIN thread_span AS t ON t.run = s.run AND t.trace = s.trace AND t.tid = s.tid
        AND t.start_ns < s.end_ns AND s.start_ns < t.end_ns
    WHERE t.cpu IS NOT NULL
),
held AS (
    SELECT p.run, p.trace, p.place, p.number, CASE WHEN h.gap THEN 'gap' ELSE h.kind END AS kind,
           CASE WHEN NOT h.gap AND h.kind IN ('guest', 'exit', 'halt_poll', 'vmm', 'thread') THEN h.tid END AS tid,
           CASE WHEN NOT h.gap THEN h.name END AS name,
           sum(least(p.piece_end_ns, h.end_ns) - greatest(p.piece_start_ns, h.start_ns))::BIGINT AS ns
    FROM piece AS p
    JOIN cpu_hold AS h ON h.run = p.run AND h.trace = p.trace AND h.cpu = p.cpu
        AND h.start_ns < p.piece_end_ns AND p.piece_start_ns < h.end_ns
    GROUP BY ALL
),
ran AS (
    SELECT s.run, s.trace, s.place, s.number, g.kind || coalesce(' ' || CASE WHEN g.kind = 'task' THEN g.comm END, '') AS what,
           sum(least(s.end_ns, g.end_ns) - greatest(s.start_ns, g.start_ns)) AS ns
    FROM stage AS s
    JOIN guest_span AS g ON g.run = s.run AND g.trace = s.trace AND g.vm = s.vm AND g.vcpu = s.vcpu
        AND g.start_ns < s.end_ns AND s.start_ns < g.end_ns
    GROUP BY ALL
),
mostly AS (
    SELECT run, trace, place, number, arg_max(what, ns) AS what FROM ran GROUP BY ALL
)
SELECT w.run, w.trace, w.place, w.vm, w.vcpu, w.interrupt, w.comm, w.from_ns AS due_ns, w.total_ns, s.stage,
       s.end_ns - s.start_ns AS stage_ns, h.kind, h.tid, coalesce(t.comm, h.name) AS holder, h.ns,
       100.0 * h.ns / w.total_ns AS share_pct, m.what AS guest_ran
FROM longest AS w
JOIN stage AS s ON s.run = w.run AND s.trace = w.trace AND s.place = w.place
LEFT JOIN held AS h ON h.run = s.run AND h.trace = s.trace AND h.place = s.place AND h.number = s.number
LEFT JOIN thread AS t ON t.run = h.run AND t.trace = h.trace AND t.tid = h.tid
LEFT JOIN mostly AS m ON m.run = s.run AND m.trace = s.trace AND m.place = s.place AND m.number = s.number
ORDER BY w.run, w.trace, w.place, s.number, h.ns DESC, h.kind, h.tid, h.name
