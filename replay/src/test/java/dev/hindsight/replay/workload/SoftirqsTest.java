package dev.hindsight.replay.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoftirqsTest {

    @ParameterizedTest
    @CsvSource({
        "4.8.17, BEHIND",
        "4.9.0-13-amd64, BEHIND_UNLESS_WOKEN",
        "5.10.0-32-arm64, BEHIND_UNLESS_WOKEN",
        "6.1.0-56-amd64, BEHIND_UNLESS_WOKEN",
        "6.4.16, BEHIND_UNLESS_WOKEN",
        "6.5.0, BEHIND",
        "6.12.107+deb13-arm64, BEHIND",
        "10.0.1, BEHIND",
        "6.12.107+deb13-rt-arm64, IN_THREAD",
        "6.1.0-56-rt-amd64, IN_THREAD",
        "unknown, BEHIND",
        ", BEHIND",
    })
    void where_softirqs_run_follows_from_the_kernels_release(String release, Softirqs.Where where) {
        assertThat(Softirqs.where(release)).isEqualTo(where);
    }
}
