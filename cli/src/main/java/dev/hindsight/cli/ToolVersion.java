package dev.hindsight.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class ToolVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Hindsight.class.getPackage().getImplementationVersion();
        return new String[] {"hindsight " + (version == null ? "(built from source)" : version)};
    }
}
