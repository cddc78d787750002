-- cpu_usage_by_cpu: where each CPU's time went; the columns of a row add up to total_s.
--
-- uses cpu_time
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column total_s DOUBLE s: from the trace's first event to its last
-- column guest_s DOUBLE s: in guests
-- column exit_s DOUBLE s: KVM handling exits
-- column halt_poll_s DOUBLE s: polling for halted vCPUs
-- column vmm_s DOUBLE s: monitors' user code on vCPU threads
-- column threads_s DOUBLE s: all other threads
-- column hardirq_s DOUBLE s: device interrupts and system vectors
-- column softirq_s DOUBLE s: softirqs
-- column idle_s DOUBLE s: idle
-- column lost_s DOUBLE s: hidden by lost events
-- column unknown_s DOUBLE s: no thread is known there
SELECT run, trace, cpu,
       sum(ns) / 1e9 AS total_s,
       coalesce(sum(ns) FILTER (kind = 'guest'), 0) / 1e9 AS guest_s,
       coalesce(sum(ns) FILTER (kind = 'exit'), 0) / 1e9 AS exit_s,
       coalesce(sum(ns) FILTER (kind = 'halt_poll'), 0) / 1e9 AS halt_poll_s,
       coalesce(sum(ns) FILTER (kind = 'vmm'), 0) / 1e9 AS vmm_s,
       coalesce(sum(ns) FILTER (kind = 'thread'), 0) / 1e9 AS threads_s,
       coalesce(sum(ns) FILTER (kind = 'hardirq'), 0) / 1e9 AS hardirq_s,
       coalesce(sum(ns) FILTER (kind = 'softirq'), 0) / 1e9 AS softirq_s,
       coalesce(sum(ns) FILTER (kind = 'idle'), 0) / 1e9 AS idle_s,
       coalesce(sum(ns) FILTER (kind = 'lost'), 0) / 1e9 AS lost_s,
       coalesce(sum(ns) FILTER (kind = 'unknown'), 0) / 1e9 AS unknown_s
FROM cpu_time
GROUP BY run, trace, cpu
ORDER BY run, trace, cpu
