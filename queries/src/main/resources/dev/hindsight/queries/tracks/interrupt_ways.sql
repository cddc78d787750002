-- interrupt_ways: interrupts on their way to guests, by line and time.
--
-- input in_run VARCHAR recorded: name of the run
-- input in_trace BIGINT 0: number of the trace
-- column track VARCHAR: name of the track
-- column name VARCHAR: which interrupt
-- column due_ns BIGINT ns: expiry of the timer that feeds it; null where there is none
-- column asserted_ns BIGINT ns: raised
-- column runnable_ns BIGINT ns: the vCPU's thread is runnable
-- column scheduled_ns BIGINT ns: the vCPU's thread has a CPU
-- column entered_ns BIGINT ns: the guest was entered with it
-- column handled_ns BIGINT ns: the guest's handler showed
-- column raised_on VARCHAR: track of the CPU that raised it
-- column handled_on VARCHAR: track of the vCPU
-- column details STRUCT: more of it, by name
SELECT vm || ' vCPU ' || vcpu || ' irq ' || irq || ' (' || source || ')' AS track,
       source || ' ' || irq AS name,
       due_ns, asserted_ns, runnable_ns, scheduled_ns, entered_ns, handled_ns,
       'CPU ' || asserted_cpu AS raised_on,
       vm || ' vCPU ' || vcpu AS handled_on,
       {'vector': vector, 'coalesced': coalesced, 'raised_by_tid': asserted_by_tid,
        'lost': CASE WHEN lost THEN 'events were lost on its way' END} AS details
FROM virq
WHERE run = $in_run AND trace = $in_trace
ORDER BY vm, vcpu, source, irq, least(due_ns, asserted_ns), asserted_ns
