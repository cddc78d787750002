-- host_speed: what a host's own short paths took, as a recording shows of itself.
--
-- Medians of what does not depend on the scheduling policy: exits by reason that were handled without leaving the CPU
-- (but for halts, pauses and host interrupts, whose length others decide), interrupts and softirqs by name, from
-- sched_waking to sched_wakeup by context, from the wakeup on an idle CPU to the switch, and the guest's own way from
-- its entry to the end of the interrupt. Where one host recorded twice, the median ratio over the paths of both, or of a kind, tells how
-- much slower it ran the second time. Paths seen fewer than 30 times are left out.
--
-- uses delivery
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column path VARCHAR: exit:REASON, irq:NAME, softirq:NAME, wakeup:CONTEXT, switch:idle, guest:entry-handler, guest:handler-eoi
-- column count BIGINT: how often it was seen
-- column p50_ns BIGINT ns: median
WITH path AS (
    SELECT run, trace, 'exit:' || reason AS path, end_ns - start_ns AS ns
    FROM vm_exit
    WHERE on_cpu_ns = end_ns - start_ns
      AND kind NOT IN ('halt', 'pause', 'wfe', 'interrupt', 'interrupt-window')
    UNION ALL
    SELECT run, trace, CASE kind WHEN 'softirq' THEN 'softirq:' ELSE 'irq:' END || name, self_ns
    FROM irq_span
    UNION ALL
    SELECT run, trace, 'wakeup:' || context, enqueued_ns - ts_ns
    FROM wakeup
    WHERE waker_cpu = cpu AND enqueued_ns >= ts_ns
    UNION ALL
    SELECT run, trace, 'switch:idle', end_ns - start_ns
    FROM thread_span
    WHERE state = 'runnable-woken' AND by_tid = 0 AND tid <> 0
    UNION ALL
    SELECT run, trace, 'guest:entry-handler', guest_ns FROM delivery WHERE NOT lost AND guest_ns IS NOT NULL
    UNION ALL
    SELECT run, trace, 'guest:handler-eoi', eoi_ns - handled_ns
    FROM delivery
    WHERE NOT lost AND eoi_ns > handled_ns
)
SELECT run, trace, path, count(*) AS count, round(quantile_cont(ns, 0.5))::BIGINT AS p50_ns
FROM path
WHERE ns > 0
GROUP BY run, trace, path
HAVING count(*) >= 30
ORDER BY run, trace, path
