-- job_sample: every marked job that no loss of events touched, in order of time: what quantiles are resampled from.
--
-- uses vm_label
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column marker VARCHAR: name of the marker
-- column vm VARCHAR: virtual machine, as vm_label has it
-- column vcpu INTEGER: virtual CPU
-- column start_ns BIGINT ns: begin
-- column duration_ns BIGINT ns: from begin to end
SELECT j.run, j.trace, j.marker, coalesce(l.label, j.vm) AS vm, j.vcpu, j.start_ns, j.end_ns - j.start_ns AS duration_ns
FROM job AS j
LEFT JOIN vm_label AS l ON l.run = j.run AND l.trace = j.trace AND l.vm = j.vm
WHERE NOT j.lost
ORDER BY j.run, j.trace, j.marker, 4, j.vcpu, j.start_ns
