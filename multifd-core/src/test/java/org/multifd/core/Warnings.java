package org.multifd.core;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** What is logged while it is open; it is shown when it is closed. */
public final class Warnings implements AutoCloseable {

    private static final int LOOK_MILLIS = 5;

    private final PrintStream shown = System.err;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

    public Warnings() {
        // simplelogger looks for it with each line
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
    }

    /** What has been logged so far. */
    public List<String> lines() {
        return logged.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Waits for a line that ends like this, as a pattern: the test's time limit ends what waits in vain. */
    public void await(String end) throws InterruptedException {
        Pattern pattern = Pattern.compile(".* WARN .*" + end);
        while (lines().stream().noneMatch(line -> pattern.matcher(line).matches())) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** How many warnings there are. */
    public long count() {
        return lines().stream().filter(line -> line.contains(" WARN ")).count();
    }

    @Override
    public void close() {
        System.setErr(shown);
        lines().forEach(shown::println);
    }
}
