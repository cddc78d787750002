package dev.hindsight.queries.sql;

import dev.hindsight.queries.result.QueryException;
import dev.hindsight.replay.policy.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Named queries, checked: whatever one uses is there, and every {@code $name} in the SQL is an input and used. */
public final class NamedQueries {

    private final Map<String, NamedQuery> byName = new TreeMap<>();

    /** A catalog of these. */
    public NamedQueries(Collection<NamedQuery> queries) {
        for (NamedQuery query : queries) {
            if (byName.put(query.name(), query) != null) {
                throw new IllegalArgumentException("two queries are named " + query.name());
            }
        }
        for (NamedQuery query : queries) {
            check(query);
        }
    }

    /**
     * All {@code .sql} files of some folders of the classpath, in a directory or in a jar; not of folders within them.
     *
     * @param folders for instance {@code dev/hindsight/analyses}
     */
    public static NamedQueries onClasspath(ClassLoader loader, String... folders) {
        try {
            List<NamedQuery> queries = new ArrayList<>();
            for (String folder : folders) {
                Set<String> names = new TreeSet<>();
                for (URL url : Collections.list(loader.getResources(folder))) {
                    addNames(url, folder, names);
                }
                for (String name : names) {
                    try (InputStream in = loader.getResourceAsStream(folder + "/" + name + ".sql")) {
                        queries.add(NamedQuery.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
                    }
                }
                if (names.isEmpty()) {
                    throw new IllegalStateException("no named queries under " + folder + " on the classpath");
                }
            }
            return new NamedQueries(queries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addNames(URL url, String folder, Set<String> names) throws IOException {
        URLConnection connection = url.openConnection();
        if (connection instanceof JarURLConnection jar) {
            try (Stream<String> entries = jar.getJarFile().stream().map(e -> e.getName())) {
                entries.filter(e -> e.startsWith(folder + "/") && e.indexOf('/', folder.length() + 1) < 0)
                        .forEach(e -> addName(e.substring(folder.length() + 1), names));
            }
        } else if (url.getProtocol().equals("file")) {
            try (Stream<Path> files = Files.list(Path.of(java.net.URI.create(url.toString())))) {
                files.forEach(f -> addName(f.getFileName().toString(), names));
            }
        }
    }

    private static void addName(String file, Set<String> names) {
        if (file.endsWith(".sql")) {
            names.add(file.substring(0, file.length() - 4));
        }
    }

    private void check(NamedQuery query) {
        Set<String> needed = new TreeSet<>(SqlParameters.names(query.sql()));
        Set<String> declared = new TreeSet<>();
        query.inputs().forEach(i -> declared.add(i.name()));
        for (NamedQuery used : withUsed(query)) {
            needed.addAll(SqlParameters.names(used.sql()));
        }
        if (!needed.equals(declared)) {
            throw new IllegalArgumentException(
                    "query " + query.name() + " declares inputs " + declared + " and its SQL has " + needed);
        }
    }

    /** In order of name. */
    public Collection<NamedQuery> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** A query by its name; where there is none the error names the nearest, and all. */
    public NamedQuery get(String name) {
        NamedQuery query = byName.get(name);
        if (query == null) {
            throw new QueryException("no query is named '" + name + "'" + Nearest.hint(name, byName.keySet())
                    + "; there are " + String.join(", ", byName.keySet()));
        }
        return query;
    }

    /**
     * The query's SQL with what it uses before it, as common table expressions. Inputs stand in it as
     * {@code $name}.
     */
    public String expandedSql(NamedQuery query) {
        if (query.uses().isEmpty()) {
            return query.sql();
        }
        StringBuilder with = new StringBuilder();
        for (NamedQuery used : withUsed(query)) {
            if (used != query) {
                with.append(with.length() == 0 ? "WITH " : ",\n")
                        .append(used.name())
                        .append(" AS (\n")
                        .append(used.sql().strip())
                        .append("\n)");
            }
        }
        String sql = query.sql().strip();
        if (sql.length() > 4 && sql.regionMatches(true, 0, "WITH", 0, 4) && Character.isWhitespace(sql.charAt(4))) {
            return with.append(",").append(sql.substring(4)).toString();
        }
        return with.append("\n").append(sql).toString();
    }

    /** What a query uses, used ones first, itself last. */
    private List<NamedQuery> withUsed(NamedQuery query) {
        Set<NamedQuery> done = new LinkedHashSet<>();
        collect(query, done, new ArrayList<>());
        return List.copyOf(done);
    }

    private void collect(NamedQuery query, Set<NamedQuery> done, List<String> path) {
        if (path.contains(query.name())) {
            throw new IllegalArgumentException("query " + query.name() + " uses itself through " + path);
        }
        path.add(query.name());
        for (String name : query.uses()) {
            NamedQuery used = byName.get(name);
            if (used == null) {
                throw new IllegalArgumentException("query " + query.name() + " uses " + name + ", which is not there");
            }
            collect(used, done, path);
        }
        path.remove(path.size() - 1);
        done.add(query);
    }
}
