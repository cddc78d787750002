-- guest_stage: the stages of each way from a timer that was due to the task that a guest switches to.
--
-- A row is a stage of a row of guest_chain; see guest_latency for the stages. A way begins when its timer was due, or is
-- asserted where no timer is known, and ends with the task running, or with the handler where it wakes none. A delivery
-- may be on its way already when the timer is due (it was sent for another one): what of a stage lies before the way's
-- begin does not count. Begin and end are null where one of them cannot be seen, or the recordings have them in the wrong
-- order; where no stage is null they follow each other, and their lengths add up to the way's.
--
-- uses guest_chain
-- column run VARCHAR: run of the dataset
-- column trace INTEGER: trace of the dataset, the host's
-- column vm VARCHAR: virtual machine
-- column vcpu INTEGER: virtual CPU
-- column interrupt VARCHAR: the guest's name of the handler
-- column irq INTEGER: the guest's number of it, or the vector
-- column comm VARCHAR: the task that it wakes; null where it wakes none
-- column via VARCHAR: softirq or thread that wakes it; null for the handler itself
-- column guest_tid INTEGER: the task
-- column handler_ns BIGINT ns: the guest's handler begins
-- column waking_ns BIGINT ns: the task is woken
-- column from_ns BIGINT ns: the way's begin
-- column to_ns BIGINT ns: the way's end
-- column place INTEGER: of the stage, from 1
-- column stage VARCHAR: device, inject, enter, guest, handler, deferred or switch
-- column start_ns BIGINT ns: the stage's begin
-- column end_ns BIGINT ns: the stage's end
WITH way AS (
    SELECT *, coalesce(due_ns, asserted_ns) AS from_ns,
           CASE WHEN waking_ns IS NULL THEN handler_ns ELSE running_ns END AS to_ns
    FROM guest_chain
),
stage AS (
    SELECT w.*, s.place, s.stage, s.start_ns, s.end_ns
    FROM way AS w,
         LATERAL (VALUES (1, 'device', w.due_ns, w.asserted_ns, w.due_ns IS NOT NULL),
                         (2, 'inject', w.asserted_ns, w.injected_ns, true),
                         (3, 'enter', w.injected_ns, w.entered_ns, true),
                         (4, 'guest', w.entered_ns, w.handler_ns, true),
                         (5, 'handler', w.handler_ns, coalesce(w.via_ns, w.waking_ns), w.waking_ns IS NOT NULL),
                         (6, 'deferred', w.via_ns, w.waking_ns, w.via IS NOT NULL),
                         (7, 'switch', w.waking_ns, w.running_ns, w.waking_ns IS NOT NULL))
             AS s(place, stage, start_ns, end_ns, there)
    WHERE s.there
)
SELECT run, trace, vm, vcpu, interrupt, irq, comm, via, guest_tid, handler_ns, waking_ns, from_ns, to_ns, place, stage,
       CASE WHEN seen THEN greatest(start_ns, from_ns) END AS start_ns,
       CASE WHEN seen THEN greatest(end_ns, from_ns) END AS end_ns
FROM (SELECT *, start_ns <= end_ns OR stage = 'device' AND end_ns IS NOT NULL AS seen FROM stage)
ORDER BY run, trace, vm, vcpu, handler_ns, waking_ns, guest_tid, place
