package dev.hindsight.analyses.recording;

import java.util.Locale;

/** Architecture of the machine to be traced. */
public enum TargetArch {
    X86,
    ARM64,
    PPC64;

    /**
     * From a machine name as {@code uname -m} or Java's {@code os.arch} gives it.
     *
     * @throws IllegalArgumentException for one that has no event list
     */
    public static TargetArch of(String machine) {
        return switch (machine.toLowerCase(Locale.ROOT)) {
            case "x86", "x86_64", "amd64", "i386", "i686" -> X86;
            case "arm64", "aarch64" -> ARM64;
            case "ppc64", "ppc64le", "powerpc" -> PPC64;
            default ->
                throw new IllegalArgumentException("no event list for the architecture '" + machine
                        + "'; known are x86, arm64 and ppc64: choose the nearest with --arch");
        };
    }

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
