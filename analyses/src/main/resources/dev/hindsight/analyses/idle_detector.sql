-- idle_detector: what tells, for each virtual CPU, when its guest is idle.
--
-- In order of trust: guest-trace (the guest's own recording: it is idle where its idle task runs and no interrupt in it,
-- in the time that both recordings cover), markers (the guest, or the user for it, marks its jobs: it is idle outside of
-- its jobs and its interrupt handlers), halt (it leaves the guest when idle: it is never idle inside), rip (the user names the idle loop:
-- it is idle where it left the guest from there and had come back to there), none (nothing tells). A guest that halts
-- and whose interrupt handlers are hidden (see delivery) is told by its halts, also where it marks its jobs: nobody
-- could say where between entry and halt its handlers end.
--
-- uses delivery
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column tid INTEGER: its thread
-- column detector VARCHAR: guest-trace, markers, halt, rip or none
WITH seen AS (
    SELECT run, trace, vm, vcpu, any_value(tid) AS tid FROM vcpu_span GROUP BY ALL
),
halting AS (
    SELECT DISTINCT run, trace, vm, vcpu FROM vm_exit WHERE kind = 'halt'
),
hiding AS (
    SELECT DISTINCT run, trace, vm, vcpu FROM delivery WHERE response_end = 'entered'
)
SELECT s.run, s.trace, s.vm, s.vcpu, s.tid,
       CASE WHEN EXISTS (SELECT 1 FROM guest_span AS g
                         WHERE g.run = s.run AND g.trace = s.trace AND g.vm = s.vm AND g.vcpu = s.vcpu)
            THEN 'guest-trace'
            WHEN h.vm IS NOT NULL AND i.vm IS NOT NULL THEN 'halt'
            WHEN EXISTS (SELECT 1 FROM job AS j
                         WHERE j.run = s.run AND j.trace = s.trace AND j.vm = s.vm AND coalesce(j.vcpu, s.vcpu) = s.vcpu)
            THEN 'markers'
            WHEN h.vm IS NOT NULL THEN 'halt'
            WHEN CAST($idle_rip_first AS UBIGINT) IS NOT NULL AND CAST($idle_rip_last AS UBIGINT) IS NOT NULL
            THEN 'rip'
            ELSE 'none' END AS detector
FROM seen AS s
LEFT JOIN halting AS h ON h.run = s.run AND h.trace = s.trace AND h.vm = s.vm AND h.vcpu = s.vcpu
LEFT JOIN hiding AS i ON i.run = s.run AND i.trace = s.trace AND i.vm = s.vm AND i.vcpu = s.vcpu
