-- irq_latency: how long interrupts took to reach the guest's handler, by virtual CPU, line and stage.
--
-- The whole response is asserted -> handled: from the line raised (or the message sent) to the first sign of the
-- guest's handler; asserted -> entered where the hardware hides the handler (response_end, see delivery).
-- due_response is due -> the same end, where the timer behind the interrupt is known. The stages:
-- device due -> asserted, wake asserted -> runnable, schedule runnable -> scheduled, host scheduled -> entered
-- (injection included), guest entered -> handled. wake + schedule + host + guest = response, without guest where it
-- ends with the entry.
--
-- Quantiles are exact, interpolated linearly between the two nearest ranks (quantile_cont), rounded to ns. They leave
-- out deliveries that a loss of events touched (lost), those that were never seen to reach that end (unhandled: the end of
-- the recording), and, in a stage, those where one of its two ends cannot be seen in this recording (hidden).
--
-- uses delivery
-- input slo_ns BIGINT NULL ns: responses (and stages) longer than this are counted in over_slo
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, lapic-timer, ipi, lapic, decrementer or external
-- column irq INTEGER: interrupt line, vector or INTID
-- column response_end VARCHAR: handled or entered: up to where the response is measured
-- column stage VARCHAR: response, due_response, device, wake, schedule, host or guest
-- column deliveries BIGINT: all deliveries, measured or not
-- column coalesced BIGINT: further edges that arrived while one was pending
-- column lost BIGINT: deliveries that a loss of events touched
-- column unhandled BIGINT: deliveries never seen to reach the response's end
-- column hidden BIGINT: deliveries, neither lost nor unhandled, where this stage cannot be seen
-- column count BIGINT: deliveries measured
-- column min_ns BIGINT ns: shortest
-- column avg_ns BIGINT ns: mean
-- column p50_ns BIGINT ns: median
-- column p90_ns BIGINT ns: 90th percentile
-- column p99_ns BIGINT ns: 99th percentile
-- column p999_ns BIGINT ns: 99.9th percentile
-- column max_ns BIGINT ns: longest
-- column over_slo BIGINT: measured deliveries longer than slo_ns; null without one
-- column over_slo_pct DOUBLE %: over_slo of count
WITH staged AS (
    SELECT d.run, d.trace, d.vm, d.vcpu, d.source, d.irq, d.coalesced, d.lost, d.end_ns IS NULL AS unhandled,
           d.response_end,
           s.ord, s.stage, s.ns
    FROM delivery AS d,
         LATERAL (VALUES (0, 'response', d.response_ns),
                         (1, 'due_response', d.due_response_ns),
                         (2, 'device', d.device_ns),
                         (3, 'wake', d.wake_ns),
                         (4, 'schedule', d.schedule_ns),
                         (5, 'host', d.host_ns),
                         (6, 'guest', d.guest_ns)) AS s(ord, stage, ns)
),
measured AS (
    SELECT run, trace, vm, vcpu, source, irq, response_end, ord, stage,
           count(*) AS deliveries,
           sum(coalesced)::BIGINT AS coalesced,
           count(*) FILTER (lost) AS lost,
           count(*) FILTER (NOT lost AND unhandled) AS unhandled,
           count(*) FILTER (NOT lost AND NOT unhandled AND ns IS NULL) AS hidden,
           count(ns) FILTER (NOT lost AND NOT unhandled) AS count,
           min(ns) FILTER (NOT lost AND NOT unhandled) AS min_ns,
           avg(ns) FILTER (NOT lost AND NOT unhandled) AS avg_ns,
           quantile_cont(ns, [0.5, 0.9, 0.99, 0.999]) FILTER (NOT lost AND NOT unhandled) AS q,
           max(ns) FILTER (NOT lost AND NOT unhandled) AS max_ns,
           count(*) FILTER (NOT lost AND NOT unhandled AND ns > CAST($slo_ns AS BIGINT)) AS over
    FROM staged
    GROUP BY ALL
)
SELECT run, trace, vm, vcpu, source, irq, response_end, stage, deliveries, coalesced, lost, unhandled, hidden, count, min_ns,
       round(avg_ns)::BIGINT AS avg_ns,
       round(q[1])::BIGINT AS p50_ns,
       round(q[2])::BIGINT AS p90_ns,
       round(q[3])::BIGINT AS p99_ns,
       round(q[4])::BIGINT AS p999_ns,
       max_ns,
       CASE WHEN CAST($slo_ns AS BIGINT) IS NOT NULL THEN over END AS over_slo,
       CASE WHEN CAST($slo_ns AS BIGINT) IS NOT NULL AND count > 0 THEN 100.0 * over / count END AS over_slo_pct
FROM measured
ORDER BY run, trace, vm, vcpu, source, irq, ord
