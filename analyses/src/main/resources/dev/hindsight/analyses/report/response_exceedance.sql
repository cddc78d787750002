-- response_exceedance: which share of the interrupt responses took at least how long: the tail, exactly.
--
-- The complementary distribution at ranks that are apart by equal steps of their logarithm: the longest ten one by one,
-- then forty a decade, and the shortest. Each point is a response that was measured, nothing is interpolated. Taken are the
-- deliveries that irq_latency measures.
--
-- uses delivery, vm_label
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine, as vm_label has it
-- column vcpu INTEGER: virtual CPU
-- column source VARCHAR: pit, pic, ioapic, msi, ...
-- column irq INTEGER: interrupt line or vector
-- column place BIGINT: 1 for the longest response of the line, and so on
-- column response_ns BIGINT ns: how long it took
-- column at_least_pct DOUBLE %: of the line's responses took that long or longer
WITH ranked AS (
    SELECT d.run, d.trace, coalesce(l.label, d.vm) AS vm, d.vcpu, d.source, d.irq, d.response_ns,
           row_number() OVER (PARTITION BY d.run, d.trace, d.vm, d.vcpu, d.source, d.irq ORDER BY d.response_ns DESC) AS place,
           count(*) OVER (PARTITION BY d.run, d.trace, d.vm, d.vcpu, d.source, d.irq) AS n
    FROM delivery AS d
    LEFT JOIN vm_label AS l ON l.run = d.run AND l.trace = d.trace AND l.vm = d.vm
    WHERE NOT d.lost AND d.response_ns IS NOT NULL
)
SELECT run, trace, vm, vcpu, source, irq, place, response_ns, 100.0 * place / n AS at_least_pct
FROM ranked
WHERE place = 1 OR place = n OR floor(40 * log10(place)) <> floor(40 * log10(place - 1))
ORDER BY run, trace, vm, vcpu, source, irq, place
