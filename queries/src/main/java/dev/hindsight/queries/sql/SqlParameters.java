package dev.hindsight.queries.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * SQL with named parameters ({@code $name}) as JDBC takes it, with numbered ones ({@code $1}). Dollars in strings,
 * quoted names and comments are left alone.
 *
 * @param sql with {@code $1} for the first name, and so on
 * @param order the names, {@code $1} first
 */
public record SqlParameters(String sql, List<String> order) {

    /** Names in the SQL, each once, in order of first occurrence. */
    public static Set<String> names(String sql) {
        return new LinkedHashSet<>(number(sql).order());
    }

    /** Numbers the names. */
    public static SqlParameters number(String sql) {
        StringBuilder to = new StringBuilder(sql.length());
        List<String> order = new ArrayList<>();
        int at = 0;
        while (at < sql.length()) {
            int end = SqlText.passedOver(sql, at);
            if (end > at) {
                to.append(sql, at, end);
                at = end;
                continue;
            }
            char c = sql.charAt(at);
            int nameEnd = at + 1;
            while (c == '$' && nameEnd < sql.length() && isNamePart(sql.charAt(nameEnd), nameEnd == at + 1)) {
                nameEnd++;
            }
            if (nameEnd > at + 1) {
                String name = sql.substring(at + 1, nameEnd);
                if (!order.contains(name)) {
                    order.add(name);
                }
                to.append('$').append(order.indexOf(name) + 1);
            } else {
                to.append(c);
            }
            at = nameEnd;
        }
        return new SqlParameters(to.toString(), List.copyOf(order));
    }

    private static boolean isNamePart(char c, boolean first) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
    }
}
