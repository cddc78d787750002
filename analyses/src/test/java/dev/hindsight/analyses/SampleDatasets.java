package dev.hindsight.analyses;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.sampletraces.SampleTraces;
import java.nio.file.Path;
import java.util.List;

/** Sample recordings as datasets of their timelines, with the job that the guests of the lab mark. */
final class SampleDatasets {

    private SampleDatasets() {}

    static Dataset open(String sample) {
        return open(List.of(SampleTraces.trace(sample)));
    }

    static Dataset open(List<Path> traces) {
        return Dataset.ofTraces(
                traces,
                IngestOptions.DEFAULT
                        .withMarkers(List.of(MarkerRule.parse("job=pio:0x510")))
                        .timelineOnly(),
                SqlAccess.CONFINED);
    }
}
