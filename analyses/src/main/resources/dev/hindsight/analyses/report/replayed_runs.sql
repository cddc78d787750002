-- replayed_runs: the runs of a dataset that were not recorded but replayed.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column policy VARCHAR: its policy as flags; empty for the model of the recorded one
-- column extended BOOLEAN: whether threads that only ever wait for CPU went on beyond their demand
-- column truncated_ns BIGINT ns: time, over all threads, after a thread's observed demand was used up
-- column truncated_threads INTEGER: threads that ran out so
-- column truncated_deliveries BIGINT: deliveries beyond what the recording shows of their line
SELECT run, trace, policy, extended, truncated_ns, truncated_threads, truncated_deliveries
FROM replayed_run
ORDER BY run, trace
