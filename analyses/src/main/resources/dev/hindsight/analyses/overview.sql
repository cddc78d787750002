-- overview: what each trace holds.
--
-- uses capacity
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset
-- column duration_s DOUBLE s: first event of any CPU to the last
-- column cpus BIGINT: CPUs
-- column events BIGINT: events
-- column threads BIGINT: threads
-- column vms BIGINT: virtual machines
-- column vcpus BIGINT: virtual CPUs
-- column exits BIGINT: exits from guests
-- column deliveries BIGINT: interrupts to guests
-- column jobs BIGINT: marked jobs
-- column losses BIGINT: times that events were lost
-- column lost_events BIGINT: events lost, as far as the trace tells
-- column gaps BIGINT: times that a CPU was silent past a due interrupt
-- column gap_s DOUBLE s: their sum
SELECT c.run, c.trace, (c.last_ns - c.first_ns) / 1e9 AS duration_s, c.cpus,
       (SELECT sum(events)::BIGINT FROM cpu AS t WHERE t.run = c.run AND t.trace = c.trace) AS events,
       (SELECT count(*) FROM thread AS t WHERE t.run = c.run AND t.trace = c.trace) AS threads,
       (SELECT count(*) FROM vm AS t WHERE t.run = c.run AND t.trace = c.trace) AS vms,
       (SELECT coalesce(sum(vcpus), 0)::BIGINT FROM vm AS t WHERE t.run = c.run AND t.trace = c.trace) AS vcpus,
       (SELECT count(*) FROM vm_exit AS t WHERE t.run = c.run AND t.trace = c.trace) AS exits,
       (SELECT count(*) FROM virq AS t WHERE t.run = c.run AND t.trace = c.trace) AS deliveries,
       (SELECT count(*) FROM job AS t WHERE t.run = c.run AND t.trace = c.trace) AS jobs,
       (SELECT count(*) FROM lost_span AS t WHERE t.run = c.run AND t.trace = c.trace) AS losses,
       (SELECT coalesce(sum(events), 0)::BIGINT FROM lost_span AS t WHERE t.run = c.run AND t.trace = c.trace) AS lost_events,
       (SELECT count(*) FROM gap_span AS t WHERE t.run = c.run AND t.trace = c.trace) AS gaps,
       (SELECT coalesce(sum(end_ns - start_ns), 0) / 1e9 FROM gap_span AS t
        WHERE t.run = c.run AND t.trace = c.trace) AS gap_s
FROM capacity AS c
ORDER BY c.run, c.trace
