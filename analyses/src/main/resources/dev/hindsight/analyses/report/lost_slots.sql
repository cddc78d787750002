-- lost_slots: in which of the slots of cpu_strip events were lost, CPU by CPU.
--
-- uses capacity
-- input strip_slots BIGINT 400: slots of a recording
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column slot BIGINT: number of the slot, from 0
-- column losses BIGINT: losses that touch it
WITH frame AS (
    SELECT run, trace, first_ns, last_ns,
           greatest(1, (last_ns - first_ns + CAST($strip_slots AS BIGINT) - 1) // CAST($strip_slots AS BIGINT)) AS slot_ns
    FROM capacity
),
cut AS (
    SELECT s.run, s.trace, s.cpu,
           unnest(range((greatest(s.start_ns, f.first_ns) - f.first_ns) // f.slot_ns,
                        (least(s.end_ns, f.last_ns) - f.first_ns) // f.slot_ns + 1)) AS slot
    FROM lost_span AS s
    JOIN frame AS f ON f.run = s.run AND f.trace = s.trace
)
SELECT run, trace, cpu, slot, count(*) AS losses
FROM cut
GROUP BY run, trace, cpu, slot
ORDER BY run, trace, cpu, slot
