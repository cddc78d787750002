package dev.hindsight.analyses.compare;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A measure as it was predicted and as it was measured. Errors are in percent of the measured value; those of shares, which
 * are percents themselves, in points; those of a background of next to no CPU time in percent of a twentieth of a CPU.
 *
 * @param recorded in the recording that was replayed
 * @param modelled what the model makes of that recording's own policy
 * @param predicted under the other policy
 * @param measured in the recording under the other policy
 * @param base in the recording that was repeated, mostly the one that was replayed; null where there is none
 * @param again in its repeat, under the same policy
 */
public record ValidatedFigure(
        Subject subject,
        String measure,
        Double recorded,
        Double modelled,
        Double predicted,
        Double measured,
        Double base,
        Double again) {

    /** A background of less, in CPUs, is next to none: errors are relative to this then. */
    private static final double LITTLE_CPU = 0.05;

    /** Whether errors are in points. */
    public boolean inPoints() {
        return MeasureUnit.of(measure) == MeasureUnit.PERCENT;
    }

    /** How far the prediction is off, null where either is not there. */
    public Double error() {
        return off(predicted, measured);
    }

    /** How far two recordings of one policy are apart, null where there is no repeat. */
    public Double noise() {
        return off(again, base);
    }

    /** How far the model is off the recording it was made from. */
    public Double modelError() {
        return off(modelled, recorded);
    }

    /** What of the error the noise does not explain; without a repeat the error itself. */
    public Double beyondNoise() {
        Double error = error();
        Double noise = noise();
        return error == null ? null : (Double) Math.max(0, error - (noise == null ? 0 : noise));
    }

    private Double off(Double value, Double truth) {
        if (value == null || truth == null) {
            return null;
        }
        double apart = Math.abs(value - truth);
        if (inPoints()) {
            return apart;
        }
        double whole = subject.section() == Section.BACKGROUND ? Math.max(truth, LITTLE_CPU) : Math.abs(truth);
        return apart == 0 ? (Double) 0.0 : whole == 0 ? null : (Double) (100 * apart / whole);
    }

    /** Largest error beyond noise that is good: 10 %, 20 % for the slow tail, 3 points; null where none is set. */
    public Double target() {
        return switch (subject.section()) {
            case IRQ_LATENCY ->
                switch (measure) {
                    case "p50_ns", "p90_ns" -> (Double) 10.0;
                    case "p99_ns" -> (Double) 20.0;
                    default -> null;
                };
            case JOBS, BACKGROUND -> measure.equals("per_s") ? (Double) 10.0 : null;
            case CPU_WASTE -> measure.equals("total_pct") ? null : (Double) 3.0;
            case CPU_USAGE -> null;
        };
    }

    /** Whether the error beyond noise is over the target. */
    public boolean misses() {
        return target() != null && beyondNoise() != null && beyondNoise() > target();
    }

    Map<String, Object> toJson() {
        MeasureUnit unit = MeasureUnit.of(measure);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("section", subject.section().key());
        json.putAll(subject.names());
        json.put("measure", measure);
        json.put("recorded", unit.plain(recorded));
        json.put("modelled", unit.plain(modelled));
        json.put("predicted", unit.plain(predicted));
        json.put("measured", unit.plain(measured));
        json.put("base", unit.plain(base));
        json.put("again", unit.plain(again));
        json.put("error_in", inPoints() ? "points" : "%");
        json.put("error", error());
        json.put("noise", noise());
        json.put("beyond_noise", beyondNoise());
        json.put("target", target());
        return json;
    }
}
