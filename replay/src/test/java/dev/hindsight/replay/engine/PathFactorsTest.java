package dev.hindsight.replay.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathFactorsTest {

    private static final int IO = 3;

    @Test
    void what_is_usual_of_a_path_is_scaled_and_what_goes_beyond_it_stays() {
        assertThat(PathFactors.scaled(80, 1.5, 100)).isEqualTo(120);
        assertThat(PathFactors.scaled(100, 1.5, 100)).isEqualTo(150);
        assertThat(PathFactors.scaled(1_000, 1.5, 100)).isEqualTo(1_050);
        assertThat(PathFactors.scaled(1_000, 0.5, 100)).isEqualTo(950);
        assertThat(PathFactors.scaled(40, 0.5, 100)).isEqualTo(20);
        assertThat(PathFactors.scaled(123, 1, 5)).isEqualTo(123);
    }

    @Test
    void samples_keep_their_order_and_their_tail() {
        Samples samples = new Samples(new long[] {10, 500, 20}, 2);
        assertThat(List.of(samples.next(), samples.next(), samples.next(), samples.next()))
                .containsExactly(20L, 520L, 40L, 20L);
    }

    @Test
    void factors_that_no_host_has_are_refused() {
        assertThatThrownBy(() -> PathFactors.all(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PathFactors(1, Double.NaN, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PathFactors(1, 1, 1, 2_000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_guest_at_another_speed_has_other_exits_and_handlers_and_the_same_work() {
        Program ops = new Program();
        ops.append(Op.GUEST, 100, 0); // handler
        ops.append(Op.VM_EXIT, 0, IO);
        ops.append(Op.COMPUTE, 30, 0);
        ops.append(Op.GUEST, 7_000, 0); // work
        ops.append(Op.VM_EXIT, 0, IO);
        ops.append(Op.COMPUTE, 330, 0);
        Program halt = new Program();
        halt.append(Op.VM_EXIT, 0, 0);
        halt.append(Op.COMPUTE, 50, 0);
        halt.append(Op.HALT, 0, 0);
        GuestProgram guest = new GuestProgram(
                ops,
                0,
                new int[] {0},
                new int[] {0},
                new int[] {3},
                new int[] {3},
                new int[] {6},
                GuestProgram.Idle.HALT,
                halt,
                false);
        GuestProgram slow = GuestAtSpeed.of(guest, new PathFactors(2, 1, 1, 3));
        assertThat(lengths(slow.ops())).containsExactly(300L, 0L, 60L, 7_000L, 0L, 660L);
        assertThat(lengths(slow.haltOps())).containsExactly(0L, 100L, 0L);
        assertThat(GuestAtSpeed.of(guest, PathFactors.RECORDED)).isSameAs(guest);
        assertThat(GuestAtSpeed.of(null, PathFactors.all(2))).isNull();
    }

    private static List<Long> lengths(Program program) {
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < program.size(); i++) {
            lengths.add(program.a(i));
        }
        return lengths;
    }
}
