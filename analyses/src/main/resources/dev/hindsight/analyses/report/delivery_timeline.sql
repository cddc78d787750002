-- delivery_timeline: what CPUs and virtual CPUs did around chosen deliveries.
--
-- The window is from due (asserted, where the timer behind it is not known) to the end of the response (see delivery), and a tenth of that on either side.
-- Lanes are the CPUs (holders of cpu_hold) and the virtual CPUs of the delivery's machine (vcpu_span); of a host with more than
-- eight CPUs those alone where the interrupt was asserted or one of the machine's virtual CPUs was. Where a lane has more
-- than 1,500 spans, those shorter than a thousandth of the window are put together, each thousandth under what held most
-- of it.
--
-- uses delivery, cpu_hold, vm_label
-- input explained VARCHAR NULL: the deliveries, as RUN:TRACE:DELIVERY, comma-separated
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column delivery BIGINT: number of the delivery within its run and trace
-- column lane VARCHAR: cpu or vcpu
-- column vm VARCHAR: virtual machine, of a vcpu lane
-- column number INTEGER: of the CPU or virtual CPU
-- column start_ns BIGINT ns: from, counted from asserted
-- column length_ns BIGINT ns: how long
-- column state VARCHAR: guest, exit, halt_poll, vmm, thread, hardirq, softirq, idle, gap, lost, unknown; of a virtual CPU guest, exit, halt_poll, halted, preempted, vmm
-- column tid INTEGER: thread on the CPU
-- column comm VARCHAR: its name
-- column role VARCHAR: its role
-- column name VARCHAR: hardirq and softirq: which
-- column cpu INTEGER: where the virtual CPU is
-- column spans BIGINT: how many spans it stands for
WITH chosen AS (
    SELECT run, trace, delivery, vm, vcpu, tid, asserted_cpu, asserted_ns,
           coalesce(least(due_ns, asserted_ns), asserted_ns) AS first_ns, coalesce(end_ns, handled_ns, asserted_ns) AS last_ns
    FROM delivery
    WHERE list_contains(string_split(CAST($explained AS VARCHAR), ','), concat_ws(':', run, trace, delivery))
),
seen AS (
    SELECT c.*, greatest(c.first_ns - greatest((c.last_ns - c.first_ns) // 10, 10000), b.begin_ns) AS from_ns,
           least(c.last_ns + greatest((c.last_ns - c.first_ns) // 10, 10000), b.end_ns) AS to_ns, b.cpus
    FROM chosen AS c
    JOIN (SELECT run, trace, min(first_ns) AS begin_ns, max(last_ns) AS end_ns, count(*) AS cpus FROM cpu GROUP BY ALL) AS b
        ON b.run = c.run AND b.trace = c.trace
),
vcpu_piece AS (
    SELECT w.run, w.trace, w.delivery, s.vm, s.vcpu, s.cpu, s.tid, s.state, w.asserted_ns, w.from_ns, w.to_ns,
           greatest(s.start_ns, w.from_ns) AS start_ns, least(s.end_ns, w.to_ns) AS end_ns
    FROM seen AS w
    JOIN vcpu_span AS s ON s.run = w.run AND s.trace = w.trace AND s.vm = w.vm
                       AND s.start_ns < w.to_ns AND w.from_ns < s.end_ns
),
involved AS (
    SELECT run, trace, delivery, cpu FROM vcpu_piece
    UNION
    SELECT run, trace, delivery, asserted_cpu FROM seen
),
piece AS (
    SELECT w.run, w.trace, w.delivery, 'cpu' AS lane, NULL::VARCHAR AS vm, h.cpu AS number, w.asserted_ns, w.from_ns, w.to_ns,
           greatest(h.start_ns, w.from_ns) AS start_ns, least(h.end_ns, w.to_ns) AS end_ns,
           CASE WHEN h.gap THEN 'gap' ELSE h.kind END AS state, h.tid, CASE WHEN NOT h.gap THEN h.name END AS name, h.cpu
    FROM seen AS w
    JOIN cpu_hold AS h ON h.run = w.run AND h.trace = w.trace AND h.start_ns < w.to_ns AND w.from_ns < h.end_ns
    WHERE w.cpus <= 8
       OR EXISTS (SELECT 1 FROM involved AS i
                  WHERE i.run = w.run AND i.trace = w.trace AND i.delivery = w.delivery AND i.cpu = h.cpu)
    UNION ALL
    SELECT run, trace, delivery, 'vcpu', vm, vcpu, asserted_ns, from_ns, to_ns, start_ns, end_ns, state, tid, NULL, cpu
    FROM vcpu_piece
),
-- what goes on unchanged is one span, whatever changed under it
marked AS (
    SELECT *,
           CASE WHEN lag(end_ns) OVER w IS NOT DISTINCT FROM start_ns AND lag(state) OVER w IS NOT DISTINCT FROM state
                 AND lag(tid) OVER w IS NOT DISTINCT FROM tid AND lag(name) OVER w IS NOT DISTINCT FROM name
                 AND lag(cpu) OVER w IS NOT DISTINCT FROM cpu THEN 0 ELSE 1 END AS fresh
    FROM piece
    WHERE start_ns < end_ns
    WINDOW w AS (PARTITION BY run, trace, delivery, lane, vm, number ORDER BY start_ns)
),
numbered AS (
    SELECT *, sum(fresh) OVER (PARTITION BY run, trace, delivery, lane, vm, number ORDER BY start_ns
                               ROWS UNBOUNDED PRECEDING) AS n
    FROM marked
),
joined AS (
    SELECT run, trace, delivery, lane, vm, number, n, any_value(asserted_ns) AS asserted_ns,
           any_value(from_ns) AS from_ns, any_value(to_ns) AS to_ns,
           min(start_ns) AS start_ns, max(end_ns) AS end_ns, any_value(state) AS state, any_value(tid) AS tid,
           any_value(name) AS name, any_value(cpu) AS cpu
    FROM numbered
    GROUP BY run, trace, delivery, lane, vm, number, n
),
sized AS (
    SELECT *, max(n) OVER (PARTITION BY run, trace, delivery, lane, vm, number) > 1500
              AND end_ns - start_ns < (to_ns - from_ns) // 1000 AS small
    FROM joined
),
-- small spans of one thousandth of the window together; the others each for themselves
packed AS (
    SELECT run, trace, delivery, lane, vm, number, small,
           CASE WHEN small THEN (start_ns - from_ns) // greatest((to_ns - from_ns) // 1000, 1) ELSE n END AS pack,
           any_value(asserted_ns) AS asserted_ns, min(start_ns) AS start_ns, sum(end_ns - start_ns)::BIGINT AS length_ns,
           arg_max((state, tid, name, cpu), end_ns - start_ns) AS held, count(*) AS spans
    FROM sized
    GROUP BY run, trace, delivery, lane, vm, number, small, pack
)
SELECT p.run, p.trace, p.delivery, p.lane, coalesce(l.label, p.vm) AS vm, p.number, p.start_ns - p.asserted_ns AS start_ns,
       p.length_ns, p.held[1] AS state, p.held[2]::INTEGER AS tid, t.comm, t.role, p.held[3] AS name,
       CASE WHEN p.lane = 'vcpu' THEN p.held[4] END::INTEGER AS cpu, p.spans
FROM packed AS p
LEFT JOIN vm_label AS l ON l.run = p.run AND l.trace = p.trace AND l.vm = p.vm
LEFT JOIN thread AS t ON t.run = p.run AND t.trace = p.trace AND t.tid = p.held[2]
ORDER BY p.run, p.trace, p.delivery, p.lane, vm, p.number, p.start_ns
