package dev.hindsight.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Recordings of one load beside one guest on one host, under several policies.
 *
 * @param name load, guest and tag
 * @param guest which guest
 * @param byPolicy recordings; {@code base} first, {@code again} its repeat
 */
record RecordedGroup(String name, String guest, Map<String, Path> byPolicy) {

    static final String BASE = "base";
    static final String AGAIN = "again";

    private static final Pattern FILE =
            Pattern.compile("([A-Za-z0-9]+)-([A-Za-z0-9]+)-([A-Za-z0-9]+)(-[A-Za-z0-9]+)?\\.dat");

    /** All groups of a directory that have a base. */
    static List<RecordedGroup> in(Path directory) {
        Map<String, Map<String, Path>> files = new TreeMap<>();
        Map<String, String> guests = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.sorted().toList()) {
                Matcher m = FILE.matcher(file.getFileName().toString());
                if (m.matches()) {
                    String group = m.group(1) + "-" + m.group(2) + (m.group(4) == null ? "" : m.group(4));
                    files.computeIfAbsent(group, g -> new TreeMap<>()).put(m.group(3), file);
                    guests.put(group, m.group(2));
                }
            }
        } catch (IOException e) {
            throw new WrongUse(directory + ": no directory of recordings: " + e.getMessage());
        }
        List<RecordedGroup> groups = new ArrayList<>();
        files.forEach((group, byPolicy) -> {
            if (byPolicy.containsKey(BASE)) {
                Map<String, Path> ordered = new LinkedHashMap<>();
                ordered.put(BASE, byPolicy.remove(BASE));
                ordered.putAll(byPolicy);
                groups.add(new RecordedGroup(group, guests.get(group), ordered));
            }
        });
        if (groups.isEmpty()) {
            throw new WrongUse(directory + ": no recordings named LOAD-GUEST-base-TAG.dat");
        }
        return groups;
    }
}
