package dev.hindsight.parsers.format;

import java.util.Objects;

/** A part of a format string: {@link Literal} text, or a {@link Conversion} with its argument. */
public sealed interface PrintPiece {

    /** Text to print as it is. */
    record Literal(String text) implements PrintPiece {}

    /**
     * A printf conversion, for instance {@code %-8s} or {@code %#010llx}.
     *
     * @param spec flags, width, precision and length
     * @param conversion {@code d i u o x X c s} or {@code p}
     * @param pointer what follows {@code %p}: {@code s}, {@code S}, {@code I4}, {@code M}, {@code Ub}, ...; else empty
     * @param widthArg the value of a {@code *} width, or null
     * @param precisionArg the value of a {@code .*} precision, or null
     * @param arg what to print
     */
    record Conversion(
            PrintSpec spec, char conversion, String pointer, PrintExpr widthArg, PrintExpr precisionArg, PrintExpr arg)
            implements PrintPiece {
        public Conversion {
            Objects.requireNonNull(spec, "spec");
            Objects.requireNonNull(arg, "arg");
        }
    }
}
