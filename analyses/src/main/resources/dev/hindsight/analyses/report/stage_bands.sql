-- stage_bands: what the fast, the slow and the slowest interrupt responses were made of, stage by stage.
--
-- The deliveries of a line are sorted by their response and cut at its 50th, 90th, 99th and 99.9th percentile; a band has the
-- mean of each stage over its deliveries, so that wake, schedule, host, guest and unseen add up to its mean response. The
-- device stage comes before it. unseen is the part of the response that no stage tells, where one cannot be seen. Taken are
-- the deliveries that irq_latency measures.
--
-- uses delivery, vm_label
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine, as vm_label has it
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column from_pct DOUBLE %: the band begins at this percentile of the response
-- column to_pct DOUBLE %: and ends at this one
-- column deliveries BIGINT: deliveries in it
-- column response_ns DOUBLE ns: their mean response, asserted to handled
-- column device_ns DOUBLE ns: of due to asserted, the mean over those that show it, null where none does
-- column wake_ns DOUBLE ns: of the response, asserted to runnable
-- column schedule_ns DOUBLE ns: of the response, runnable to scheduled
-- column host_ns DOUBLE ns: of the response, scheduled to entered
-- column guest_ns DOUBLE ns: of the response, entered to handled
-- column unseen_ns DOUBLE ns: of the response, what no stage tells
WITH ranked AS (
    SELECT d.*, coalesce(l.label, d.vm) AS label,
           100.0 * (row_number() OVER (PARTITION BY d.run, d.trace, d.vm, d.vcpu, d.source, d.irq
                                       ORDER BY d.response_ns, d.delivery) - 1)
               / count(*) OVER (PARTITION BY d.run, d.trace, d.vm, d.vcpu, d.source, d.irq) AS rank_pct
    FROM delivery AS d
    LEFT JOIN vm_label AS l ON l.run = d.run AND l.trace = d.trace AND l.vm = d.vm
    WHERE NOT d.lost AND d.response_ns IS NOT NULL
),
banded AS (
    SELECT r.*, b.from_pct, b.to_pct
    FROM ranked AS r
    JOIN (VALUES (0.0, 50.0), (50.0, 90.0), (90.0, 99.0), (99.0, 99.9), (99.9, 100.0)) AS b(from_pct, to_pct)
        ON r.rank_pct >= b.from_pct AND r.rank_pct < b.to_pct
)
SELECT run, trace, label AS vm, vcpu, source, irq, from_pct::DOUBLE AS from_pct, to_pct::DOUBLE AS to_pct,
       count(*) AS deliveries,
       avg(response_ns) AS response_ns,
       avg(device_ns) AS device_ns,
       avg(coalesce(wake_ns, 0)) AS wake_ns,
       avg(coalesce(schedule_ns, 0)) AS schedule_ns,
       avg(coalesce(host_ns, 0)) AS host_ns,
       avg(coalesce(guest_ns, 0)) AS guest_ns,
       avg(response_ns - coalesce(wake_ns, 0) - coalesce(schedule_ns, 0) - coalesce(host_ns, 0) - coalesce(guest_ns, 0))
           AS unseen_ns
FROM banded
GROUP BY run, trace, label, vcpu, source, irq, from_pct, to_pct
ORDER BY run, trace, label, vcpu, source, irq, from_pct
