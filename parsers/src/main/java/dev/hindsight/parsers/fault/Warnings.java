package dev.hindsight.parsers.fault;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Collects warnings by code and subject, in order of first occurrence. Safe for use by several threads.
 *
 * <p>At most {@value #MAX_KINDS} kinds are kept, so that a hostile file can't fill the heap; what is over is counted
 * under {@code more-warnings}.
 */
public final class Warnings {

    /** Kinds kept before further ones are only counted. */
    public static final int MAX_KINDS = 1000;

    private final Map<String, Warning> byKey = new LinkedHashMap<>();

    /** Counts one occurrence of a thing passed over; {@code subject} tells occurrences of one code apart. */
    public void passedOver(String code, String subject, String message, long offset) {
        add(code, subject, () -> message, false, offset, 1);
    }

    /** Counts some occurrences of a thing passed over, {@code message} the first of them; made only where it is kept. */
    public void passedOver(String code, String subject, Supplier<String> message, long offset, long count) {
        add(code, subject, message, false, offset, count);
    }

    /** Counts one occurrence of damage: bytes that could not be read although the file has them, or should have. */
    public void damaged(String code, String subject, String message, long offset) {
        damaged(code, subject, message, offset, 1);
    }

    /** Counts some occurrences of damage, {@code message} the first of them. */
    public void damaged(String code, String subject, String message, long offset, long count) {
        add(code, subject, () -> message, true, offset, count);
    }

    /**
     * Counts an event whose time is before that of the event ahead of it.
     *
     * @param consequence what is done, a clause without full stop
     * @param offset of the event in the file, -1 where it is not known
     */
    public void timeFell(Path file, int cpu, long fromNs, long toNs, String consequence, long offset) {
        String fell = ": time fell from " + fromNs + " to " + toNs + " ns on CPU " + cpu + "; ";
        passedOver("time-fell", "" + cpu, file + fell + consequence, offset);
    }

    private synchronized void add(
            String code, String subject, Supplier<String> message, boolean damage, long offset, long count) {
        String key = code + '\0' + subject;
        Warning had = byKey.get(key);
        if (had == null && byKey.size() >= MAX_KINDS) {
            code = "more-warnings";
            key = code;
            message = () -> "further kinds of warnings, not listed";
            had = byKey.get(key);
        }
        if (had == null) {
            byKey.put(key, new Warning(code, message.get(), count, damage, offset));
        } else {
            byKey.put(
                    key,
                    new Warning(had.code(), had.message(), had.count() + count, had.damage() | damage, had.offset()));
        }
    }

    /** All kinds so far, in order of first occurrence. */
    public synchronized List<Warning> all() {
        return new ArrayList<>(byKey.values());
    }

    /** Whether any of them lost data to damage. */
    public synchronized boolean anyDamage() {
        for (Warning w : byKey.values()) {
            if (w.damage()) {
                return true;
            }
        }
        return false;
    }
}
