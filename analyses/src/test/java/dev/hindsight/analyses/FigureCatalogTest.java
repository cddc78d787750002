package dev.hindsight.analyses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.queries.result.ResultColumn;
import dev.hindsight.queries.sql.NamedQueries;
import dev.hindsight.queries.sql.NamedQuery;
import dev.hindsight.queries.sql.SqlParameters;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FigureCatalogTest {

    private static final NamedQueries QUERIES = Figures.QUERIES;

    static Stream<String> names() {
        return QUERIES.all().stream().map(NamedQuery::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void the_header_of_a_figure_names_its_columns_with_their_types(String name) throws SQLException {
        try (HandmadeTimeline timeline = new HandmadeTimeline();
                Connection connection = timeline.connection()) {
            NamedQuery query = QUERIES.get(name);
            SqlParameters numbered = SqlParameters.number(QUERIES.expandedSql(query));
            try (PreparedStatement statement = connection.prepareStatement(numbered.sql())) {
                for (int i = 0; i < numbered.order().size(); i++) {
                    String input = numbered.order().get(i);
                    statement.setObject(i + 1, valueOf(query, input));
                }
                try (ResultSet rows = statement.executeQuery()) {
                    ResultSetMetaData meta = rows.getMetaData();
                    List<String> found = new ArrayList<>();
                    for (int i = 1; i <= meta.getColumnCount(); i++) {
                        found.add(meta.getColumnLabel(i) + " " + meta.getColumnTypeName(i));
                    }
                    List<String> described = query.columns().stream()
                            .map(c -> c.name() + " " + c.type())
                            .toList();
                    assertThat(found).isEqualTo(described);
                    assertThat(rows.next()).as("a row from empty tables").isFalse();
                }
            }
        }
    }

    private static Object valueOf(NamedQuery query, String input) {
        for (NamedQuery.Input declared : query.inputs()) {
            if (declared.name().equals(input)) {
                return declared.parse(declared.defaultText());
            }
        }
        throw new AssertionError(query.name() + " does not declare " + input);
    }

    @ParameterizedTest
    @MethodSource("names")
    void times_and_shares_have_units_and_every_column_is_explained(String name) {
        for (ResultColumn column : QUERIES.get(name).columns()) {
            assertThat(column.doc()).as(column.name()).isNotBlank();
            if (column.name().endsWith("_ns") || column.name().equals("ns")) {
                assertThat(column.unit()).as(column.name()).isEqualTo("ns");
            } else if (column.name().endsWith("_pct")) {
                assertThat(column.unit()).as(column.name()).isEqualTo("%");
            } else if (column.name().endsWith("per_s")) {
                assertThat(column.unit()).as(column.name()).isEqualTo("1/s");
            } else if (column.name().endsWith("_s")) {
                assertThat(column.unit()).as(column.name()).isEqualTo("s");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void every_row_says_which_run_and_trace_it_is_of(String name) {
        assertThat(QUERIES.get(name).columns().stream().map(ResultColumn::name)).startsWith("run", "trace");
    }

    @Test
    void empty_tables_have_an_empty_report() throws SQLException {
        try (HandmadeTimeline timeline = new HandmadeTimeline()) {
            AnalysisReport report = timeline.report(AnalysisOptions.DEFAULT);
            assertThat(report.irqLatency()).isEmpty();
            assertThat(report.worst()).isEmpty();
            assertThat(report.toJson())
                    .containsKeys(
                            "irq_latency",
                            "worst",
                            "jobs",
                            "exits",
                            "sched_latency",
                            "cpu_usage",
                            "cpu_waste",
                            "halt_poll",
                            "warnings");
        }
    }
}
