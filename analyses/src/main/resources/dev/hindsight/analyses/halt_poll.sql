-- halt_poll: how often polling spared a halted virtual CPU the sleep, and what it cost.
--
-- From kvm_vcpu_wakeup: outcome poll means that the wakeup came while KVM was still polling.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column halts BIGINT: waits
-- column polled BIGINT: waits that ended while polling
-- column success_pct DOUBLE %: polled of halts
-- column invalid BIGINT: wakeups that were not valid
-- column poll_ns BIGINT ns: time spent polling, as far as it can be told
-- column wasted_poll_ns BIGINT ns: of it, before a sleep that polling did not spare
-- column wait_ns BIGINT ns: all waits, polling included
-- column avg_wait_ns BIGINT ns: mean
-- column p50_wait_ns BIGINT ns: median
-- column p99_wait_ns BIGINT ns: 99th percentile
-- column max_wait_ns BIGINT ns: longest
SELECT run, trace, vm, vcpu,
       count(*) AS halts,
       count(*) FILTER (outcome = 'poll') AS polled,
       100.0 * count(*) FILTER (outcome = 'poll') / count(*) AS success_pct,
       count(*) FILTER (NOT valid) AS invalid,
       sum(poll_ns)::BIGINT AS poll_ns,
       sum(poll_ns) FILTER (outcome <> 'poll')::BIGINT AS wasted_poll_ns,
       sum(end_ns - start_ns)::BIGINT AS wait_ns,
       round(avg(end_ns - start_ns))::BIGINT AS avg_wait_ns,
       round(quantile_cont(end_ns - start_ns, 0.5))::BIGINT AS p50_wait_ns,
       round(quantile_cont(end_ns - start_ns, 0.99))::BIGINT AS p99_wait_ns,
       max(end_ns - start_ns) AS max_wait_ns
FROM halt_poll
GROUP BY run, trace, vm, vcpu
ORDER BY run, trace, vm, vcpu
