-- idle_detector: what tells, for each virtual CPU, when its guest is idle.
--
-- In order of trust: markers (the guest, or the user for it, marks its jobs: it is idle outside of its jobs and its
-- interrupt handlers), halt (it leaves the guest when idle: it is never idle inside), rip (the user names the idle loop:
-- it is idle where it left the guest from there and had come back to there), none (nothing tells).
--
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column tid INTEGER: its thread
-- column detector VARCHAR: markers, halt, rip or none
WITH seen AS (
    SELECT run, trace, vm, vcpu, any_value(tid) AS tid FROM vcpu_span GROUP BY ALL
)
SELECT s.run, s.trace, s.vm, s.vcpu, s.tid,
       CASE WHEN EXISTS (SELECT 1 FROM job AS j
                         WHERE j.run = s.run AND j.trace = s.trace AND j.vm = s.vm AND coalesce(j.vcpu, s.vcpu) = s.vcpu)
            THEN 'markers'
            WHEN EXISTS (SELECT 1 FROM vm_exit AS e
                         WHERE e.run = s.run AND e.trace = s.trace AND e.vm = s.vm AND e.vcpu = s.vcpu AND e.kind = 'halt')
            THEN 'halt'
            WHEN CAST($idle_rip_first AS UBIGINT) IS NOT NULL AND CAST($idle_rip_last AS UBIGINT) IS NOT NULL
            THEN 'rip'
            ELSE 'none' END AS detector
FROM seen AS s
