package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What was passed over in the lines of a batch: kept until the batch is read, so that warnings come in the order of the text
 * although its lines are taken apart ahead, and the first damage of a strict reading comes after the events before it.
 */
final class LineFaults {

    private final Map<String, Fault> byKey = new LinkedHashMap<>();

    /** One kind of fault; of the first of its lines. */
    private static final class Fault {
        final String code;
        final String subject;
        final DamagedTraceException damage;
        final String message;
        final long offset;
        long count;

        Fault(String code, String subject, DamagedTraceException damage, String message, long offset) {
            this.code = code;
            this.subject = subject;
            this.damage = damage;
            this.message = message;
            this.offset = offset;
        }
    }

    void clear() {
        byKey.clear();
    }

    /** Takes note of a line that is no damage; the message is made for the first of its kind. */
    void passedOver(String code, String subject, Supplier<String> message, long offset) {
        byKey.computeIfAbsent(code + '\0' + subject, key -> new Fault(code, subject, null, message.get(), offset))
                .count++;
    }

    /** Takes note of a line that is left out. */
    void broken(String code, Path file, long offset, String expected, Supplier<String> actual) {
        byKey.computeIfAbsent(code, key -> {
                    DamagedTraceException damage = new DamagedTraceException(file, offset, expected, actual.get());
                    return new Fault(code, "", damage, "", offset);
                })
                .count++;
    }

    /** Tells all of it. */
    void tell(Damage to) {
        for (Fault fault : byKey.values()) {
            if (fault.damage != null) {
                to.found(fault.code, fault.subject, fault.damage, "the line is left out", fault.count);
            } else {
                to.warnings().passedOver(fault.code, fault.subject, () -> fault.message, fault.offset, fault.count);
            }
        }
    }
}
