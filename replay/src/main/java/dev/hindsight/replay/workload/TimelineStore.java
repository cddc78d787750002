package dev.hindsight.replay.workload;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of one timeline in memory, block by block. A timeline's builder fills it, or a dataset. */
public final class TimelineStore implements TableSinks {

    private final Set<String> wanted;
    private final Map<String, List<TableBlock>> tables = new HashMap<>();

    /** @param wanted names of the tables to keep; others are dropped as they come */
    public TimelineStore(Set<String> wanted) {
        this.wanted = Set.copyOf(wanted);
    }

    @Override
    public BlockSink open(TableSchema schema) {
        if (!wanted.contains(schema.name())) {
            return block -> {};
        }
        List<TableBlock> blocks = tables.computeIfAbsent(schema.name(), name -> new ArrayList<>());
        return blocks::add;
    }

    /** A table's blocks in row order, none where it has no row. */
    public List<TableBlock> table(TableSchema schema) {
        return tables.getOrDefault(schema.name(), List.of());
    }
}
