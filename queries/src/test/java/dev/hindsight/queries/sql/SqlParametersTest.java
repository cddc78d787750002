package dev.hindsight.queries.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlParametersTest {

    @Test
    void names_become_numbers_and_a_name_that_comes_twice_keeps_its_number() {
        SqlParameters numbered = SqlParameters.number("SELECT $slo_ns + $b * $slo_ns");
        assertThat(numbered.sql()).isEqualTo("SELECT $1 + $2 * $1");
        assertThat(numbered.order()).containsExactly("slo_ns", "b");
    }

    @Test
    void dollars_in_texts_quoted_names_and_comments_are_left_alone() {
        String sql = "SELECT '$a ''$b', \"$c\" -- $d\n, /* $e */ 1";
        assertThat(SqlParameters.number(sql)).isEqualTo(new SqlParameters(sql, java.util.List.of()));
    }

    @Test
    void what_is_not_closed_reaches_to_the_end() {
        assertThat(SqlParameters.names("SELECT $a, '$b")).containsExactly("a");
        assertThat(SqlParameters.names("SELECT $a /* $b")).containsExactly("a");
        assertThat(SqlParameters.names("SELECT $a -- $b")).containsExactly("a");
    }
}
