package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrevStateTest {

    @ParameterizedTest(name = "{1} on {0} ({2})")
    @CsvSource({
        "6.1.0-18-amd64, 0x0, R, 0",
        "6.1.0-18-amd64, 0x100, R+, 0",
        "6.1.0-18-amd64, 0x1, S, 1",
        "6.1.0-18-amd64, 0x2, D, 2",
        "6.1.0-18-amd64, 0x4, T, 1",
        "6.1.0-18-amd64, 0x8, t, 1",
        "6.1.0-18-amd64, 0x10, X, 3",
        "6.1.0-18-amd64, 0x20, Z, 3",
        "6.1.0-18-amd64, 0x40, P, 1",
        "6.1.0-18-amd64, 0x80, I, 1",
        "7.2.0, 0x80, I, 1",
        "4.14.0, 0x100, R+, 0",
        "5.10.0-rt17, 0x40, P, 1",
        "'', 0x100, R+, 0",
        "mainline, 0x80, I, 1",
        "4.13.16, 0x1000, R+, 0",
        "4.13.16, 0x402, I (no load), 1",
        "4.13.16, 0x82, D (killable), 2",
        "4.13.16, 0x40, x, 3",
        "4.13.16, 0x200, P, 1",
        "4.13.16, 0x100, W, 0",
        "4.4.302, 0x800, R+, 0",
        "4.1.52, 0x400, R+, 0",
        "3.10.0-1160.el7, 0x400, R+, 0",
        "3.10.0-1160.el7, 0x20, Z, 3",
        "3.2.0, 0x200, R+, 0",
        "2.6.32, 0x201, R+ on its way to sleep, 0",
        "2.6.32, 0x81, S (wakes for a kill), 1",
    })
    void the_state_is_decoded_by_the_layout_of_its_kernel(String release, String prevState, String name, int expected) {
        assertThat(new PrevState(release).decode(Long.decode(prevState)))
                .as(name)
                .isEqualTo(expected);
    }
}
