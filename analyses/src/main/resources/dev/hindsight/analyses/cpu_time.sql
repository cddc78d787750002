-- cpu_time: CPU time by CPU, holder kind and thread; the sums behind the figures of CPU use.
--
-- uses cpu_hold
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column cpu INTEGER: CPU
-- column kind VARCHAR: hardirq, softirq, guest, exit, halt_poll, vmm, thread, idle, lost or unknown, as in cpu_hold
-- column tid INTEGER: thread on the CPU (under an interrupt: the interrupted one); null where not known
-- column ns BIGINT ns: time held
SELECT run, trace, cpu, kind, tid, sum(end_ns - start_ns)::BIGINT AS ns
FROM cpu_hold
GROUP BY ALL
