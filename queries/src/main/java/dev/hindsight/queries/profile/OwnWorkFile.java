package dev.hindsight.queries.profile;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.StreamHandler;

/**
 * Writes what Hindsight does, from opening to closing, to a file of Chrome trace events (JSON array format), which Trace
 * Compass, Perfetto and Chrome's tracing page open. The events are those of Trace Compass' trace-event-logger.
 */
public final class OwnWorkFile implements AutoCloseable {

    private final Handler handler;

    private OwnWorkFile(Handler handler) {
        this.handler = handler;
    }

    /** Begins to write; an old file is replaced. */
    public static OwnWorkFile open(Path file) throws IOException {
        Handler handler =
                new StreamHandler(new BufferedOutputStream(Files.newOutputStream(file)), new ChromeTraceEvents());
        handler.setEncoding(StandardCharsets.UTF_8.name());
        handler.setLevel(Level.FINE);
        OwnWork.LOG.setLevel(Level.FINE);
        OwnWork.LOG.setUseParentHandlers(false);
        OwnWork.LOG.addHandler(handler);
        return new OwnWorkFile(handler);
    }

    @Override
    public void close() {
        OwnWork.LOG.removeHandler(handler);
        OwnWork.LOG.setLevel(null);
        handler.close();
    }

    /**
     * An array of events. A thread's first event brings its name with it; the library gives each thread a process of its
     * own, of the same number.
     */
    private static final class ChromeTraceEvents extends Formatter {

        private final Set<Long> named = new HashSet<>();
        private boolean first = true;

        @Override
        public String getHead(Handler handler) {
            return "[\n";
        }

        @Override
        public String format(LogRecord record) {
            Thread thread = Thread.currentThread();
            StringBuilder text = new StringBuilder();
            if (named.add(thread.getId())) {
                name("process_name", thread, text);
                name("thread_name", thread, text);
            }
            return event(record.getMessage(), text).toString();
        }

        private void name(String what, Thread thread, StringBuilder to) {
            long id = thread.getId();
            event(
                    "{\"ph\":\"M\",\"name\":\"" + what + "\",\"pid\":" + id + ",\"tid\":" + id
                            + ",\"args\":{\"name\":\"" + thread.getName() + "\"}}",
                    to);
        }

        private StringBuilder event(String json, StringBuilder to) {
            to.append(first ? "" : ",\n").append(json);
            first = false;
            return to;
        }

        @Override
        public String getTail(Handler handler) {
            return "\n]\n";
        }
    }
}
