-- hidden_stages: which moments of an interrupt's way to the guest this recording does not show, and why.
--
-- A row is a moment that cannot be seen in deliveries of one machine and source. Hidden is a moment without a time in a
-- delivery that got further; due counts for timers alone, since devices have none. Rows without a count are of
-- interrupts that leave no event at all.
--
-- uses delivery
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column vm VARCHAR: virtual machine
-- column source VARCHAR: as in table virq
-- column moment VARCHAR: due, asserted, runnable, scheduled, injected, entered or handled
-- column deliveries BIGINT: deliveries that got as far; null where nobody can count them
-- column hidden BIGINT: of them, those that do not show it; null where nobody can count them
-- column why VARCHAR: the architecture, the hardware's way, or the events that were not recorded
WITH way AS (
    SELECT d.run, d.trace, d.vm, d.source, m.ord, m.moment, m.ns IS NULL AS hidden
    FROM delivery AS d,
         LATERAL (VALUES (0, 'due', d.due_ns, d.source IN ('pit', 'lapic-timer', 'arch-timer', 'decrementer')),
                         (2, 'runnable', d.runnable_ns, coalesce(d.scheduled_ns, d.entered_ns, d.handled_ns) IS NOT NULL),
                         (3, 'scheduled', d.scheduled_ns, coalesce(d.entered_ns, d.handled_ns) IS NOT NULL),
                         (4, 'injected', d.injected_ns, coalesce(d.entered_ns, d.handled_ns) IS NOT NULL),
                         (5, 'entered', d.entered_ns, d.handled_ns IS NOT NULL),
                         (6, 'handled', d.handled_ns, d.entered_ns IS NOT NULL)) AS m(ord, moment, ns, reached)
    WHERE NOT d.lost AND m.reached
),
counted AS (
    SELECT run, trace, vm, source, ord, moment, count(*) AS deliveries, count(*) FILTER (hidden) AS hidden
    FROM way
    GROUP BY ALL
    HAVING count(*) FILTER (hidden) > 0
),
machine AS (
    SELECT run, trace, vm, any_value(isa) AS isa, count(DISTINCT vcpu) AS vcpus FROM vm_exit GROUP BY run, trace, vm
),
told AS (
    SELECT c.run, c.trace, count(e.cpu) > 0 AS timers,
           (SELECT count(*) FROM thread_span AS s
            WHERE s.run = c.run AND s.trace = c.trace AND s.state = 'running') > 0 AS switches,
           -- a replay writes no expiries of its own: the recorded run of its trace has them
           c.trace IN (SELECT trace FROM timer_expiry) AND count(e.cpu) = 0 AS replayed
    FROM (SELECT DISTINCT run, trace FROM cpu) AS c
    LEFT JOIN timer_expiry AS e ON e.run = c.run AND e.trace = c.trace
    GROUP BY c.run, c.trace
),
shown AS (
    SELECT DISTINCT trace, vm, source FROM delivery WHERE run = 'recorded' AND handled_ns IS NOT NULL
),
explained AS (
    SELECT c.run, c.trace, c.vm, c.source, c.ord, c.moment, c.deliveries, c.hidden,
           CASE c.moment
               WHEN 'due' THEN
                   CASE WHEN t.replayed
                        THEN 'replay: the recording does not show its timer'
                        WHEN NOT t.timers
                        THEN 'not recorded: timer:hrtimer_start and timer:hrtimer_expire_entry (or no hrtimer expired)'
                        ELSE 'no hrtimer fed it: the timer is in hardware while the guest runs, or its time came while the'
                             || ' virtual CPU was off the CPU' END
               WHEN 'injected' THEN
                   CASE WHEN m.isa = 'arm' THEN 'arm64: the list registers of the GIC inject it'
                        WHEN starts_with(m.isa, 'ppc') THEN 'POWER: no event tells of it'
                        ELSE 'posted (APICv, AVIC): the processor injects it by itself; or not recorded: kvm:kvm_inj_virq' END
               WHEN 'entered' THEN
                   CASE WHEN m.isa = 'ppc-booke' THEN 'BookE: no event tells of entries'
                        ELSE 'no entry was seen before its handler' END
               WHEN 'handled' THEN
                   CASE WHEN c.run <> 'recorded' AND s.trace IS NOT NULL
                        THEN 'replay: its guest did not come to the handler, or the recording does not show what it did up to there'
                        WHEN m.isa = 'arm'
                        THEN 'arm64: the guest acknowledges and ends it without an exit; a marker of the guest, or its'
                             || ' own recording (--guest), can tell it'
                        WHEN starts_with(m.isa, 'ppc') THEN 'POWER: the guest takes and ends it without an exit; its own recording (--guest) can tell it'
                        ELSE 'the guest ended it without an exit that was recorded (APICv, AVIC, x2APIC; or kvm:kvm_eoi,'
                             || ' kvm:kvm_ack_irq and kvm:kvm_pio are missing); its own recording (--guest) can tell it' END
               ELSE CASE WHEN NOT t.switches THEN 'not recorded: sched:sched_switch and sched:sched_waking'
                         ELSE 'the virtual CPU''s thread was not seen before' END
           END AS why
    FROM counted AS c
    LEFT JOIN machine AS m ON m.run = c.run AND m.trace = c.trace AND m.vm = c.vm
    LEFT JOIN told AS t ON t.run = c.run AND t.trace = c.trace
    LEFT JOIN shown AS s ON s.trace = c.trace AND s.vm = c.vm AND s.source = c.source
    UNION ALL
    SELECT run, trace, vm, 'sgi', 1, 'asserted', NULL, NULL,
           'arm64: interrupts from one virtual CPU to another (SGIs) leave no event'
    FROM machine WHERE isa = 'arm' AND vcpus > 1
    UNION ALL
    SELECT run, trace, vm, 'external', 1, 'asserted', NULL, NULL,
           'POWER: the hardware hands a running guest its interrupts without an event'
    FROM machine WHERE isa = 'ppc-hv'
    UNION ALL
    SELECT run, trace, vm, NULL, 1, 'asserted', unasserted, unasserted,
           'injected without an assertion that was recorded (''hindsight record --print'' tells which events it takes)'
    FROM vm WHERE unasserted > 0
)
SELECT run, trace, vm, source, moment, deliveries, hidden, why
FROM explained
ORDER BY run, trace, vm, source, ord
