package org.multifd.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command in a process of its own, which can be killed. */
final class Spawned implements AutoCloseable {

    /** A build in a shell's background ignores Ctrl-C, and so would all that it starts: GNU's env can undo that. */
    private static final List<String> INTERRUPTIBLE = interruptible("env", "--default-signal=INT");
    private static final String LISTENING = "listening on ";

    private final Process process;
    private final Path errors;
    private final BufferedReader out;

    /** @param directory where its standard error is kept */
    Spawned(Path directory, String... args) throws IOException {
        errors = Files.createTempFile(directory, "stderr", "");
        process = new ProcessBuilder(command(args)).redirectError(errors.toFile()).start();
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** The command line of a JVM that runs the command as this module's tests have it. */
    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(INTERRUPTIBLE);
        command.addAll(List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx128m", "-XX:MaxDirectMemorySize=1g"));
        String modules = System.getProperty("jdk.module.path");
        if (Runtime.version().feature() >= 22) { // as the launcher does
            command.add("--enable-native-access="
                    + (modules == null ? "ALL-UNNAMED" : "com.github.luben.zstd_jni,org.lz4.java"));
        }
        if (modules != null) {
            command.addAll(List.of("-p", modules, "-m", "org.multifd.cli/org.multifd.cli.Main"));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.multifd.cli.Main"));
        }
        command.addAll(List.of(args));
        return command;
    }

    private static List<String> interruptible(String... prefix) {
        try {
            List<String> command = new ArrayList<>(List.of(prefix));
            command.add("true");
            return new ProcessBuilder(command).start().waitFor() == 0 ? List.of(prefix) : List.of();
        } catch (IOException | InterruptedException e) {
            return List.of();
        }
    }

    /** SIGINT, as Ctrl-C sends it. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    /** Waits until it listens; where. */
    String address() throws IOException {
        String line = out.readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            throw new IllegalStateException("received " + line + ", expected an address: " + errors());
        }
        return line.substring(LISTENING.length());
    }

    boolean runs() {
        return process.isAlive();
    }

    /** SIGKILL: it cannot do anything more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int code() throws InterruptedException {
        return process.waitFor();
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
        Files.delete(errors);
    }
}
