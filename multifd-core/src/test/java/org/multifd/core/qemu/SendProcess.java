package org.multifd.core.qemu;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.multifd.core.FileUri;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.PostcopySource;
import org.multifd.core.PostcopyStats;

/** A snapshot that is restored on demand by a process of its own, which can be killed. */
final class SendProcess implements AutoCloseable {

    static final String RUNNING = "running";

    private final Process process;
    private final BufferedReader out;
    private final Path errors;

    /** @param bandwidth bytes per second that leave in the background, 0 for no limit */
    SendProcess(Path directory, long bandwidth, boolean resume, Path file, String uri) throws IOException {
        String path = Stream.of("target/classes", "target/test-classes", System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", "")).filter(each -> !each.isEmpty())
                .reduce((a, b) -> a + File.pathSeparator + b).orElseThrow();
        errors = directory.resolve("send-errors");
        process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx64m", "-cp", path, SendProcess.class.getName(), Long.toString(bandwidth),
                Boolean.toString(resume), file.toString(), uri).redirectError(errors.toFile()).start();
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Waits until the guest runs, or until the process has ended. Returns whether it runs. */
    boolean awaitRunning() throws IOException {
        return RUNNING.equals(out.readLine());
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    /** Restores a snapshot. */
    public static void main(String[] args) throws Exception {
        PostcopySource source = PostcopySource.builder(MethodRegistry.of(), MigrationParameters.defaults(),
                FileUri.of(Path.of(args[2]))).maxPostcopyBandwidth(Long.parseLong(args[0]))
                .resume(Boolean.parseBoolean(args[1])).build();
        Thread watching = new Thread(() -> {
            while (source.stats().state() == PostcopyStats.State.SETUP) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            System.out.println(RUNNING);
        });
        watching.setDaemon(true);
        watching.start();
        try {
            source.migrate(args[3]);
        } catch (MigrationException e) {
            System.err.println(e.getMessage());
            System.exit(e.kind().exitCode());
        }
    }
}
