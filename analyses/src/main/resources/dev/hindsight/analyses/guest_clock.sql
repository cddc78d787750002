-- guest_clock: which recordings of guests stand beside the host's, and how well they lie on its clock.
--
-- Each event of a guest must lie where the host says that its virtual CPU was in the guest: outside_pct tells how many do
-- not. Where the clock was estimated, uncertainty_ns is how far it may be off either way.
--
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset, the host's
-- column vm VARCHAR: virtual machine
-- column guest_trace INTEGER: trace that the guest's recording is, null where the dataset does not have it
-- column file VARCHAR: the guest's recording
-- column clock_by VARCHAR: kvm, ptp (samples of trace-cmd), tsc (offset in the host's events) or align (estimated)
-- column vcpus BIGINT: virtual CPUs that it tells of
-- column offset_ns BIGINT ns: the host's time less the guest's
-- column drift_ppb BIGINT ppb: ns that the offset grows by in a second, where estimated
-- column uncertainty_ns BIGINT ns: the offset may be off by so much either way, where estimated
-- column common_ns BIGINT ns: time that both recordings cover
-- column events BIGINT: events of the guest that were held against the host's entries
-- column outside BIGINT: how many lie outside of the guest
-- column outside_pct DOUBLE %: share of them
-- column handlers BIGINT: deliveries whose handler the guest's recording alone tells (handled_by is guest)
WITH told AS (
    SELECT run, trace, vm, vcpu, count(*) AS handlers FROM virq WHERE handled_by = 'guest' GROUP BY ALL
)
SELECT run, trace, vm, guest_trace, file, clock_by, count(*) AS vcpus, any_value(offset_ns) AS offset_ns,
       any_value(drift_ppb) AS drift_ppb, any_value(uncertainty_ns) AS uncertainty_ns,
       any_value(last_ns) - any_value(first_ns) AS common_ns,
       sum(events)::BIGINT AS events, sum(outside)::BIGINT AS outside,
       100.0 * sum(outside) / nullif(sum(events), 0) AS outside_pct, coalesce(sum(handlers), 0)::BIGINT AS handlers
FROM guest
LEFT JOIN told USING (run, trace, vm, vcpu)
GROUP BY run, trace, vm, guest_trace, file, clock_by
ORDER BY run, trace, vm, guest_trace, file
