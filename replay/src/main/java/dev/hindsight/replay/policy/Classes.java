package dev.hindsight.replay.policy;

import dev.hindsight.replay.policy.Decisions.Cosched;
import dev.hindsight.replay.policy.Decisions.Detector;
import dev.hindsight.replay.policy.Decisions.ParavirtualSched;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.ArrayList;
import java.util.List;

/** Scheduling classes that a policy gives: fixed ones, co-scheduling's, paravirtual scheduling's. */
final class Classes {

    private final Workload workload;
    private final SelectorMatch match;
    private final GuestDetectors detectors;

    /** By thread: the rule that decides, or null, and the class that it has at the begin. */
    final PolicyRule[] rule;

    final SchedParameters[] parameters;
    final List<Cosched> coscheduled = new ArrayList<>();
    final List<ParavirtualSched> paravirtual = new ArrayList<>();

    Classes(Workload workload, SelectorMatch match, List<PolicyRule> rules) {
        this.workload = workload;
        this.match = match;
        detectors = new GuestDetectors(workload, match);
        Threads threads = workload.threads();
        rule = new PolicyRule[threads.size()];
        parameters = new SchedParameters[threads.size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = SchedParameters.recorded(threads.isStopper(i), threads.priority()[i]);
        }
        for (PolicyRule r : rules) {
            if (r instanceof PolicyRule.Prio prio) {
                RuleFault.at(r, () -> give(prio, match.threads(prio.selector()), prio.parameters()));
            } else if (r instanceof PolicyRule.Cosched cosched) {
                RuleFault.at(r, () -> add(cosched));
            } else if (r instanceof PolicyRule.PvSched pv) {
                RuleFault.at(r, () -> add(pv));
            }
        }
    }

    boolean[] decided() {
        boolean[] decided = new boolean[rule.length];
        for (int i = 0; i < decided.length; i++) {
            decided[i] = rule[i] != null;
        }
        return decided;
    }

    private void give(PolicyRule by, int[] threads, SchedParameters p) {
        for (int i : threads) {
            boolean same = rule[i] instanceof PolicyRule.Prio other
                    && by instanceof PolicyRule.Prio prio
                    && other.parameters().equals(prio.parameters());
            if (rule[i] != null && !same) {
                throw new PolicyException(match.shown(i) + " gets its class from " + RuleFault.flag(rule[i])
                        + " too: keep one, or select less");
            }
            rule[i] = by;
            parameters[i] = p;
        }
    }

    private void add(PolicyRule.Cosched cosched) {
        int[] vcpus = vcpus(cosched.selector());
        int marker = detectors.require(cosched, vcpus);
        boolean lowFirst = cosched.detector() == Detector.MARKER || cosched.detector() == Detector.GUEST;
        give(cosched, vcpus, lowFirst ? cosched.low() : cosched.high());
        coscheduled.add(new Cosched(
                vcpus,
                cosched.high(),
                cosched.low(),
                cosched.detector(),
                marker,
                cosched.ripFrom(),
                cosched.ripTo(),
                cosched.boost(),
                cosched.graceNs()));
    }

    private void add(PolicyRule.PvSched pv) {
        int[] vcpus = vcpus(pv.selector());
        give(pv, vcpus, pv.base());
        paravirtual.add(new ParavirtualSched(vcpus, pv.base(), pv.irq()));
    }

    private int[] vcpus(Selector selector) {
        int[] chosen = match.threads(selector);
        int[] vcpus = match.vcpus(chosen);
        if (vcpus.length == 0) {
            throw new PolicyException("'" + selector + "' selects no vCPU, but " + match.shown(chosen[0])
                    + (chosen.length > 1 ? " and others" : "") + ": select vcpu, vcpu@VM or vm=NAME");
        }
        for (int i : vcpus) {
            if (workload.threads().guest()[i] == null) {
                throw new PolicyException("the vCPU " + match.shown(i) + " never enters its guest in the recording:"
                        + " nothing tells when it works; select another");
            }
        }
        return vcpus;
    }

    /** All classes that a thread may get, for the admission of deadlines. */
    List<SchedParameters> possible(int thread) {
        PolicyRule by = rule[thread];
        if (by instanceof PolicyRule.Cosched cosched) {
            return List.of(cosched.high(), cosched.low());
        }
        if (by instanceof PolicyRule.PvSched pv) {
            return List.of(pv.base(), pv.irq());
        }
        return List.of(parameters[thread]);
    }
}
