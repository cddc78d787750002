-- guest_latency: how long interrupts took from the timer that was due to the task that the guest switches to, by stage.
--
-- Rows of guest_chain, by interrupt, woken task and what woke it. Stages: device (due to asserted), inject (asserted to
-- injected: the vCPU's thread wakes, waits for its CPU and is told), enter (injected to the entry), guest (entry to the
-- guest's handler), handler (to the wakeup of the task, or to the softirq or thread that makes it), deferred (in that, to
-- the wakeup), switch (to the task running); total: due, or asserted where no timer is known, to the task running, or to
-- the handler where it wakes none. Where all are seen they add up to the total.
--
-- uses guest_stage
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset, the host's
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column interrupt VARCHAR: the guest's name of the handler
-- column irq INTEGER: the guest's number of it, or the vector
-- column comm VARCHAR: the task that it wakes; null where it wakes none
-- column via VARCHAR: softirq or thread that wakes it; null for the handler itself
-- column stage VARCHAR: total, device, inject, enter, guest, handler, deferred or switch
-- column count BIGINT: with that stage seen
-- column hidden BIGINT: without
-- column min_ns BIGINT ns: shortest
-- column avg_ns BIGINT ns: mean
-- column p50_ns BIGINT ns: median
-- column p90_ns BIGINT ns: 90th percentile
-- column p99_ns BIGINT ns: 99th percentile
-- column max_ns BIGINT ns: longest
WITH stage AS (
    SELECT run, trace, vm, vcpu, interrupt, irq, comm, via, place, stage, end_ns - start_ns AS ns FROM guest_stage
    UNION ALL
    SELECT run, trace, vm, vcpu, interrupt, irq, comm, via, 0, 'total', CASE WHEN to_ns >= from_ns THEN to_ns - from_ns END
    FROM guest_stage
    WHERE stage = 'inject'
)
SELECT run, trace, vm, vcpu, interrupt, irq, comm, via, stage,
       count(ns) AS count, count(*) - count(ns) AS hidden,
       min(ns)::BIGINT AS min_ns, round(avg(ns))::BIGINT AS avg_ns,
       round(quantile_cont(ns, 0.5))::BIGINT AS p50_ns, round(quantile_cont(ns, 0.9))::BIGINT AS p90_ns,
       round(quantile_cont(ns, 0.99))::BIGINT AS p99_ns, max(ns)::BIGINT AS max_ns
FROM stage
GROUP BY run, trace, vm, vcpu, interrupt, irq, comm, via, place, stage
HAVING count(ns) > 0
ORDER BY run, trace, vm, vcpu, max(count(*)) OVER (PARTITION BY run, trace, vm, vcpu, interrupt, irq, comm, via) DESC,
         interrupt, irq, comm, via, place
