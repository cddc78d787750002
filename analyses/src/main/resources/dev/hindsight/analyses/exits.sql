-- exits: how often each virtual CPU left the guest, why, and how long until it was back in.
--
-- As perf kvm stat report has it: time is from kvm_exit to the next kvm_entry of that vCPU, whatever ran in between (a
-- HLT's time is the sleep). on_cpu_ns is the part of it in which the vCPU's thread held a CPU. Exits whose entry was
-- not recorded (the end, a loss, a KVM of POWER that does not tell it) are counted but have no time. Quantiles are exact
-- and interpolated (quantile_cont).
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column isa VARCHAR: vmx, svm, ...
-- column reason VARCHAR: the ISA's name of the reason
-- column kind VARCHAR: the same over ISAs
-- column count BIGINT: exits
-- column samples_pct DOUBLE %: of this vCPU's exits
-- column time_ns BIGINT ns: total time to the next entry, null where no entry was recorded after any of them
-- column time_pct DOUBLE %: of this vCPU's total time in exits, null where time_ns is
-- column min_ns BIGINT ns: shortest
-- column avg_ns BIGINT ns: mean
-- column stddev_pct DOUBLE %: relative standard deviation of the mean, as perf prints it
-- column p50_ns BIGINT ns: median
-- column p99_ns BIGINT ns: 99th percentile
-- column max_ns BIGINT ns: longest
-- column on_cpu_ns BIGINT ns: part of time_ns on a CPU, null where not known
-- column open BIGINT: exits without a recorded entry after them
SELECT run, trace, vm, vcpu, isa, reason, any_value(kind) AS kind,
       count(*) AS count,
       100.0 * count(*) / sum(count(*)) OVER vcpu_rows AS samples_pct,
       sum(end_ns - start_ns)::BIGINT AS time_ns,
       100.0 * sum(end_ns - start_ns) / nullif(sum(sum(end_ns - start_ns)) OVER vcpu_rows, 0) AS time_pct,
       min(end_ns - start_ns) AS min_ns,
       round(avg(end_ns - start_ns))::BIGINT AS avg_ns,
       100.0 * stddev_samp(end_ns - start_ns) / sqrt(count(end_ns)) / nullif(avg(end_ns - start_ns), 0) AS stddev_pct,
       round(quantile_cont(end_ns - start_ns, 0.5))::BIGINT AS p50_ns,
       round(quantile_cont(end_ns - start_ns, 0.99))::BIGINT AS p99_ns,
       max(end_ns - start_ns) AS max_ns,
       sum(on_cpu_ns)::BIGINT AS on_cpu_ns,
       count(*) FILTER (end_ns IS NULL) AS open
FROM vm_exit
GROUP BY run, trace, vm, vcpu, isa, reason
WINDOW vcpu_rows AS (PARTITION BY run, trace, vm, vcpu)
ORDER BY run, trace, vm, vcpu, time_ns DESC NULLS LAST, reason
