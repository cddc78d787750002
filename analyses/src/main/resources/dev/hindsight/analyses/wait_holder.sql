-- wait_holder: for long waits for a CPU, who held that CPU meanwhile.
--
-- Taken are the waits of thread_wait of starved_ns or more, and those of real-time and deadline threads of inverted_ns
-- or more. The rows of a wait add up to its length, but for waits on CPUs that changed underway, where the CPU is the
-- last one. Buckets as in delivery_blame.
--
-- uses thread_wait, cpu_hold
-- input starved_ns BIGINT 20000000 ns: waits of any thread to take
-- input inverted_ns BIGINT 100000 ns: waits of real-time and deadline threads to take
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column tid INTEGER: thread that waited
-- column start_ns BIGINT ns: since
-- column end_ns BIGINT ns: until
-- column cpu INTEGER: for which CPU
-- column prio INTEGER: kernel priority of the thread that waited
-- column state VARCHAR: runnable-preempted or runnable-woken
-- column served BOOLEAN: whether it ended with the thread on a CPU
-- column kind VARCHAR: holder, as in cpu_hold
-- column holder_tid INTEGER: thread that held the CPU, null for interrupts
-- column holder_prio INTEGER: its kernel priority
-- column ns BIGINT ns: time held
WITH taken AS (
    SELECT * FROM thread_wait
    WHERE cpu IS NOT NULL
      AND (end_ns - start_ns >= CAST($starved_ns AS BIGINT)
           OR (prio < 100 AND end_ns - start_ns >= CAST($inverted_ns AS BIGINT)))
),
wait_bucket AS (
    SELECT *, unnest(range(start_ns >> 24, (end_ns - 1 >> 24) + 1)) AS bucket FROM taken
),
hold_bucket AS (
    SELECT run, trace, cpu, start_ns, end_ns, kind, tid, prio,
           unnest(range(start_ns >> 24, (end_ns - 1 >> 24) + 1)) AS bucket
    FROM cpu_hold
)
SELECT w.run, w.trace, w.tid, w.start_ns, w.end_ns, w.cpu, w.prio, w.state, w.served, h.kind,
       CASE WHEN h.kind IN ('guest', 'exit', 'halt_poll', 'vmm', 'thread') THEN h.tid END AS holder_tid,
       CASE WHEN h.kind IN ('guest', 'exit', 'halt_poll', 'vmm', 'thread') THEN h.prio END AS holder_prio,
       sum(least(w.end_ns, h.end_ns) - greatest(w.start_ns, h.start_ns))::BIGINT AS ns
FROM wait_bucket AS w
JOIN hold_bucket AS h ON h.run = w.run AND h.trace = w.trace AND h.cpu = w.cpu AND h.bucket = w.bucket
WHERE w.start_ns < h.end_ns AND h.start_ns < w.end_ns
  AND w.bucket = greatest(w.start_ns, h.start_ns) >> 24
GROUP BY ALL
