package dev.hindsight.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration on the command line, in ns: {@code 1ms}, {@code 250us}, {@code 0.5s}, {@code 800ns}. */
final class DurationOption implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s)");

    @Override
    public Long convert(String text) {
        Matcher m = FORM.matcher(text.toLowerCase(Locale.ROOT).strip());
        if (!m.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no duration: give a number with its unit, for instance 1ms, 250us or 0.5s");
        }
        long unitNs = switch (m.group(2)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            default -> 1_000_000_000L;
        };
        try {
            return new BigDecimal(m.group(1))
                    .multiply(BigDecimal.valueOf(unitNs))
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is no whole number of ns, or too long");
        }
    }
}
