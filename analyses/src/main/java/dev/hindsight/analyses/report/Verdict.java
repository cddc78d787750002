package dev.hindsight.analyses.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a report comes to.
 *
 * @param vms one for each virtual machine of each recording
 * @param notes what to know beside them, sentences
 */
public record Verdict(List<OfVm> vms, List<String> notes) {

    /** Whether interrupt responses are good enough. */
    public enum Standing {
        /** No measured response is over the SLO. */
        MEETS,
        /** Some are. */
        MISSES,
        /** There is no SLO to hold them against. */
        NO_SLO,
        /** No response could be measured. */
        UNSEEN
    }

    /** What a policy does to the measure that is judged, by its prediction. */
    public enum Effect {
        /** No predicted response is over the SLO, and that is a change beyond the model's error. */
        MEETS,
        /** A gain beyond the model's error, and what is left over the SLO is within that error of none. */
        NEARLY_MEETS,
        /** A gain beyond the model's error. */
        BETTER,
        /** No change beyond the model's error. */
        WITHIN_ERROR,
        /** A loss beyond the model's error. */
        WORSE,
        /** The measure or the model's error is not known. */
        UNKNOWN
    }

    /**
     * A virtual machine of a recording.
     *
     * @param run number of the recorded run
     * @param vm its label
     * @param measured deliveries whose response was measured
     * @param unmeasured deliveries that were lost or never seen handled
     * @param over measured responses over the SLO, null without one
     * @param overPct of the measured ones, null without SLO or deliveries
     * @param worstNs longest response, null without deliveries
     * @param line the interrupt of which that was, in words
     * @param judgedLine without SLO: the interrupt whose 99th percentile policies are judged by, in words
     * @param p99Ns of the judged line, else of the line with the longest response
     * @param blame who held the CPU while late ones waited, most first, sentences
     * @param policies what the given policies would do
     * @param summary sentences
     */
    public record OfVm(
            int run,
            String vm,
            Standing standing,
            long measured,
            long unmeasured,
            Long over,
            Double overPct,
            Long worstNs,
            String line,
            String judgedLine,
            Long p99Ns,
            List<String> blame,
            List<OfPolicy> policies,
            List<String> summary) {

        public OfVm {
            blame = List.copyOf(blame);
            policies = List.copyOf(policies);
            summary = List.copyOf(summary);
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("run", run);
            json.put("vm", vm);
            json.put("standing", standing.name());
            json.put("measured", measured);
            json.put("unmeasured", unmeasured);
            json.put("over", over);
            json.put("over_pct", overPct);
            json.put("worst_ns", worstNs);
            json.put("line", line);
            json.put("judged_line", judgedLine);
            json.put("p99_ns", p99Ns);
            json.put("blame", blame);
            json.put("policies", policies.stream().map(OfPolicy::toJson).toList());
            json.put("summary", summary);
            return json;
        }
    }

    /**
     * A policy, or the model of the recorded one, for a virtual machine.
     *
     * @param run number of its run
     * @param effect what it does to the measure
     * @param measure {@code over_slo_pct} or {@code p99_ns}
     * @param recorded the measure as recorded
     * @param modelled the measure in the model of the recorded policy
     * @param predicted the measure under the policy
     * @param modelError how far the model is off the recording; no smaller change is called one
     * @param worstNs longest predicted response
     * @param costs what it changes for the worse beyond the model's error, in words
     */
    public record OfPolicy(
            int run,
            Effect effect,
            String measure,
            Double recorded,
            Double modelled,
            Double predicted,
            Double modelError,
            Long worstNs,
            List<String> costs) {

        public OfPolicy {
            costs = List.copyOf(costs);
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("run", run);
            json.put("effect", effect.name());
            json.put("measure", measure);
            json.put("recorded", recorded);
            json.put("modelled", modelled);
            json.put("predicted", predicted);
            json.put("model_error", modelError);
            json.put("worst_ns", worstNs);
            json.put("costs", costs);
            return json;
        }
    }

    public Verdict {
        vms = List.copyOf(vms);
        notes = List.copyOf(notes);
    }

    /** Every sentence of it, the first ones first. */
    public List<String> sentences() {
        List<String> all = new ArrayList<>();
        vms.forEach(vm -> all.addAll(vm.summary()));
        all.addAll(notes);
        return all;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("vms", vms.stream().map(OfVm::toJson).toList());
        json.put("notes", notes);
        return json;
    }
}
