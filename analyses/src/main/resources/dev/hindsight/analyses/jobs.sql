-- jobs: how long the marked jobs took from begin to end, and how regularly they began.
--
-- Quantiles are exact and interpolated (quantile_cont). A job is late where it took longer than slo_ns; it overruns
-- where it took longer than the median period of its marker, so that the next one was due. Jobs that a loss of events
-- touched are counted in lost alone.
--
-- input slo_ns BIGINT NULL ns: jobs that took longer are counted in late
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column marker VARCHAR: name of the marker
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column count BIGINT: jobs
-- column lost BIGINT: jobs, not in count, that a loss of events touched
-- column total_ns BIGINT ns: sum
-- column min_ns BIGINT ns: shortest
-- column p50_ns BIGINT ns: median
-- column p90_ns BIGINT ns: 90th percentile
-- column p99_ns BIGINT ns: 99th percentile
-- column max_ns BIGINT ns: longest
-- column period_p50_ns BIGINT ns: from begin to begin, median
-- column period_p99_ns BIGINT ns: from begin to begin, 99th percentile
-- column period_max_ns BIGINT ns: from begin to begin, longest
-- column late BIGINT: jobs that took longer than slo_ns; null without one
-- column overruns BIGINT: jobs that took longer than period_p50_ns
WITH timed AS (
    SELECT run, trace, marker, vm, vcpu, lost, end_ns - start_ns AS ns,
           start_ns - lag(start_ns) OVER (PARTITION BY run, trace, marker, vm, vcpu ORDER BY start_ns) AS period_ns
    FROM job
),
summed AS (
    SELECT run, trace, marker, vm, vcpu,
           count(*) FILTER (NOT lost) AS count,
           count(*) FILTER (lost) AS lost,
           coalesce(sum(ns) FILTER (NOT lost), 0)::BIGINT AS total_ns,
           min(ns) FILTER (NOT lost) AS min_ns,
           quantile_cont(ns, [0.5, 0.9, 0.99]) FILTER (NOT lost) AS q,
           max(ns) FILTER (NOT lost) AS max_ns,
           quantile_cont(period_ns, [0.5, 0.99]) FILTER (NOT lost) AS period_q,
           max(period_ns) FILTER (NOT lost) AS period_max_ns,
           list(ns) FILTER (NOT lost) AS all_ns
    FROM timed
    GROUP BY ALL
)
SELECT run, trace, marker, vm, vcpu, count, lost, total_ns, min_ns,
       round(q[1])::BIGINT AS p50_ns,
       round(q[2])::BIGINT AS p90_ns,
       round(q[3])::BIGINT AS p99_ns,
       max_ns,
       round(period_q[1])::BIGINT AS period_p50_ns,
       round(period_q[2])::BIGINT AS period_p99_ns,
       period_max_ns,
       CASE WHEN CAST($slo_ns AS BIGINT) IS NOT NULL
            THEN coalesce(len(list_filter(all_ns, lambda ns: ns > CAST($slo_ns AS BIGINT))), 0) END AS late,
       coalesce(len(list_filter(all_ns, lambda ns: ns > period_q[1])), 0) AS overruns
FROM summed
ORDER BY run, trace, marker, vm, vcpu
