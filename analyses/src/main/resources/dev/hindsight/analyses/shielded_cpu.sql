-- shielded_cpu: CPUs that are kept for virtual CPUs.
--
-- Given by the user, or found: a CPU is shielded where virtual CPUs ran, all other threads but per-CPU and interrupt
-- threads of the kernel together took less than 2 % of its time, and on other CPUs such threads waited for a CPU.
--
-- uses cpu_time, thread_wait, capacity
-- input shielded_cpus VARCHAR NULL: the shielded CPUs, comma-separated; null to find them
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column found VARCHAR: detected or given
WITH by_cpu AS (
    SELECT t.run, t.trace, t.cpu,
           coalesce(sum(t.ns) FILTER (h.role = 'vcpu'), 0) AS vcpu_ns,
           coalesce(sum(t.ns) FILTER (h.role IN ('user', 'vmm', 'vhost', 'iothread')), 0) AS other_ns,
           any_value(c.last_ns - c.first_ns) AS wall_ns
    FROM cpu_time AS t
    JOIN capacity AS c ON c.run = t.run AND c.trace = t.trace
    LEFT JOIN thread AS h ON h.run = t.run AND h.trace = t.trace AND h.tid = t.tid
    WHERE t.kind IN ('guest', 'exit', 'halt_poll', 'vmm', 'thread')
    GROUP BY t.run, t.trace, t.cpu
),
queued AS (
    SELECT w.run, w.trace, w.cpu, sum(w.end_ns - w.start_ns) AS wait_ns
    FROM thread_wait AS w
    JOIN thread AS h ON h.run = w.run AND h.trace = w.trace AND h.tid = w.tid
    WHERE h.role IN ('user', 'vmm', 'vhost', 'iothread')
    GROUP BY w.run, w.trace, w.cpu
)
SELECT run, trace, cpu, 'given' AS found
FROM cpu
WHERE list_contains(string_split(CAST($shielded_cpus AS VARCHAR), ','), cpu::VARCHAR)
UNION ALL
SELECT b.run, b.trace, b.cpu, 'detected'
FROM by_cpu AS b
WHERE CAST($shielded_cpus AS VARCHAR) IS NULL
  AND b.vcpu_ns > 0
  AND b.other_ns < 0.02 * b.wall_ns
  AND EXISTS (SELECT 1 FROM queued AS q
              WHERE q.run = b.run AND q.trace = b.trace AND q.cpu <> b.cpu AND q.wait_ns > 0.02 * b.wall_ns)
