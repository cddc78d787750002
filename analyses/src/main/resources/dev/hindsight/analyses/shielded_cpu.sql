-- shielded_cpu: CPUs that are kept for virtual CPUs.
--
-- Given by the user, or found. A CPU may be kept for the virtual machine whose virtual CPUs ran there most, and for each other
-- that took 2 % of its time or more. It is shielded where all others, threads that may go to any CPU (not per-CPU and interrupt
-- threads of the kernel) and virtual CPUs of other machines, together took less than 2 % of its time, and waited for another CPU
-- for more than that, and where it idled for more than that: a CPU that is always busy may just have had work of its own.
--
-- uses cpu_time, thread_wait, capacity
-- input shielded_cpus VARCHAR NULL: the shielded CPUs, comma-separated; null to find them
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column found VARCHAR: detected or given
WITH party AS (
    SELECT run, trace, tid,
           CASE role WHEN 'vcpu' THEN coalesce(vm, 'thread ' || tid) ELSE '' END AS party
    FROM thread
    WHERE role IN ('vcpu', 'user', 'vmm', 'vhost', 'iothread')
),
held AS (
    SELECT t.run, t.trace, t.cpu, p.party, sum(t.ns) AS ns, any_value(c.last_ns - c.first_ns) AS wall_ns
    FROM cpu_time AS t
    JOIN party AS p ON p.run = t.run AND p.trace = t.trace AND p.tid = t.tid
    JOIN capacity AS c ON c.run = t.run AND c.trace = t.trace
    WHERE t.kind IN ('guest', 'exit', 'halt_poll', 'vmm', 'thread')
    GROUP BY t.run, t.trace, t.cpu, p.party
),
kept AS (
    SELECT run, trace, cpu, party, wall_ns,
           party <> '' AND ns > 0 AND (ns >= 0.02 * wall_ns OR ns = max(ns) FILTER (party <> '') OVER (PARTITION BY run, trace, cpu))
               AS is_kept,
           ns
    FROM held
),
waited AS (
    SELECT w.run, w.trace, w.cpu, p.party, sum(w.end_ns - w.start_ns) AS ns
    FROM thread_wait AS w
    JOIN party AS p ON p.run = w.run AND p.trace = w.trace AND p.tid = w.tid
    GROUP BY w.run, w.trace, w.cpu, p.party
),
candidate AS (
    SELECT run, trace, cpu, any_value(wall_ns) AS wall_ns, list(party) FILTER (is_kept) AS parties
    FROM kept
    GROUP BY run, trace, cpu
    HAVING bool_or(is_kept) AND coalesce(sum(ns) FILTER (NOT is_kept), 0) < 0.02 * any_value(wall_ns)
),
idle AS (
    SELECT run, trace, cpu, sum(ns) AS ns FROM cpu_time WHERE kind = 'idle' GROUP BY run, trace, cpu
),
elsewhere AS (
    SELECT c.run, c.trace, c.cpu, w.cpu AS other, sum(w.ns) AS ns
    FROM candidate AS c
    JOIN waited AS w ON w.run = c.run AND w.trace = c.trace AND w.cpu <> c.cpu AND NOT list_contains(c.parties, w.party)
    GROUP BY c.run, c.trace, c.cpu, w.cpu
)
SELECT run, trace, cpu, 'given' AS found
FROM cpu
WHERE list_contains(string_split(CAST($shielded_cpus AS VARCHAR), ','), cpu::VARCHAR)
UNION ALL
SELECT c.run, c.trace, c.cpu, 'detected'
FROM candidate AS c
WHERE CAST($shielded_cpus AS VARCHAR) IS NULL
  AND EXISTS (SELECT 1 FROM idle AS i
              WHERE i.run = c.run AND i.trace = c.trace AND i.cpu = c.cpu AND i.ns > 0.02 * c.wall_ns)
  AND EXISTS (SELECT 1 FROM elsewhere AS e
              WHERE e.run = c.run AND e.trace = c.trace AND e.cpu = c.cpu AND e.ns > 0.02 * c.wall_ns)
