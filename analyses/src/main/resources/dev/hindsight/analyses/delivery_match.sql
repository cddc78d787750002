-- delivery_match: which delivery of one run is which of another: the same tick of the same timer.
--
-- Taken are the deliveries of one run; each is put to the delivery of every other run of the trace on the same line that
-- was due nearest to it (asserted, where the timer behind it is not known), within half of the line's median period.
--
-- uses delivery
-- input explained_run VARCHAR NULL: the run whose deliveries are taken
-- column run VARCHAR: the other run
-- column trace INTEGER: trace of the dataset
-- column delivery BIGINT: number of the delivery taken, in the run explained_run
-- column place BIGINT: 1 for the longest response of that run
-- column matched BIGINT: number of the delivery in the other run
-- column apart_ns BIGINT ns: from the one's due time to the other's
WITH keyed AS (
    SELECT run, trace, delivery, vm, vcpu, source, irq, coalesce(due_ns, asserted_ns) AS key_ns, response_ns, lost
    FROM delivery
),
period AS (
    SELECT run, trace, vm, vcpu, source, irq, (quantile_disc(step_ns, 0.5) // 2)::BIGINT AS slack_ns
    FROM (SELECT *, key_ns - lag(key_ns) OVER (PARTITION BY run, trace, vm, vcpu, source, irq ORDER BY key_ns) AS step_ns
          FROM keyed)
    WHERE step_ns > 0
    GROUP BY run, trace, vm, vcpu, source, irq
),
taken AS (
    SELECT k.*, p.slack_ns,
           row_number() OVER (PARTITION BY k.run, k.trace
                              ORDER BY CASE WHEN NOT k.lost THEN k.response_ns END DESC NULLS LAST, k.delivery) AS place
    FROM keyed AS k
    JOIN period AS p USING (run, trace, vm, vcpu, source, irq)
    WHERE k.run = CAST($explained_run AS VARCHAR)
),
near AS (
    SELECT o.run, t.trace, t.delivery, t.place, o.delivery AS matched, o.key_ns - t.key_ns AS apart_ns
    FROM taken AS t
    JOIN keyed AS o ON o.trace = t.trace AND o.vm = t.vm AND o.vcpu = t.vcpu AND o.source = t.source AND o.irq = t.irq
                   AND o.run <> t.run AND o.key_ns BETWEEN t.key_ns - t.slack_ns AND t.key_ns + t.slack_ns
)
SELECT run, trace, delivery, place, matched, apart_ns
FROM near
QUALIFY row_number() OVER (PARTITION BY run, trace, delivery ORDER BY abs(apart_ns), matched) = 1
ORDER BY run, trace, delivery
