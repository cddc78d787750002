package dev.hindsight.analyses.report;

import dev.hindsight.analyses.Figures;
import dev.hindsight.queries.sql.NamedQuery;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The SQL behind a report, for those who want to know, or to ask further. */
final class ReportQueries {

    /** What stands in a report in another form than a table. */
    private static final List<String> OTHERS =
            List.of("cpu_strip", "lost_slots", "delivery_points", "delivery_timeline", "worst", "figure_warnings");

    private ReportQueries() {}

    /** By name: what it answers, what it uses, its SQL; with all that it uses. */
    static Map<String, Object> toJson(Collection<String> names) {
        TreeSet<String> all = new TreeSet<>();
        names.forEach(name -> add(name, all));
        OTHERS.forEach(name -> add(name, all));
        Map<String, Object> json = new LinkedHashMap<>();
        for (String name : all) {
            NamedQuery query = Figures.QUERIES.get(name);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("purpose", query.purpose());
            entry.put("doc", query.doc());
            entry.put("uses", query.uses());
            entry.put("sql", query.sql().strip());
            json.put(name, entry);
        }
        return json;
    }

    private static void add(String name, Set<String> all) {
        if (all.add(name)) {
            Figures.QUERIES.get(name).uses().forEach(used -> add(used, all));
        }
    }
}
