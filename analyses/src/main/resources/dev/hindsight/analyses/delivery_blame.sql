-- delivery_blame: for the deliveries that took longest, who held the CPU while each stage went by.
--
-- Taken are the $worst longest responses of each trace and all that are over the threshold: slo_ns where it is given,
-- the 99th percentile of the delivery's own line else. A stage is looked at on the CPU where the delivery then is:
-- device and wake where the interrupt was asserted, the later stages where the virtual CPU's thread runs or waits.
-- Each ns goes to the holder of that CPU (see cpu_hold), or to gap where the CPU showed no event although its tick was
-- due: nobody that the host knows of ran, as with firmware or a hypervisor below. What no table covers is unknown, so that
-- the rows of a stage add up to its length.
--
-- CPU holders are found by buckets of 2^24 ns: both sides are cut into buckets and joined on them, which spares
-- comparing each delivery with each span of its CPU.
--
-- uses delivery, cpu_hold
-- input slo_ns BIGINT NULL ns: threshold of the deliveries taken besides the worst
-- input worst BIGINT 10: how many of the longest to take
-- input explained VARCHAR NULL: deliveries to take besides, as RUN:TRACE:DELIVERY, comma-separated
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column delivery BIGINT: number of the delivery within its run and trace
-- column place BIGINT: 1 for the longest response of its trace, and so on
-- column over BOOLEAN: whether it is over the threshold
-- column stage VARCHAR: device, wake, schedule, host or guest
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, gap, lost or unknown
-- column tid INTEGER: the thread that held the CPU (guest, exit, halt_poll, vmm, thread)
-- column name VARCHAR: hardirq and softirq: which
-- column ns BIGINT ns: time held
WITH measured AS (
    SELECT *, quantile_cont(response_ns, 0.99) OVER (PARTITION BY run, trace, vm, vcpu, source, irq) AS p99_ns,
           row_number() OVER (PARTITION BY run, trace ORDER BY response_ns DESC, delivery) AS place
    FROM delivery
    WHERE NOT lost AND response_ns IS NOT NULL
),
taken AS (
    SELECT *, response_ns > coalesce(CAST($slo_ns AS BIGINT), p99_ns) AS over
    FROM measured
    WHERE place <= CAST($worst AS BIGINT) OR response_ns > coalesce(CAST($slo_ns AS BIGINT), p99_ns)
       OR list_contains(string_split(CAST($explained AS VARCHAR), ','), concat_ws(':', run, trace, delivery))
),
stage AS (
    SELECT t.run, t.trace, t.delivery, t.place, t.over, t.tid, s.stage, s.start_ns, s.end_ns, s.cpu
    FROM taken AS t,
         LATERAL (VALUES ('device', t.due_ns, t.asserted_ns, t.asserted_cpu),
                         ('wake', t.asserted_ns, t.runnable_ns, t.asserted_cpu),
                         ('schedule', t.runnable_ns, t.scheduled_ns, NULL),
                         ('host', t.scheduled_ns, t.entered_ns, NULL),
                         ('guest', t.entered_ns, CASE t.response_end WHEN 'handled' THEN t.handled_ns END, NULL)) AS s(stage, start_ns, end_ns, cpu)
    WHERE s.start_ns < s.end_ns
),
stage_bucket AS (
    SELECT *, unnest(range(start_ns >> 24, (end_ns - 1 >> 24) + 1)) AS bucket FROM stage
),
bucket_wanted AS (
    SELECT DISTINCT run, trace, bucket FROM stage_bucket
),
-- where the vCPU's thread is, in the buckets that matter
place_bucket AS (
    SELECT s.run, s.trace, s.tid, s.cpu, s.start_ns, s.end_ns,
           unnest(range(s.start_ns >> 24, (s.end_ns - 1 >> 24) + 1)) AS bucket
    FROM thread_span AS s
    SEMI JOIN stage AS g ON g.run = s.run AND g.trace = s.trace AND g.tid = s.tid
    WHERE s.start_ns < s.end_ns
),
piece AS (
    SELECT run, trace, delivery, stage, start_ns, end_ns, cpu FROM stage WHERE cpu IS NOT NULL
    UNION ALL
    SELECT g.run, g.trace, g.delivery, g.stage, greatest(g.start_ns, p.start_ns), least(g.end_ns, p.end_ns), p.cpu
    FROM stage_bucket AS g
    JOIN place_bucket AS p ON p.run = g.run AND p.trace = g.trace AND p.tid = g.tid AND p.bucket = g.bucket
    WHERE g.cpu IS NULL AND g.start_ns < p.end_ns AND p.start_ns < g.end_ns
      AND g.bucket = greatest(g.start_ns, p.start_ns) >> 24
),
piece_bucket AS (
    SELECT *, unnest(range(start_ns >> 24, (end_ns - 1 >> 24) + 1)) AS bucket FROM piece
),
hold_bucket AS (
    SELECT run, trace, cpu, start_ns, end_ns, kind, tid, name, gap,
           unnest(range(start_ns >> 24, (end_ns - 1 >> 24) + 1)) AS bucket
    FROM cpu_hold
),
hold_wanted AS (
    SELECT h.* FROM hold_bucket AS h
    SEMI JOIN bucket_wanted AS b ON b.run = h.run AND b.trace = h.trace AND b.bucket = h.bucket
),
held AS (
    SELECT p.run, p.trace, p.delivery, p.stage,
           CASE WHEN h.gap THEN 'gap' ELSE h.kind END AS kind,
           CASE WHEN NOT h.gap AND h.kind IN ('guest', 'exit', 'halt_poll', 'vmm', 'thread') THEN h.tid END AS tid,
           CASE WHEN NOT h.gap THEN h.name END AS name,
           sum(least(p.end_ns, h.end_ns) - greatest(p.start_ns, h.start_ns))::BIGINT AS ns
    FROM piece_bucket AS p
    JOIN hold_wanted AS h ON h.run = p.run AND h.trace = p.trace AND h.cpu = p.cpu AND h.bucket = p.bucket
    WHERE p.start_ns < h.end_ns AND h.start_ns < p.end_ns
      AND p.bucket = greatest(p.start_ns, h.start_ns) >> 24
    GROUP BY ALL
),
uncovered AS (
    SELECT g.run, g.trace, g.delivery, g.stage, 'unknown' AS kind, NULL::INTEGER AS tid, NULL::VARCHAR AS name,
           (g.end_ns - g.start_ns
               - coalesce((SELECT sum(h.ns) FROM held AS h
                           WHERE h.run = g.run AND h.trace = g.trace AND h.delivery = g.delivery AND h.stage = g.stage), 0)
           )::BIGINT AS ns
    FROM stage AS g
),
shared AS (
    SELECT * FROM held UNION ALL SELECT * FROM uncovered WHERE ns <> 0
)
SELECT s.run, s.trace, s.delivery, t.place, t.over, s.stage, s.kind, s.tid, s.name, sum(s.ns)::BIGINT AS ns
FROM shared AS s
JOIN taken AS t ON t.run = s.run AND t.trace = s.trace AND t.delivery = s.delivery
GROUP BY ALL
