-- cpu_waste: CPU time that did nobody good, in five columns that never count a ns twice; see cpu_waste_by_cpu.
--
-- uses cpu_waste_by_cpu, idle_detector
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- input shielded_cpus VARCHAR NULL: the shielded CPUs, comma-separated; null to find them
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column capacity_s DOUBLE s: CPU time that the trace covers
-- column priority_idle_s DOUBLE s: a vCPU above others in priority spins in its idle guest and somebody waits for that CPU
-- column priority_idle_pct DOUBLE %: of the capacity
-- column shielded_idle_s DOUBLE s: a shielded CPU idles while somebody waits elsewhere
-- column shielded_idle_pct DOUBLE %: of the capacity
-- column halt_poll_s DOUBLE s: polling for a halted vCPU
-- column halt_poll_pct DOUBLE %: of the capacity
-- column exit_s DOUBLE s: KVM handles exits
-- column exit_pct DOUBLE %: of the capacity
-- column spin_s DOUBLE s: idle guests spin otherwise, pause exits
-- column spin_pct DOUBLE %: of the capacity
-- column spin_contended_s DOUBLE s: of spin_s, while somebody of the same priority waits for that CPU
-- column total_s DOUBLE s: the five together
-- column total_pct DOUBLE %: of the capacity
-- column idle_detectors VARCHAR: what tells when guests are idle: markers, halt, rip, none
-- column shielded_cpus VARCHAR: the shielded CPUs, comma-separated
WITH summed AS (
    SELECT run, trace,
           sum(total_ns) / 1e9 AS capacity_s,
           sum(priority_idle_ns) / 1e9 AS priority_idle_s,
           sum(shielded_idle_ns) / 1e9 AS shielded_idle_s,
           sum(halt_poll_ns) / 1e9 AS halt_poll_s,
           sum(exit_ns) / 1e9 AS exit_s,
           sum(spin_ns) / 1e9 AS spin_s,
           sum(spin_contended_ns) / 1e9 AS spin_contended_s,
           sum(coalesce(priority_idle_ns, 0) + shielded_idle_ns + halt_poll_ns + exit_ns + coalesce(spin_ns, 0)) / 1e9 AS total_s,
           string_agg(cpu::VARCHAR, ',' ORDER BY cpu) FILTER (shielded) AS shielded_cpus
    FROM cpu_waste_by_cpu
    GROUP BY run, trace
)
SELECT s.run, s.trace, s.capacity_s,
       s.priority_idle_s, 100 * s.priority_idle_s / s.capacity_s AS priority_idle_pct,
       s.shielded_idle_s, 100 * s.shielded_idle_s / s.capacity_s AS shielded_idle_pct,
       s.halt_poll_s, 100 * s.halt_poll_s / s.capacity_s AS halt_poll_pct,
       s.exit_s, 100 * s.exit_s / s.capacity_s AS exit_pct,
       s.spin_s, 100 * s.spin_s / s.capacity_s AS spin_pct,
       s.spin_contended_s,
       s.total_s, 100 * s.total_s / s.capacity_s AS total_pct,
       (SELECT string_agg(DISTINCT d.detector, ',' ORDER BY d.detector) FROM idle_detector AS d
        WHERE d.run = s.run AND d.trace = s.trace) AS idle_detectors,
       coalesce(s.shielded_cpus, '') AS shielded_cpus
FROM summed AS s
ORDER BY s.run, s.trace
