package org.multifd.cli.verify;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multifd.cli.run.Ticker;

/**
 * A JVM like this one that runs an {@link Examiner}. It is killed with this one, when this is closed, or when it no
 * longer shows that it lives: native code can stop a JVM for good.
 */
final class ExaminerProcess implements AutoCloseable {

    /**
     * What the launcher gives to each command, so that a provider that fits in here fits in there. A JVM says a little
     * less than it was given.
     */
    static final long HEAP = 512L << 20;

    private static final int SILENCE_SECONDS = 30;
    private static final int GRACE_MILLIS = 500;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int SHOWN = 200;
    private static final String NOT_PASSED_ON =
            "-Djdk\\.module\\.main.*|-(agentlib|agentpath|javaagent|Xrun).*|-XX:(.*FlightRecord|Tier).*";

    private final Process process;
    private final InputStream in;
    private final Ticker watch;
    private volatile int silentSeconds;
    private volatile boolean silent;
    private String exits = "";
    private String crash = "";
    private String crashLog = "";
    private boolean frameFollows;
    private int printed;
    private String firstPrinted = "";

    private ExaminerProcess(Process process, Consumer<String> errors) {
        this.process = process;
        in = new BufferedInputStream(process.getInputStream());
        Thread reader = new Thread(() -> pass(process, errors), "examiner's errors");
        reader.setDaemon(true);
        reader.start();
        watch = new Ticker(1000, this::killIfSilent);
    }

    /** Starts one; what it prints to standard error goes to the consumer, line by line. */
    static ExaminerProcess start(Consumer<String> errors, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString()));
        command.addAll(options());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        // they are among this JVM's own options already
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return new ExaminerProcess(builder.start(), errors);
    }

    /**
     * This JVM's options and the examiner in place of its main class; without the agents that watch this one, and
     * without what makes a short run short.
     */
    private static List<String> options() {
        List<String> options = new ArrayList<>();
        for (String each : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (each.startsWith("--enable-native-access=")) {
                options.add(each + ",ALL-UNNAMED"); // for rule 4.4 the kit loads a second copy, in no module
            } else if (!each.matches(NOT_PASSED_ON)) {
                options.add(each);
            }
        }
        if (options.stream().noneMatch(each -> each.startsWith("-XX:ErrorFile="))) {
            // not in the user's directory, where a JVM that crashes leaves it
            options.add("-XX:ErrorFile=" + Path.of(System.getProperty("java.io.tmpdir"), "hs_err_pid%p.log"));
        }
        if (Runtime.getRuntime().maxMemory() < HEAP / 10 * 9) {
            options.add("-Xmx" + HEAP);
        }
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.isEmpty()) {
            options.addAll(List.of("-cp", classPath));
        }
        Module module = Examiner.class.getModule();
        if (module.isNamed()) {
            options.addAll(List.of("-m", module.getName() + "/" + Examiner.class.getName()));
        } else {
            options.add(Examiner.class.getName());
        }
        return options;
    }

    private static void pass(Process process, Consumer<String> errors) {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                errors.accept(line);
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    /** Counts its own seconds: both processes may have been stopped for a while. */
    private void killIfSilent() {
        silentSeconds++; // may lose one to the reader's reset: then it waits a second more
        if (silentSeconds > SILENCE_SECONDS) {
            silent = true;
            process.destroyForcibly();
        }
    }

    /** The next message, or null if the process has ended. What else it printed is counted. */
    ExaminerLine next() throws IOException {
        for (String line = readLine(); line != null; line = readLine()) {
            ExaminerLine message = ExaminerLine.decode(line);
            if (message == null) {
                hear(line);
            } else {
                silentSeconds = 0;
                if (message.what() == ExaminerLine.What.EXIT) {
                    exits = message.field(0);
                } else if (message.what() != ExaminerLine.What.ALIVE) {
                    return message;
                }
            }
        }
        return null;
    }

    /** A provider may print without end and without a line feed. */
    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.size() < LONGEST_LINE) {
                line.write(next);
            }
            next = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private void hear(String text) {
        if (text.isBlank()) {
            return;
        }
        if (text.startsWith("# Problematic frame:")) {
            frameFollows = true;
        } else if (frameFollows) {
            crash = text.substring(1).strip().replaceAll("\\s+", " ");
            frameFollows = false;
        } else if (text.matches("# .*\\.log")) {
            crashLog = text.substring(2);
        } else if (!text.startsWith("#")) {
            firstPrinted = printed == 0 ? text.substring(0, Math.min(SHOWN, text.length())) : firstPrinted;
            printed++;
        }
    }

    /** How many lines it printed to standard output that nobody asked for. */
    int printed() {
        return printed;
    }

    /** The first of these lines, or "". */
    String firstPrinted() {
        return firstPrinted;
    }

    /** How it ended, in words that a provider's author can use; called when there is no next message. */
    String end() throws InterruptedException {
        int code = process.waitFor();
        if (silent) {
            return "the JVM gave no sign of life for " + SILENCE_SECONDS
                    + " s and was killed: native code may block it";
        }
        if (!crash.isEmpty()) {
            return "the JVM crashed at " + crash + (crashLog.isEmpty() ? "" : "; see " + crashLog);
        }
        return "the JVM was ended with exit code " + code + (exits.isEmpty() ? "" : " at " + exits);
    }

    /** Whether it was told to end by a signal, as Ctrl-C tells the whole group. */
    boolean signalled() throws InterruptedException {
        int code = process.waitFor();
        return exits.isEmpty() && crash.isEmpty() && !silent && (code == 130 || code == 143);
    }

    /** Ends it, and waits until it has ended: kindly for half a second. */
    @Override
    public void close() {
        watch.close();
        process.destroy();
        try {
            if (!process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
