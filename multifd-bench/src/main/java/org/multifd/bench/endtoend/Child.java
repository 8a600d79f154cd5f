package org.multifd.bench.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} in a process of its own, under the options that the command line's launcher gives its JVM. */
final class Child implements AutoCloseable {

    /** What a worker says at the end; of the codec alone, what a gigabyte comes to. */
    record Done(double seconds, long bytes, double third) {
    }

    private final Process process;
    private final BufferedReader answers;
    private final String address;
    private Usage before;

    /** Starts one and waits until it is ready. */
    Child(List<String> javaOptions, Object... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString()));
        command.addAll(Launcher.options("relay"));
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
        for (Object each : args) {
            command.add(each.toString());
        }
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        address = answer("ready ");
        before = Usage.of(process.pid());
    }

    private String answer(String begins) throws IOException {
        String line = answers.readLine();
        while (line != null && !line.startsWith(begins)) {
            line = answers.readLine(); // the JVM's own
        }
        if (line == null) {
            throw new IOException("a worker has ended, see its message");
        }
        return line.substring(begins.length());
    }

    /** Where it listens. */
    String address() {
        return address;
    }

    /** Lets it go to work. */
    void go(String to) throws IOException {
        before = Usage.of(process.pid());
        process.getOutputStream().write(("go " + to + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    Done await() throws IOException {
        String[] fields = answer("done ").split(" ");
        return new Done(Double.parseDouble(fields[0]), Long.parseLong(fields[1]), Double.parseDouble(fields[2]));
    }

    /** What it has used since it was let go. */
    Usage used() throws IOException {
        return Usage.of(process.pid()).since(before);
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().onExit().join();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
