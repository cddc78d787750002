package dev.hindsight.queries.dataset;

import java.util.ArrayList;
import java.util.List;

/**
 * Names addresses of an event's table by joins with table {@code symbol}, one for each address that the event shows. The
 * names that the joins bring begin with {@code hs_}, so that they hide no column of the event.
 */
final class SymbolJoins implements ArgsSql.AddressNames {

    private final List<String> addresses = new ArrayList<>();

    @Override
    public String sql(String address, boolean withOffset) {
        int i = addresses.indexOf(address);
        if (i < 0) {
            i = addresses.size();
            addresses.add(address);
        }
        String name = "hs_name" + i + (withOffset ? " || '+0x' || " + IntegerSql.hex("hs_offset" + i) : "");
        return "coalesce(" + name + ", " + ArgsSql.HEX.sql(address, withOffset) + ")";
    }

    /** To stand behind the event's table in FROM. */
    String sql() {
        StringBuilder joins = new StringBuilder();
        for (int i = 0; i < addresses.size(); i++) {
            joins.append(" LEFT JOIN (SELECT trace AS hs_trace")
                    .append(i)
                    .append(", address AS hs_address")
                    .append(i)
                    .append(", name AS hs_name")
                    .append(i)
                    .append(", offset_bytes AS hs_offset")
                    .append(i)
                    .append(" FROM symbol) ON hs_trace")
                    .append(i)
                    .append(" = trace AND hs_address")
                    .append(i)
                    .append(" = ")
                    .append(addresses.get(i));
        }
        return joins.toString();
    }
}
