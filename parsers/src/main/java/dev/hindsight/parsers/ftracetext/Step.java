package dev.hindsight.parsers.ftracetext;

/**
 * One piece of the text of an event: {@link LiteralStep}, {@link NumberStep}, {@link CharStep}, {@link TextStep},
 * {@link SymbolicStep}, {@link FlagsStep}, {@link AddressStep}, {@link ItemsStep}, {@link ChoiceStep}, {@link
 * SkippedStep} or {@link EmptyStep}.
 *
 * <p>Matching only finds out where the piece ends and what stands there; the fields learn of it when all pieces have
 * matched, in their order, so that nothing needs to be taken back.
 */
sealed interface Step
        permits LiteralStep,
                NumberStep,
                CharStep,
                TextStep,
                SymbolicStep,
                FlagsStep,
                AddressStep,
                ItemsStep,
                ChoiceStep,
                SkippedStep,
                EmptyStep {

    /** Numbers kept per piece between matching and applying. */
    int NOTES = 3;

    /**
     * Place behind the piece where it stands at {@code at}, -1 where it does not.
     *
     * @param notes where what was found is kept, from {@code note} on, {@link #NOTES} numbers
     */
    int match(byte[] line, int at, int end, long[] notes, int note);

    /** Tells the fields what was found. */
    void apply(byte[] line, long[] notes, int note, FieldValues to);
}
