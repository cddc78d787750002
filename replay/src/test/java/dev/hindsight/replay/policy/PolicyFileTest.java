package dev.hindsight.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policy files mean what the flags mean. */
class PolicyFileTest {

    @Test
    void each_section_has_the_words_of_its_flag() {
        String yaml = """
                name: all
                shield:
                  1: vcpu@rtvmm
                pin:
                  comm=stress-ng*: 0
                  irq=27: 0
                prio:
                  vmm@rtvmm: deadline:4ms/8ms
                  kvm-pit: fifo:85
                cosched:
                  vcpu@rtvmm: fifo:80/other,detect=marker:job,boost,grace=2ms
                pv-sched:
                  vcpu@other: other/fifo:80
                """;
        assertThat(PolicyFile.parse(yaml, "file"))
                .containsExactly(PolicyFlags.parse(
                        "all",
                        "--shield 1=vcpu@rtvmm --pin 'comm=stress-ng*=0' --pin irq=27=0"
                                + " --prio vmm@rtvmm=deadline:4ms/8ms --prio kvm-pit=fifo:85"
                                + " --cosched vcpu@rtvmm=fifo:80/other,detect=marker:job,boost,grace=2ms"
                                + " --pv-sched vcpu@other=other/fifo:80"));
    }

    @Test
    void the_long_forms_mean_the_same_as_the_short_ones() {
        String yaml = """
                name: long
                shield:
                  2-3: {stay: [vcpu@rtvmm, kvm-pit], tickless: true}
                  1: [vhost]
                cosched:
                  vcpu@rtvmm: {high: fifo:80, low: other, detect: 'marker:job', boost: true, grace: 2ms}
                pv-sched:
                  vcpu@other: {base: other, irq: fifo:80}
                """;
        assertThat(PolicyFile.parse(yaml, "file"))
                .containsExactly(PolicyFlags.parse(
                        "long",
                        "--shield 2-3=vcpu@rtvmm,tickless --shield 2-3=kvm-pit,tickless --shield 1=vhost"
                                + " --cosched vcpu@rtvmm=fifo:80/other,detect=marker:job,boost,grace=2ms"
                                + " --pv-sched vcpu@other=other/fifo:80"));
    }

    @Test
    void a_file_has_several_policies_as_documents_or_as_a_list() {
        List<Policy> expected = List.of(
                PolicyFlags.parse("file-1", "--prio vcpu=fifo:80"), PolicyFlags.parse("b", "--prio vcpu=fifo:81"));
        assertThat(PolicyFile.parse("prio: {vcpu: fifo:80}\n---\nname: b\nprio: {vcpu: fifo:81}\n", "file"))
                .isEqualTo(expected);
        assertThat(PolicyFile.parse("- prio: {vcpu: fifo:80}\n- name: b\n  prio: {vcpu: fifo:81}\n", "file"))
                .isEqualTo(expected);
    }

    @Test
    void a_policy_without_a_name_has_the_file_s(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("shield-1.yaml");
        Files.writeString(file, "shield:\n  1: vcpu\n");
        assertThat(PolicyFile.read(file)).containsExactly(PolicyFlags.parse("shield-1", "--shield 1=vcpu"));
    }

    @Test
    void a_refusal_names_the_file(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("p.yaml");
        Files.writeString(file, "prio:\n  vcpu: fast\n");
        assertThatThrownBy(() -> PolicyFile.read(file))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith(file + ": --prio vcpu=fast: class 'fast': expected fifo:1..99");
        Files.write(file, new byte[] {(byte) 0xff, 'a'});
        assertThatThrownBy(() -> PolicyFile.read(file))
                .isInstanceOf(PolicyException.class)
                .hasMessage(file + ": no UTF-8 text");
        Files.write(file, new byte[300_000]);
        assertThatThrownBy(() -> PolicyFile.read(file))
                .isInstanceOf(PolicyException.class)
                .hasMessage(file + ": larger than 256 KiB: that is no policy file");
    }

    @Test
    void of_several_policies_a_refusal_names_the_one() {
        String first = "- name: one\n  prio: {vcpu: fifo:80}\n";
        assertThatThrownBy(() -> PolicyFile.parse(first + "- name: other\n  prio: {vcpu: fast}\n", "file"))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("policy 'other': --prio vcpu=fast: class 'fast'");
        assertThatThrownBy(() -> PolicyFile.parse(first + "- prios: {vcpu: fifo:80}\n", "file"))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("policy 'file-2': no section 'prios'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "---\n", "# nothing\n"})
    void a_file_without_a_policy_is_refused(String yaml) {
        assertThatThrownBy(() -> PolicyFile.parse(yaml, "file"))
                .isInstanceOf(PolicyException.class)
                .hasMessage("no policy in it: expected name: and one of the sections shield, pin, prio, cosched,"
                        + " pv-sched");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "just text | a policy: expected a mapping (name: value), found 'just text'",
                "priority: {vcpu: fifo:80} | no section 'priority'",
                "shields: {1: vcpu} | no section 'shields' (did you mean 'shield'?)",
                "prio: fifo:80 | prio: expected a mapping (name: value), found 'fifo:80'",
                "prio: {vcpu: [fifo:80]} | prio: expected text, found a list",
                "prio: {vcpu: {high: fifo:80}} | prio: expected the flag's text, found a mapping",
                "prio: {vcpu: } | --prio vcpu=: class ''",
                "prio: {vcpu: fifo:80, vcpu: fifo:81} | 'vcpu' is there twice: keep one",
                "shield: {1: {stay: vcpu, tick: true}} | shield: no option 'tick'",
                "shield: {1: {tickless: true}} | shield: 'stay' is missing",
                "shield: {1: {stay: vcpu, tickless: yes}} | tickless: expected true or false, found 'yes'",
                "shield: {1: []} | policy 'file' decides nothing",
                "cosched: {vcpu: {high: fifo:80, detect: halt}} | cosched: 'low' is missing",
                "cosched: {vcpu: {high: fifo:80, low: other, detect: [halt]}} | cosched, detect: expected text, found a list",
                "[{name: a, prio: {vcpu: idle}}, {name: a, prio: {vcpu: idle}}] | two policies are named 'a': rename one",
                "name: [a] | name: expected text, found a list",
                "prio: {vcpu: idle} } | no YAML: line 1, column ",
                "prio: {[a]: idle} | a key: expected text, found a list",
                "{name: &n a, prio: {vcpu: *n}} | *n: write it out, aliases are not taken",
                "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]] | nested deeper than any policy is"
            })
    void what_is_wrong_is_refused_with_what_to_write_instead(String yaml, String reason) {
        assertThatThrownBy(() -> PolicyFile.parse(yaml, "file"))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void ten_thousand_brackets_are_refused_like_any_other_text() {
        assertThatThrownBy(() -> PolicyFile.parse("[".repeat(10_000), "file")).isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> PolicyFile.parse("&a [*a]", "file")).isInstanceOf(PolicyException.class);
    }
}
