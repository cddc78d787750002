package dev.hindsight.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium with a page of ours in it. */
final class Chromium implements AutoCloseable {

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one; the test is skipped where there is none. */
    static Chromium start() {
        File browser = onPath("chromium", "chromium-browser", "google-chrome");
        File remote = onPath("chromedriver");
        Assumptions.assumeTrue(
                browser != null && remote != null,
                "no chromium and chromedriver on the PATH (Debian: apt install chromium chromium-driver)");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser);
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service =
                new ChromeDriverService.Builder().usingDriverExecutable(remote).build();
        return new Chromium(new ChromeDriver(service, options));
    }

    private static File onPath(String... names) {
        for (String name : names) {
            for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
                File file = new File(folder, name);
                if (file.canExecute()) {
                    return file;
                }
            }
        }
        return null;
    }

    ChromeDriver driver() {
        return driver;
    }

    /** A window of this size, in CSS pixels, with the colours that the user of the system likes. */
    Chromium window(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        return this;
    }

    /** Opens a file; returns when its scripts have run. */
    Chromium open(Path page) {
        driver.get(page.toUri().toString());
        return this;
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    long number(String script, Object... arguments) {
        return ((Number) run(script, arguments)).longValue();
    }

    /** What the page had to complain about. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            complaints.add(entry.getLevel() + " " + entry.getMessage());
        }
        return complaints;
    }

    /** Keeps a picture of a part of the page, where somebody wants to look: {@code -Dhindsight.pictures=DIR}. */
    void picture(String name, String selector, int mostHeight) throws IOException {
        String folder = System.getProperty("hindsight.pictures");
        if (folder == null) {
            return;
        }
        Map<?, ?> box = (Map<?, ?>) run("""
                        const b = document.querySelector(arguments[0]).getBoundingClientRect();
                        const beside = b.x > 16 ? 16 : 0;
                        return {x: b.x + scrollX - beside, y: b.y + scrollY, width: b.width + 2 * beside,
                                height: Math.min(b.height, arguments[1]), scale: 1};\
                        """, selector, mostHeight);
        Map<String, Object> shot = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", box));
        Files.createDirectories(Path.of(folder));
        Files.write(Path.of(folder, name + ".png"), Base64.getDecoder().decode((String) shot.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
