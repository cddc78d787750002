package dev.hindsight.cli;

import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.policy.PolicyFile;
import dev.hindsight.replay.policy.PolicyFlags;
import dev.hindsight.replay.policy.PolicyRule;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is decided otherwise than in the recording: the flags together are one policy, files have any number. */
final class PolicyOptions {

    @Option(
            names = "--shield",
            paramLabel = "CPUS=SELECTOR",
            description = "Keep CPUs for the selected, for instance 1=vcpu@rtvmm: these stay there alone, all else that"
                    + " may move leaves, device interrupts too. With ',tickless' the tick stops there too.")
    private List<String> shield = new ArrayList<>();

    @Option(
            names = "--pin",
            paramLabel = "SELECTOR=CPUS",
            description = "Let the selected run on these CPUs only, for instance comm=stress-ng*=0 or vcpu@rtvmm=0-1.")
    private List<String> pin = new ArrayList<>();

    @Option(
            names = "--prio",
            paramLabel = "SELECTOR=CLASS",
            description = "Scheduling class: fifo:N, rr:N, deadline:RUNTIME/PERIOD, other[:NICE] or idle, for instance"
                    + " vcpu@rtvmm=fifo:80.")
    private List<String> prio = new ArrayList<>();

    @Option(
            names = "--cosched",
            paramLabel = "SELECTOR=HIGH/LOW,detect=...",
            description = "Co-scheduling: HIGH while the guest does real-time work, LOW while it is idle, as"
                    + " detect=marker:NAME, halt, rip:A-B or guest tells; with ',boost' HIGH from each"
                    + " interrupt on.")
    private List<String> cosched = new ArrayList<>();

    @Option(
            names = "--pv-sched",
            paramLabel = "SELECTOR=BASE/IRQ",
            description = "Paravirtual scheduling: class BASE, and IRQ from an interrupt to the end of its handler.")
    private List<String> pvSched = new ArrayList<>();

    @Option(
            names = {"-p", "--policy"},
            paramLabel = "FILE",
            description = "Policies in YAML, in the words of the flags. May be given several times.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "what-if",
            description = "What to call the policy of the flags (default: ${DEFAULT-VALUE}).")
    private String name;

    /** All policies, with names of their own; none where nothing was given. */
    List<Policy> policies() {
        List<Policy> policies = new ArrayList<>();
        List<PolicyRule> rules = new ArrayList<>();
        add("shield", shield, rules);
        add("pin", pin, rules);
        add("prio", prio, rules);
        add("cosched", cosched, rules);
        add("pv-sched", pvSched, rules);
        if (!rules.isEmpty()) {
            policies.add(new Policy(name, rules));
        }
        for (Path file : files) {
            policies.addAll(read(file));
        }
        List<String> names = new ArrayList<>();
        for (Policy policy : policies) {
            if (names.contains(policy.name())) {
                throw new WrongUse("two policies are named '" + policy.name() + "': rename one (--name, or name: in the"
                        + " file)");
            }
            names.add(policy.name());
        }
        return policies;
    }

    /** Runs of these policies, the model of the recorded one first. */
    static List<PlannedRun> plans(List<Policy> policies, ReplayOptions how) {
        List<PlannedRun> plans = new ArrayList<>();
        plans.add(PlannedRun.modelled(how));
        for (Policy wanted : policies) {
            if (wanted.name().equals(PlannedRun.MODELLED)) {
                throw new WrongUse("policy name '" + PlannedRun.MODELLED + "' stands for the model of the recording:"
                        + " choose another");
            }
            plans.add(PlannedRun.of(wanted, how));
        }
        return plans;
    }

    private static void add(String word, List<String> values, List<PolicyRule> rules) {
        for (String value : values) {
            rules.add(PolicyFlags.rule(word, value));
        }
    }

    private static List<Policy> read(Path file) {
        try {
            return PolicyFile.read(file);
        } catch (NoSuchFileException e) {
            throw new WrongUse(file + ": no such policy file");
        } catch (IOException e) {
            throw new WrongUse(file + ": the policy file can't be read: " + e.getMessage());
        }
    }
}
