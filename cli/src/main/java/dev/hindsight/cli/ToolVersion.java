package dev.hindsight.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class ToolVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"hindsight " + number()};
    }

    /** The version, or that there is none. */
    static String number() {
        String version = Hindsight.class.getPackage().getImplementationVersion();
        return version == null ? "(built from source)" : version;
    }
}
