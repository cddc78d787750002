-- vm_label: names for virtual machines that hold over several recordings of one workload.
--
-- The machine's name, which is its key too; where several of a trace have it, all but the first (by process id) have
-- '#2', '#3', ... behind it. Process ids change from recording to recording, so the keys that have them do not hold.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: key of the virtual machine
-- column label VARCHAR: its name over recordings
SELECT run, trace, vm, name || CASE WHEN place = 1 THEN '' ELSE '#' || place::VARCHAR END AS label
FROM (SELECT run, trace, vm, name,
             row_number() OVER (PARTITION BY run, trace, name ORDER BY pid NULLS FIRST, vm) AS place
      FROM vm)
ORDER BY run, trace, vm
