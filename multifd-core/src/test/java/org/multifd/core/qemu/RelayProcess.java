package org.multifd.core.qemu;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.PlainMethod;
import org.multifd.core.Relay;

/** A relay in a process of its own, which can be killed; SIGTERM closes it, as the command line does. */
final class RelayProcess implements AutoCloseable {

    private static final int PACKET_MILLIS = 500;
    private static final String BEGUN = "begun";

    private final Process process;
    private final BufferedReader out;
    final String address;

    /**
     * @param bandwidth bytes per second that leave, 0 for no limit
     * @param slow whether its method takes its time for each packet
     */
    RelayProcess(Path directory, long bandwidth, boolean slow, String listen, String destination) throws IOException {
        String path = Stream.of("target/classes", "target/test-classes", System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", "")).filter(each -> !each.isEmpty())
                .reduce((a, b) -> a + File.pathSeparator + b).orElseThrow();
        process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx64m", "-cp", path, RelayProcess.class.getName(), Long.toString(bandwidth),
                Boolean.toString(slow), listen, destination).redirectError(directory.resolve("relay-errors").toFile())
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
        address = line(directory);
    }

    private String line(Path directory) throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new EOFException("the relay ended: " + Files.readString(directory.resolve("relay-errors")));
        }
        return line;
    }

    /** Waits until the destination has got the list of RAM blocks, and so all of its connections. */
    void awaitBegun() throws IOException, InterruptedException {
        while (!out.ready() && process.isAlive()) { // a read of a process's output cannot be interrupted
            Thread.sleep(1);
        }
        String line = out.readLine();
        if (!BEGUN.equals(line)) {
            throw new IOException("the relay did not begin: " + line);
        }
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }

    /** Relays until it is ended. */
    public static void main(String[] args) throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("max-bandwidth", Long.parseLong(args[0]))
                .build();
        Relay relay = new Relay(MethodRegistry.of(Boolean.parseBoolean(args[1]) ? new Slow() : new PlainMethod("none")),
                parameters);
        System.out.println(relay.listen(args[2], args[3]));
        Runtime.getRuntime().addShutdownHook(new Thread(relay::close));
        Thread watching = new Thread(() -> {
            while (relay.stats().ramBytes() == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            System.out.println(BEGUN);
        });
        watching.setDaemon(true);
        watching.start();
        while (true) {
            try {
                System.err.println(relay.relay());
            } catch (MigrationException e) {
                System.err.println(e.getMessage());
                if (e.kind() == MigrationException.Kind.INTERRUPTED) {
                    return;
                }
            }
        }
    }

    /** QEMU's none, at a crawl. */
    private static final class Slow extends PlainMethod {

        Slow() {
            super("none");
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PACKET_MILLIS));
                    out.appendPages();
                }

                @Override
                public void close() {
                    // nothing to let go of
                }
            };
        }
    }
}
