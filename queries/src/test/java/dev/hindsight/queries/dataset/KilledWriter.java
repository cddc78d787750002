package dev.hindsight.queries.dataset;

import java.nio.file.Path;
import java.util.List;

/** Replaces a dataset over and over until it is killed; generation g has g rows of table {@code numbers}. */
public final class KilledWriter {

    private KilledWriter() {}

    /** Arguments: the dataset, first generation. */
    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        for (int generation = Integer.parseInt(args[1]); ; generation++) {
            write(directory, generation);
            System.out.println(generation);
        }
    }

    static void write(Path directory, int generation) {
        try (DatasetWriter writer = DatasetWriter.create(directory, 1, 1 << 20)) {
            writer.tables(0, "recorded").open(HandMade.NUMBERS).accept(HandMade.numbers(0, generation));
            writer.addTrace(HandMade.trace(0));
            writer.commit(List.of());
        }
    }
}
