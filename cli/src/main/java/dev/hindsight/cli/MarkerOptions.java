package dev.hindsight.cli;

import dev.hindsight.replay.timeline.MarkerRule;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where the guest tells what it is at. */
final class MarkerOptions {

    @Option(
            names = "--marker",
            paramLabel = "NAME=KIND:WHAT",
            converter = Flag.class,
            description = "How the guest, or you, marked real-time work: NAME=pio:PORT, NAME=mmio:ADDRESS,"
                    + " NAME=hypercall:NUMBER[:ARGUMENT], NAME=trace_marker:TEXT or, with --guest,"
                    + " NAME=guest_task:COMM. A value other than 0 begins it, 0 ends it; a guest task is at it"
                    + " from its wakeup to its sleep. May be given several times.")
    private List<MarkerRule> rules = new ArrayList<>();

    List<MarkerRule> rules() {
        return rules;
    }

    /** Parses {@code NAME=pio:0x510} and the like. */
    static final class Flag implements ITypeConverter<MarkerRule> {

        @Override
        public MarkerRule convert(String flag) {
            try {
                return MarkerRule.parse(flag);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
