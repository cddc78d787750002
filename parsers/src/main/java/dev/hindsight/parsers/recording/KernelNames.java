package dev.hindsight.parsers.recording;

/** Names of the traced kernel's functions by address, as far as the recording saved them. */
@FunctionalInterface
public interface KernelNames {

    /** Of a recording that saved none. */
    KernelNames NONE = address -> null;

    /** The name of the function that begins at an address, null where the recording does not tell. */
    String of(long address);
}
