-- guest_latency: how long interrupts took from the timer that was due to the task that the guest switches to, by stage.
--
-- Rows of guest_chain by interrupt and woken task. Stages: device (due to asserted), inject (asserted to injected: the
-- vCPU's thread wakes, waits for its CPU and is told), enter (injected to the entry), guest (entry to the guest's
-- handler), handler (to the wakeup of the task), switch (to the task running); total: due, or asserted where no timer is
-- known, to the task running, or to the handler where it wakes none.
--
-- uses guest_chain
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset, the host's
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column interrupt VARCHAR: the guest's name of the handler
-- column irq INTEGER: the guest's number of it, or the vector
-- column comm VARCHAR: the task that it wakes; null where it wakes none
-- column stage VARCHAR: total, device, inject, enter, guest, handler or switch
-- column count BIGINT: with that stage seen
-- column hidden BIGINT: without
-- column min_ns BIGINT ns: shortest
-- column avg_ns BIGINT ns: mean
-- column p50_ns BIGINT ns: median
-- column p90_ns BIGINT ns: 90th percentile
-- column p99_ns BIGINT ns: 99th percentile
-- column max_ns BIGINT ns: longest
WITH stage AS (
    SELECT c.run, c.trace, c.vm, c.vcpu, c.interrupt, c.irq, c.comm, s.place, s.stage,
           CASE WHEN s.end_ns >= s.start_ns THEN s.end_ns - s.start_ns END AS ns
    FROM guest_chain AS c,
         LATERAL (VALUES (0, 'total', coalesce(c.due_ns, c.asserted_ns),
                          CASE WHEN c.waking_ns IS NULL THEN c.handler_ns ELSE c.running_ns END),
                         (1, 'device', c.due_ns, c.asserted_ns),
                         (2, 'inject', c.asserted_ns, c.injected_ns),
                         (3, 'enter', c.injected_ns, c.entered_ns),
                         (4, 'guest', c.entered_ns, c.handler_ns),
                         (5, 'handler', c.handler_ns, c.waking_ns),
                         (6, 'switch', c.waking_ns, c.running_ns)) AS s(place, stage, start_ns, end_ns)
)
SELECT run, trace, vm, vcpu, interrupt, irq, comm, stage,
       count(ns) AS count, count(*) - count(ns) AS hidden,
       min(ns)::BIGINT AS min_ns, round(avg(ns))::BIGINT AS avg_ns,
       round(quantile_cont(ns, 0.5))::BIGINT AS p50_ns, round(quantile_cont(ns, 0.9))::BIGINT AS p90_ns,
       round(quantile_cont(ns, 0.99))::BIGINT AS p99_ns, max(ns)::BIGINT AS max_ns
FROM stage
GROUP BY run, trace, vm, vcpu, interrupt, irq, comm, place, stage
HAVING count(ns) > 0
ORDER BY run, trace, vm, vcpu, max(count(*)) OVER (PARTITION BY run, trace, vm, vcpu, interrupt, irq, comm) DESC,
         interrupt, irq, comm, place
