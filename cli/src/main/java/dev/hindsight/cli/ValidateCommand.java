package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.compare.Validation;
import dev.hindsight.replay.policy.Policy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight validate}. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Holds predictions against recordings made under the predicted policy.",
            "Predicts recording B from recording A under B's policy, given as flags or as a file of one policy, and holds the prediction against B: relative error of each figure (of shares in points), run-to-run noise from A and its repeat A2, and what of the error the noise does not explain.",
            "A host's speed drifts from run to run: exits and the guest's handlers are scaled by the median ratio of what both recordings show of each, interrupts, wakeups and switches by that of all their short paths.",
            "With --all, every pair of a directory of recordings named LOAD-GUEST-POLICY-TAG.dat is predicted and written as Markdown. 'base' is the recording that policies are applied to, 'again' its repeat; a policy named X predicts X from base, X-to-Y predicts Y from X, GUEST-X is for one guest alone. One that does not fit a recording is left out there, and told."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight validate base.dat prio.dat --prio vcpu@rtvmm=fifo:80 --again again.dat",
            "  hindsight validate base.dat shield.dat -p shield.yaml --marker job=pio:0x510 --slo 1ms --format json",
            "  hindsight validate --all DIR -p sample-traces/lab/x86/policies.yaml --marker job=pio:0x510 --slo 1ms"
                    + " --notes replay/validation-notes.md -o replay/VALIDATION.md",
        })
final class ValidateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private PolicyOptions policy;

    @Mixin
    private ReplayingOptions replaying;

    @Mixin
    private MarkerOptions markers;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private OutputOptions output;

    @Parameters(index = "0", arity = "0..1", paramLabel = "A", description = "The recording to predict from.")
    private Path a;

    @Parameters(index = "1", arity = "0..1", paramLabel = "B", description = "The recording to predict.")
    private Path b;

    @Option(
            names = "--again",
            paramLabel = "A2",
            description = "A repeat of A under A's policy: tells the run-to-run noise.")
    private Path again;

    @Option(
            names = "--slo",
            paramLabel = "DURATION",
            converter = DurationOption.class,
            description = "Longest good response, for instance 1ms: exceedances are predicted too.")
    private Long sloNs;

    @Option(names = "--all", paramLabel = "DIR", description = "Validate every pair of a directory of recordings.")
    private Path all;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "With --all: where the Markdown goes (default: standard output).")
    private Path file;

    @Option(
            names = "--notes",
            paramLabel = "FILE",
            description = "With --all: Markdown that explains the misses, put into the output.")
    private Path notes;

    @Override
    public Integer call() {
        AnalysisOptions options;
        try {
            options = sloNs == null ? AnalysisOptions.DEFAULT : AnalysisOptions.DEFAULT.withSloNs(sloNs);
        } catch (IllegalArgumentException e) {
            throw new WrongUse(e.getMessage());
        }
        List<Policy> policies = policy.policies();
        if (all != null) {
            if (a != null || again != null) {
                throw new WrongUse("--all DIR takes the recordings from the directory: leave out A, B and --again");
            }
            if (policies.isEmpty()) {
                throw new WrongUse("--all needs the policies of the recordings: -p FILE");
            }
            return validateAll(policies, options);
        }
        if (a == null || b == null) {
            throw new WrongUse("give two recordings, A to predict from and B to predict, or --all DIR");
        }
        if (policies.size() > 1) {
            throw new WrongUse("B was made under one policy, found " + policies.size());
        }
        ChosenRun from = open(a, options);
        ChosenRun measured = open(b, options);
        ChosenRun repeat = again == null ? null : open(again, options);
        Policy of = policies.isEmpty() ? null : policies.get(0);
        Prediction prediction = new Prediction(from, markers.rules(), reading.read(), replaying.extended(), options);
        Prediction.Target target = new Prediction.Target(of == null ? "predicted" : of.name(), of, measured);
        Validation validation = prediction
                .validate(List.of(target), repeat == null ? null : from, repeat)
                .get(0);
        PrintWriter out = spec.commandLine().getOut();
        switch (output.format()) {
            case TABLE -> ValidationText.print(out, validation, target, prediction);
            case JSON -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("a", from.toJson());
                json.put("b", measured.toJson());
                json.put("machines_differ", from.machineDiffersFrom(measured));
                json.put("again", repeat == null ? null : repeat.toJson());
                json.put("policy", of == null ? "" : of.text());
                json.putAll(validation.toJson());
                OutputOptions.json(out, json);
            }
            case CSV -> output.rows(out, ValidationText.rows(validation));
        }
        return Math.max(from.exitCode(), measured.exitCode());
    }

    private ChosenRun open(Path path, AnalysisOptions options) {
        return ChosenRun.open(path, Policy.RECORDED, 0, markers.rules(), reading.read(), options, false);
    }

    private int validateAll(List<Policy> policies, AnalysisOptions options) {
        List<ValidatedGroup> groups = new ArrayList<>();
        for (RecordedGroup group : RecordedGroup.in(all)) {
            groups.add(ValidatedGroup.of(
                    group,
                    policies,
                    path -> open(path, options),
                    from -> new Prediction(from, markers.rules(), reading.read(), replaying.extended(), options)));
        }
        for (ValidatedGroup group : groups) {
            for (ValidatedGroup.Refused refused : group.refused()) {
                spec.commandLine()
                        .getErr()
                        .println("hindsight: warning: " + group.group().name() + ": " + refused.from() + " to "
                                + refused.to() + " is not predicted: " + refused.reason());
            }
        }
        spec.commandLine().getErr().flush();
        try {
            String explained = notes == null ? "" : Files.readString(notes);
            String markdown = new ValidationMarkdown(groups, policies, explained).text();
            if (file == null) {
                spec.commandLine().getOut().print(markdown);
                spec.commandLine().getOut().flush();
            } else {
                Files.writeString(file, markdown, StandardCharsets.UTF_8);
            }
            return ExitCode.SUCCESS;
        } catch (IOException e) {
            throw new WrongUse("cannot be read or written: " + e.getMessage());
        }
    }
}
