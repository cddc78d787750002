-- figure_warnings: what a reader of the figures has to know: what the recording's reader passed over, which figures are touched by losses, cannot be seen, or rest on little.
--
-- uses capacity, delivery, cpu_time, idle_detector
-- input idle_rip_first UBIGINT NULL: first guest address of the idle loop
-- input idle_rip_last UBIGINT NULL: last guest address of the idle loop
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column code VARCHAR: what kind of warning; stable
-- column figures VARCHAR: the figures that it concerns, comma-separated; empty where it concerns all
-- column count BIGINT: of what the message says
-- column message VARCHAR: in words
WITH vcpus AS (
    SELECT run, trace, count(DISTINCT (vm, vcpu)) AS n FROM vcpu_span GROUP BY run, trace
),
of_recording AS (
    SELECT run, trace, code, '' AS figures, count, message FROM warning
    UNION ALL
    SELECT run, trace, 'clock-no-time', '', 1, 'the trace''s clock counts events, not time: no figure of time means anything'
    FROM trace WHERE clock = 'counter'
    UNION ALL
    SELECT run, trace, 'clock-per-cpu', 'irq_latency, worst, sched_latency', 1,
           'the trace''s clock may differ between CPUs by microseconds: what goes from one CPU to another is that inexact;'
               || ' record with ''-C mono'' (trace-cmd) or ''-k mono'' (perf)'
    FROM trace WHERE clock IN ('local', 'perf', 'perf_clock')
    UNION ALL
    SELECT run, trace, 'clock-per-cpu', 'irq_latency, worst, sched_latency', 1,
           'the text does not tell its clock: if it is a CPU''s own (local, the default; perf''s), times may differ between'
               || ' CPUs by microseconds, and what goes from one CPU to another is that inexact'
    FROM trace WHERE clock = 'seconds'
    UNION ALL
    -- clocks whose readings are ns and comparable between CPUs, or were made so by the reader, need no word; a CTF trace
    -- names its clock as it likes and tells its frequency
    SELECT run, trace, 'clock-unknown', '', 1, 'the trace''s clock ''' || clock || ''' is not known to count ns'
    FROM trace
    WHERE clock NOT IN ('', 'counter', 'local', 'perf', 'mono', 'mono_raw', 'boot', 'global', 'tai', 'realtime', 'x86-tsc',
        'tsc2nsec', 'kvm', 'seconds')
        AND format IS DISTINCT FROM 'ctf'
),
of_figures AS (
    SELECT run, trace, 'lost-events' AS code,
           'irq_latency, worst, jobs, exits, sched_latency, cpu_usage, cpu_waste' AS figures, count(*) AS count,
           'losses of events: ' || count(*) || ', on CPU ' || string_agg(DISTINCT cpu::VARCHAR, ', ' ORDER BY cpu::VARCHAR)
               || ', ' || coalesce(sum(events)::BIGINT::VARCHAR, 'an unknown number')
               || ' in all: what happened there is in no figure' AS message
    FROM lost_span GROUP BY run, trace
    UNION ALL
    SELECT run, trace, 'lost-deliveries', 'irq_latency, worst', count(*),
           'interrupt deliveries touched by losses and left out of the quantiles: ' || count(*)
    FROM virq WHERE lost GROUP BY run, trace
    UNION ALL
    SELECT run, trace, 'lost-jobs', 'jobs', count(*), 'jobs touched by losses and left out of the quantiles: ' || count(*)
    FROM job WHERE lost GROUP BY run, trace
    UNION ALL
    SELECT run, trace, 'unhandled-deliveries', 'irq_latency', count(*),
           'interrupt deliveries never seen '
               || CASE WHEN bool_and(response_end = 'handled') THEN 'handled' ELSE 'to reach the guest' END || ': ' || count(*)
    FROM delivery WHERE NOT lost AND end_ns IS NULL GROUP BY run, trace
    UNION ALL
    SELECT run, trace, 'response-to-entry', 'irq_latency, worst', count(*),
           'responses of ' || string_agg(DISTINCT source || ' ' || irq, ', ' ORDER BY source || ' ' || irq)
               || ' end with the guest''s entry: this recording hides its handler (see hidden)'
    FROM delivery WHERE response_end = 'entered' GROUP BY run, trace
    UNION ALL
    SELECT run, trace, 'unasserted-injections', 'irq_latency, worst', unasserted,
           'interrupts injected into ' || vm || ' whose assertion was not seen: ' || unasserted
               || '; they are in no figure (''hindsight record --print'' tells which events it takes)'
    FROM vm WHERE unasserted > 0
    UNION ALL
    SELECT d.run, d.trace, 'hidden-stage', 'irq_latency, worst', count(*),
           'stage ' || s.stage || ' cannot be seen in ' || count(*) || ' deliveries of '
               || string_agg(DISTINCT d.source || ' ' || d.irq, ', ' ORDER BY d.source || ' ' || d.irq)
    FROM delivery AS d,
         LATERAL (VALUES ('device', d.device_ns), ('wake', d.wake_ns), ('schedule', d.schedule_ns), ('host', d.host_ns),
                         ('guest', d.guest_ns)) AS s(stage, ns)
    WHERE NOT d.lost AND d.end_ns IS NOT NULL AND s.ns IS NULL AND NOT (s.stage = 'guest' AND d.response_end = 'entered')
    GROUP BY d.run, d.trace, s.stage
    UNION ALL
    SELECT run, trace, 'open-exits', 'exits, cpu_usage', sum(open)::BIGINT,
           'exits of which no event shows when the guest went on: ' || sum(open)::BIGINT || ' of ' || sum(n)::BIGINT || ' ('
               || string_agg(reason || ': ' || open, ', ' ORDER BY open DESC, reason) FILTER (open > 0)
               || '); they are counted and have no time'
    FROM (SELECT run, trace, reason, count(*) AS n, count(*) FILTER (end_ns IS NULL) AS open
          FROM vm_exit GROUP BY run, trace, reason)
    GROUP BY run, trace HAVING sum(open) > 0.01 * sum(n)
    UNION ALL
    SELECT run, trace, 'hidden-interrupts', 'irq_latency, worst', count(*),
           'KVM-HV tells no interrupt that the hardware hands a running guest of POWER: deliveries are those that a guest'
               || ' was entered with'
    FROM vm_exit WHERE isa = 'ppc-hv' GROUP BY run, trace
    UNION ALL
    SELECT run, trace, 'inferred-entries', 'cpu_usage, cpu_waste, worst', count(*),
           'KVM on BookE shows no entry of the guest: the guest counts as running from KVM''s last event before the next'
               || ' exit, so guest time is too long and exit handling too short by KVM''s way back into the guest'
    FROM vm_exit WHERE isa = 'ppc-booke' GROUP BY run, trace
    UNION ALL
    SELECT c.run, c.trace, 'no-vcpu', 'irq_latency, worst, exits, cpu_waste, halt_poll', 0,
           'no virtual CPU was found: no kvm event of a vCPU thread is in the recording'
    FROM capacity AS c LEFT JOIN vcpus AS v ON v.run = c.run AND v.trace = c.trace
    WHERE v.n IS NULL AND NOT EXISTS (SELECT 1 FROM vm AS m WHERE m.run = c.run AND m.trace = c.trace)
      AND NOT EXISTS (SELECT 1 FROM guest AS g WHERE g.run = c.run AND g.guest_trace = c.trace)
    UNION ALL
    SELECT v.run, v.trace, 'no-delivery', 'irq_latency, worst', 0,
           'no interrupt to a guest was seen: kvm_set_irq, kvm_msi_set_irq, kvm_apic_accept_irq or their like are needed'
               || ' (on POWER hrtimer_start, hrtimer_expire_entry, sched_waking)'
    FROM vcpus AS v
    WHERE NOT EXISTS (SELECT 1 FROM virq AS q WHERE q.run = v.run AND q.trace = v.trace)
    UNION ALL
    SELECT c.run, c.trace, 'no-sched', 'sched_latency, cpu_usage, cpu_waste, worst', 0,
           'no thread is seen running: sched_switch is needed'
    FROM capacity AS c
    WHERE NOT EXISTS (SELECT 1 FROM thread_span AS t
                      WHERE t.run = c.run AND t.trace = c.trace AND t.state = 'running')
    UNION ALL
    SELECT c.run, c.trace, 'no-wakeups', 'sched_latency', 0,
           'no wakeup was recorded (sched_waking, sched_wakeup): who wakes whom, and how long the woken wait for a CPU, is not'
               || ' known; in predictions their sleeps end when they ended in the recording, whatever the policy'
    FROM capacity AS c
    WHERE NOT EXISTS (SELECT 1 FROM wakeup AS w WHERE w.run = c.run AND w.trace = c.trace)
      AND EXISTS (SELECT 1 FROM thread_span AS t WHERE t.run = c.run AND t.trace = c.trace AND t.state = 'running')
    UNION ALL
    SELECT run, trace, 'no-idle-detector', 'cpu_waste', count(*),
           'nothing tells when the guest of ' || string_agg(vm || ' vCPU ' || vcpu, ', ' ORDER BY vm, vcpu)
               || ' is idle: time in its idle loop is not counted as waste; give a marker of its jobs or the addresses of'
               || ' its idle loop'
    FROM idle_detector WHERE detector = 'none' GROUP BY run, trace
    UNION ALL
    SELECT run, trace, 'gaps', 'irq_latency, worst', count(*),
           'times that a CPU showed no event though an interrupt was due: ' || count(*) || ', '
               || round(sum(end_ns - start_ns) / 1e6, 1) || ' ms in all, the longest '
               || round(max(end_ns - start_ns) / 1e6, 1)
               || ' ms; interrupts were off, firmware or a hypervisor below had the CPU, or the timer was late'
    FROM gap_span GROUP BY run, trace
    UNION ALL
    SELECT t.run, t.trace, 'unknown-time', 'cpu_usage, cpu_waste', count(*),
           'no thread is known for ' || round(100.0 * sum(t.ns) / any_value(c.capacity_ns), 1) || ' % of the CPU time'
    FROM cpu_time AS t JOIN capacity AS c ON c.run = t.run AND c.trace = t.trace
    WHERE t.kind = 'unknown'
    GROUP BY t.run, t.trace
    HAVING sum(t.ns) > 0.01 * any_value(c.capacity_ns)
    UNION ALL
    SELECT run, trace, 'few-deliveries', 'irq_latency', count(*),
           'interrupts of which less than 1000 deliveries were measured, so that the p99.9 lies between the two longest: '
               || count(*) || ' (' || string_agg(source || ' ' || irq || ' to ' || vm || ' vCPU ' || vcpu || ': ' || n, ', '
                                                 ORDER BY n DESC, source, irq, vm, vcpu) FILTER (place <= 5)
               || CASE WHEN count(*) > 5 THEN ', ...' ELSE '' END || ')'
    FROM (SELECT run, trace, vm, vcpu, source, irq, count(*) AS n,
                 row_number() OVER (PARTITION BY run, trace ORDER BY count(*) DESC, source, irq, vm, vcpu) AS place
          FROM delivery WHERE NOT lost AND response_ns IS NOT NULL
          GROUP BY run, trace, vm, vcpu, source, irq HAVING count(*) < 1000)
    GROUP BY run, trace
)
SELECT run, trace, code, figures, count, message
FROM (SELECT 1 AS place, * FROM of_recording UNION ALL SELECT 2, * FROM of_figures)
ORDER BY run, trace, place, code, message
