package dev.hindsight.analyses.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Chart.js, as its WebJar brings it.
 *
 * @param version of it
 * @param script one file, for a page
 * @param licence its terms
 */
record ChartLibrary(String version, String script, String licence) {

    private static final String JAR = "META-INF/maven/org.webjars.npm/chart.js/pom.properties";

    /** From the classpath. */
    static ChartLibrary load() {
        ClassLoader loader = ChartLibrary.class.getClassLoader();
        Properties properties = new Properties();
        try (InputStream in = loader.getResourceAsStream(JAR)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = properties.getProperty("version");
        String folder = "META-INF/resources/webjars/chart.js/" + version + "/";
        String script = text(loader, folder + "dist/chart.umd.min.js");
        int map = script.lastIndexOf("//# sourceMappingURL");
        return new ChartLibrary(
                version,
                map < 0 ? script : script.substring(0, map).stripTrailing(),
                text(loader, folder + "LICENSE.md").strip());
    }

    static String text(ClassLoader loader, String resource) {
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " on the classpath");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
