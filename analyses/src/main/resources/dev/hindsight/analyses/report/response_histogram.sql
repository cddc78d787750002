-- response_histogram: how many interrupt responses fell into each of equal steps of their logarithm.
--
-- Twenty steps a decade: step b covers the responses from 10^(b/20) ns up to 10^((b+1)/20) ns; one of 0 ns counts as 1 ns.
-- Taken are the deliveries that irq_latency measures: handled, and touched by no loss of events. Steps without any have
-- no row.
--
-- uses delivery, vm_label
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine, as vm_label has it
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column step BIGINT: number of the step
-- column from_ns DOUBLE ns: shortest response that it covers
-- column to_ns DOUBLE ns: where the next step begins
-- column deliveries BIGINT: responses in it
-- column share_pct DOUBLE %: of all responses of the line
WITH stepped AS (
    SELECT d.run, d.trace, coalesce(l.label, d.vm) AS vm, d.vcpu, d.source, d.irq,
           floor(20 * log10(greatest(d.response_ns, 1)))::BIGINT AS step
    FROM delivery AS d
    LEFT JOIN vm_label AS l ON l.run = d.run AND l.trace = d.trace AND l.vm = d.vm
    WHERE NOT d.lost AND d.response_ns IS NOT NULL
)
SELECT run, trace, vm, vcpu, source, irq, step,
       pow(10, step / 20.0) AS from_ns,
       pow(10, (step + 1) / 20.0) AS to_ns,
       count(*) AS deliveries,
       100.0 * count(*) / sum(count(*)) OVER (PARTITION BY run, trace, vm, vcpu, source, irq) AS share_pct
FROM stepped
GROUP BY run, trace, vm, vcpu, source, irq, step
ORDER BY run, trace, vm, vcpu, source, irq, step
